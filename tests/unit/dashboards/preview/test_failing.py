"""A server that is away is told once, however many questions a page asks."""

from __future__ import annotations

from structlog.testing import capture_logs

from truegreen_dashboards.preview.failing import Failing
from truegreen_dashboards.preview.upstream import Answer, Upstream

PROMETHEUS = Upstream(name="prometheus", url="http://me:secret@p:9090/base", paths={})
ALERTMANAGER = Upstream(name="alertmanager", url="http://a:9093", paths={})


def test_the_beginning_and_the_end_of_a_failure_are_told() -> None:
    """Seventy failures are one line with the URL, the next answer another with their number."""
    failing = Failing()
    with capture_logs() as said:
        for status in (200, *[502] * 70, 400, 200, 503, 200):
            failing.note(PROMETHEUS, Answer(status=status, body=b""))
            failing.note(ALERTMANAGER, Answer(status=200, body=b""))
    about = {"server": "prometheus", "url": "http://p:9090/base"}
    fails = {**about, "event": "questions_fail", "log_level": "warning"}
    again = {**about, "event": "questions_answered_again", "log_level": "info"}
    assert said == [
        {**fails, "status": 502},
        {**again, "unanswered": 70},
        {**fails, "status": 503},
        {**again, "unanswered": 1},
    ]
