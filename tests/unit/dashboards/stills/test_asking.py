"""Questions to Prometheus: each once, in its own words, and refusals told."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field

import pytest

from truegreen_dashboards.preview.upstream import Answer
from truegreen_dashboards.stills.answers import View
from truegreen_dashboards.stills.asking import Round
from truegreen_dashboards.targets import Target
from truegreen_definitions.errors import RetryableError

VIEW = View(end=1_000_030, span=3600, scrape_seconds=15, variables={}, titles={})
UP = Target(ref="A", expr="up[$__range]", legend="")


@dataclass
class Server:
    """A Prometheus that says one thing."""

    body: object
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def get(self, path: str, parameters: tuple[tuple[str, str], ...]) -> Answer:
        """Note what is asked, and answer."""
        self.asked.append((path, dict(parameters)))
        return Answer(status=200, body=json.dumps(self.body).encode())


def test_a_query_is_asked_once() -> None:
    """The same words over the same time are one question; gaps are left out."""
    values = [[1, "1"], [2, "NaN"], [3, "+Inf"]]
    server = Server(
        {"status": "success", "data": {"result": [{"metric": {"a": "b"}, "values": values}]}}
    )
    ask = Round(server, VIEW)  # type: ignore[arg-type]  all that is asked of it
    (one,) = ask(UP, instant=False)
    assert ask(UP, instant=False) == (one,)
    assert one.labels == {"a": "b"}
    assert one.points == ((1.0, 1.0), (3.0, math.inf))
    span = {"query": "up[3600s]", "start": "996420", "end": "1000020", "step": "15"}
    assert server.asked == [("/api/v1/query_range", span)]


def test_a_refusal_is_an_error_with_its_words() -> None:
    """What Prometheus says of a wrong query reaches the reader."""
    server = Server({"status": "error", "error": "parse error: unexpected ]"})
    with pytest.raises(RetryableError, match="unexpected ]"):
        Round(server, VIEW)(UP, instant=True)  # type: ignore[arg-type]  as above
    assert server.asked == [("/api/v1/query", {"query": "up[3600s]", "time": "1000030"})]
