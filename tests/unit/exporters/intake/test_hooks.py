"""Posts are kept before they are acknowledged, once each, and only from whom they should come."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import itertools
import json
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import plans
import pytest
from ingesting import ingest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import Signature, WebhookRead
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.intake import hooks, inbox
from truegreen_exporters.intake.hooks import Hooks
from truegreen_exporters.intake.inbox import Inbox
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources import webhook
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_telemetry.endpoint import MetricsApp
from truegreen_telemetry.samples import SampleStore
from truegreen_telemetry.server import MetricsServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from truegreen_definitions.plan import Plan

KEY = "hunter2"
NAME = plans.SURVEY_EXPORT.name
GITHUB = Signature(
    method="sha256", header="x-hub-signature-256", secret="${secret:HOOK}", encoding="hex"
)
READ = WebhookRead(
    location="/hooks/answers",
    signature=GITHUB,
    rows="$.answers",
    delivery="x-delivery",
    headers=(("application", "x-application"),),
)
SOURCE = replace(
    plans.SURVEY_EXPORT,
    read=READ,
    columns=(("survey_id", "id"), ("score", "cast(rating as integer)")),
    revision=(),
)
ENVIRONMENT = {"HOOK": KEY}


def plan_of(read: WebhookRead) -> Plan:
    """Return a plan with one webhook."""
    return replace(plans.PLAN, sources=(replace(SOURCE, read=read),))


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Inbox]:
    """An empty inbox."""
    with Inbox(tmp_path / "inbox") as found:
        yield found


@dataclass(frozen=True, slots=True)
class Client:
    """Posts to a running server."""

    server: MetricsServer

    def post(self, body: bytes, method: str = "POST", **headers: str) -> http.client.HTTPResponse:
        """Return the answer to a post, over a connection of its own."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        ) as connection:
            connection.request(method, "/hooks/answers", body, named)
            answer = connection.getresponse()
            answer.read()
            return answer


def served(box: Inbox | None, read: WebhookRead = READ) -> MetricsServer:
    """Return a server with a webhook."""
    found = Hooks(plan=lambda: plan_of(read), inbox=box, environment=ENVIRONMENT)
    return MetricsServer(MetricsApp(SampleStore().snapshot), routes=found)


def body_of(*numbers: int) -> bytes:
    """Return a post with some answers."""
    answers = [{"id": f"a{n}", "rating": n % 5 + 1} for n in numbers]
    return json.dumps({"answers": answers}).encode()


def signed(body: bytes, key: str = KEY) -> str:
    """Return GitHub's signature of a body."""
    return f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"


def take(store: Store, box: Inbox | None, stopped: Callable[[], bool] = lambda: False) -> Outcome:
    """Take what is in the inbox into the store."""
    around = Surroundings(folder=None, environment=ENVIRONMENT, inbox=box)  # type: ignore[arg-type]  # no files here
    return ingest(store, Mapping.of(SOURCE, plans.SURVEYS), around, stopped)


def test_a_signed_post_is_kept_and_its_rows_are_taken_once(box: Inbox) -> None:
    """Rows and header columns reach the store; the post leaves the inbox; deliveries count once."""
    with served(box) as server, Store(None, plan_of(READ)) as store:
        client = Client(server)
        for _ in range(2):
            body = body_of(1, 2)
            answer = client.post(
                body, x_hub_signature_256=signed(body), x_delivery="d1", x_application="webshop"
            )
            assert answer.status == 204
        assert take(store, box) == Outcome(rows=2)
        assert box.posts(NAME, 0, 10) == ()
        body = body_of(3)
        client.post(body, x_hub_signature_256=signed(body), x_delivery="d1")  # known for a week
        client.post(body, x_hub_signature_256=signed(body), x_delivery="d2")
        assert take(store, box) == Outcome(rows=1)
        assert take(store, box) == Outcome(rows=0)
        found = store.connection.execute(
            "SELECT survey_id, score, service FROM surveys ORDER BY 1"
        ).fetchall()
    assert found == [("a1", 2, "order-to-cash"), ("a2", 3, "order-to-cash"), ("a3", 4, None)]


def test_a_pass_ends_though_posts_never_stop(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes while a pass is under way waits for the next one, which takes it."""
    monkeypatch.setattr(webhook, "PAGE_POSTS", 1)
    for number in range(3):
        box.put(NAME, f"d{number}", {}, body_of(number))
    late = itertools.count(3)
    with Store(None, plan_of(READ)) as store:

        def comes_meanwhile() -> bool:
            number = next(late)
            assert number < 100, "the pass has not ended"
            return not box.put(NAME, f"d{number}", {}, body_of(number))

        assert take(store, box, comes_meanwhile) == Outcome(rows=3)
        assert take(store, box) == Outcome(rows=3)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x_hub_signature_256": "sha256="},
        {"x_hub_signature_256": signed(body_of(1), "another")},
        {"x_hub_signature_256": signed(body_of(2))},
        {"x_hub_signature_256": "sha1=" + "0" * 40},
    ],
)
def test_a_post_that_is_not_signed_is_refused(box: Inbox, headers: dict[str, str]) -> None:
    """No signature, another key's, another body's: 401, and nothing is kept."""
    with served(box) as server:
        assert Client(server).post(body_of(1), **headers).status == 401
    assert box.posts(NAME, 0, 10) == ()


@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_other_signatures(box: Inbox, encoding: str, algorithm: str) -> None:
    """A keyed digest by any of the usual algorithms, in hex or base64, in a header of any name."""
    digest = hmac.new(KEY.encode(), body_of(1), algorithm)
    text = digest.hexdigest() if encoding == "hex" else b64encode(digest.digest()).decode()
    signature = Signature(
        method=algorithm,  # type: ignore[arg-type]  # one of them
        header="x-signature",
        secret="${secret:HOOK}",
        encoding=encoding,  # type: ignore[arg-type]  # one of them
    )
    with served(box, replace(READ, signature=signature)) as server:
        assert Client(server).post(body_of(1), x_signature=text).status == 204
        assert Client(server).post(body_of(2), x_signature=text).status == 401


def test_a_token_signs_too(box: Inbox) -> None:
    """The header `Authorization` holds the token, as a whole."""
    signature = replace(GITHUB, method="bearer", header="authorization")
    with served(box, replace(READ, signature=signature)) as server:
        assert Client(server).post(body_of(1), authorization=f"Bearer {KEY}").status == 204
        assert Client(server).post(body_of(2), authorization=f"Bearer {KEY}x").status == 401
        assert Client(server).post(body_of(2)).status == 401


def test_what_does_not_fit_is_refused(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too long 413, no JSON 400, another method 405; the inbox stays empty."""
    monkeypatch.setattr(hooks, "MOST_BODY_BYTES", 1000)
    with served(box, replace(READ, signature=None)) as server:
        assert Client(server).post(b"[" + b" " * 1000 + b"]").status == 413
        assert Client(server).post(b"a=b").status == 400
        assert Client(server).post(b"[" * 900).status == 400
        assert Client(server).post(b"", method="GET").status == 405
    assert box.posts(NAME, 0, 10) == ()


def test_a_full_inbox_asks_to_come_again(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 with `Retry-After` until a cycle has made room; a known delivery is acknowledged."""
    monkeypatch.setattr(inbox, "MOST_POSTS", 2)
    read = replace(READ, signature=None)
    with served(box, read) as server, Store(None, plan_of(READ)) as store:
        client = Client(server)
        assert [client.post(body_of(n)).status for n in (1, 2)] == [204, 204]
        answer = client.post(body_of(3))
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert client.post(body_of(1)).status == 204
        assert take(store, box) == Outcome(rows=2)
        assert client.post(body_of(3)).status == 204


def test_without_an_inbox_or_a_secret_nothing_is_acknowledged(box: Inbox) -> None:
    """What cannot be kept or judged is answered 503."""
    with served(None) as server:
        assert Client(server).post(body_of(1)).status == 503
    read = replace(READ, signature=replace(GITHUB, secret="${secret:MISSING}"))
    with served(box, read) as server:
        assert Client(server).post(body_of(1)).status == 503


def test_a_post_whose_rows_are_elsewhere_is_refused_alone(box: Inbox) -> None:
    """It is counted with its reason, and the posts beside it are taken."""
    box.put(NAME, "1", {}, b'{"answers": 5}')
    box.put(NAME, "2", {}, b'{"other": []}')
    box.put(NAME, "3", {}, body_of(1))
    with Store(None, plan_of(READ)) as store:
        outcome = take(store, box)
        assert (outcome.rows, outcome.refused, outcome.faults) == (1, 2, ())
        assert store.counters()[NAME, "rejected", "syntax"] == 2


def test_posts_that_differ_in_a_kept_header_are_two(box: Inbox) -> None:
    """Without `delivery:` equal bodies under other headers are two; long ids count whole."""
    read = replace(READ, signature=None, delivery="")
    with served(box, read) as server:
        for application in ("webshop", "desk", "webshop"):
            assert Client(server).post(body_of(1), x_application=application).status == 204
    kept = [post.headers["x-application"] for post in box.posts(NAME, 0, 10)]
    assert kept == ["webshop", "desk"]
    with served(box, replace(READ, signature=None)) as server:
        for end in ("1", "2", "1"):
            assert Client(server).post(body_of(2), x_delivery="d" * 200 + end).status == 204
    assert len(box.posts(NAME, 0, 10)) == 4


def test_a_lost_inbox_hides_no_post(tmp_path: Path) -> None:
    """Where the store has taken number 3, a new inbox goes on with 4, and an old one too."""
    plan = plan_of(READ)
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")

    def run(box: Inbox, *numbers: int) -> int:
        around = Surroundings(folder=tmp_path, environment=ENVIRONMENT, inbox=box)
        exporter = Exporter(loaded, store, around)
        for number in numbers:
            box.put(NAME, f"d{number}", {}, body_of(number))
        exporter.cycle(datetime(2026, 1, 1, tzinfo=UTC), wait=True)
        return store.counters()[NAME, "rows", ""]

    with Store(None, plan) as store:
        with Inbox(tmp_path / "inbox") as box:
            assert run(box, 1, 2, 3) == 3
        with Inbox(tmp_path / "another") as box:
            assert run(box, 4, 5) == 5
            assert run(box, 6) == 6


def test_posts_are_read_in_parts_of_some_bytes(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part ends with the post that fills it, and all parts together are all posts."""
    monkeypatch.setattr(inbox, "MOST_PAGE_BYTES", 250)
    for number in range(7):
        box.put(NAME, str(number), {}, b" " * 100)
    assert len(box.posts(NAME, 0, 1000)) == 3
    with Store(None, plan_of(READ)) as store:
        take(store, box)
        assert store.counters()[NAME, "rejected", "syntax"] == 7


def test_posts_that_nobody_takes_go_after_a_week(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of a source that is no more make room; those of one that is stay however old."""
    monkeypatch.setattr(inbox, "MOST_POSTS", 2)
    box.put("old-name", "1", {}, body_of(1))
    box.put(NAME, "1", {}, body_of(1))
    assert box.let_go_unclaimed([NAME]) == 0
    monkeypatch.setattr(inbox, "REMEMBERED_SECONDS", -1)
    assert box.let_go_unclaimed([NAME]) == 1
    assert box.let_go_unclaimed([NAME]) == 0
    assert len(box.posts(NAME, 0, 10)) == 1
    assert box.put(NAME, "2", {}, body_of(2))


def test_an_inbox_that_cannot_be_read_asks_to_come_again(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full inbox whose file is broken answers 503, not 500."""
    monkeypatch.setattr(inbox, "MOST_POSTS", 0)
    box._connection.execute("DROP TABLE post")
    with served(box, replace(READ, signature=None)) as server:
        assert Client(server).post(body_of(1)).status == 503


def test_a_webhook_that_comes_with_another_plan_needs_an_inbox(tmp_path: Path) -> None:
    """A plan with a webhook is not gone over to where nothing could keep its posts."""
    before = LoadedPlan(plan=plans.PLAN, digest=digest(plans.PLAN), revision="")
    after = LoadedPlan(plan=plan_of(READ), digest=digest(plan_of(READ)), revision="")
    with Store(None, plans.PLAN) as store:
        exporter = Exporter(before, store, Surroundings(folder=tmp_path))
        with pytest.raises(TerminalError, match="has no inbox: start the exporter again"):
            exporter.adopt(after)
        assert exporter.loaded is before


def test_what_was_acknowledged_outlives_the_process(tmp_path: Path) -> None:
    """An inbox that is opened again has the posts that were put and not taken, in their order."""
    with Inbox(tmp_path / "inbox") as box:
        assert box.put("a", "1", {"x": "y"}, b"1")
        assert box.put("b", "1", {}, b"2")
        assert not box.put("a", "1", {}, b"3")
    with Inbox(tmp_path / "inbox") as box:
        (post,) = box.posts("a", 0, 10)
        assert (post.body, post.headers) == (b"1", {"x": "y"})
        box.drop("a", post.id)
        box.put("a", "2", {}, b"4")
        assert [one.body for one in box.posts("a", 0, 10)] == [b"4"]
        assert [one.body for one in box.posts("b", 0, 10)] == [b"2"]
    assert (tmp_path / "inbox").stat().st_mode & 0o077 == 0


FULL = """
import resource, sys
from pathlib import Path
from truegreen_exporters.intake.inbox import Inbox, InboxError
with Inbox(Path(sys.argv[1])) as box:
    box.put("a", "first", {}, b"1")
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
    kept = 0
    try:
        for kept in range(1000):
            box.put("a", str(kept), {}, bytes(1000))
    except InboxError as error:
        print(error)
    print(len(box.posts("a", 0, 10_000)) == kept + 1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    print(box.put("a", "later", {}, b"2"))
"""


def test_a_full_disk_acknowledges_nothing_and_loses_nothing(tmp_path: Path) -> None:
    """A post that the disk does not take is refused, those before stay, and space heals it."""
    import signal
    import subprocess
    import sys

    ran = subprocess.run(
        [sys.executable, "-c", FULL, tmp_path / "inbox"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN),
    )
    said, whole, healed = ran.stdout.splitlines()
    assert "cannot write inbox" in said, ran.stderr
    assert (whole, healed) == ("True", "True")
