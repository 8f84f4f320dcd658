"""Steps in a browser, in a real Chromium against pages of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pages import BUSY, pages
from robots import MARK

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import BrowserVisit, Gesture
from truegreen_definitions.secret_values import Secrets
from truegreen_definitions.target import parse_target
from truegreen_synthetics.browsing.browsers import Browsers, BrowserSettings, find_browser
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.steps import compile_action
from truegreen_synthetics.steps.step_type import Kit, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pages import Pages

PATIENT = 60.0  # a busy machine starts and paints slowly; nothing waits for it in vain


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where everything that a browser writes goes; its sockets there have short names."""
    with tempfile.TemporaryDirectory(prefix="tg") as found:
        before, tempfile.tempdir = tempfile.tempdir, found
        yield Path(found)
        tempfile.tempdir = before


@pytest.fixture(scope="module")
def browsers(folder: Path, tool: Callable[[str], str]) -> Iterator[Browsers]:
    """One Chromium for all tests that leave it alive; nothing of it may stay."""
    settings = BrowserSettings(program=tool("chromium"), sandbox=os.geteuid() != 0, pictures=folder)
    lent = Browsers(settings, time.perf_counter)
    yield lent
    lent.close()
    deadline = time.monotonic() + PATIENT
    while left := processes(folder):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
    assert list(folder.glob("truegreen-browser-*")) == []


@pytest.fixture(scope="module")
def site() -> Iterator[Pages]:
    """A few pages and what was asked for them."""
    with pages() as found:
        yield found


def processes(folder: Path) -> dict[int, str]:
    """Return the command lines of the Chromium processes that write into a folder, by their id."""
    found = {}
    for one in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(folder) in (line := one.read_bytes().replace(b"\0", b" ").decode()):
                found[int(one.parent.name)] = line
    return found


class Visitor:
    """Does steps of one run, one after the other."""

    def __init__(self, browsers: Browsers, url: str, run: str, **secrets: str) -> None:
        self._equipment = Equipment(browsers=browsers)
        self._run = run
        self._kit = Kit(
            secrets=Secrets(secrets),
            agent="robot/1",
            mark=MARK,
            target=parse_target(url),
            journey="buy",
        )
        self.exchange = Exchange()

    def does(self, path: str, *gestures: tuple[str, str, str], within: float = PATIENT) -> Any:
        """Return the response to a visit."""
        scope = Scope(
            variables={"run": self._run, "word": "mug"},
            connection=None,  # type: ignore[arg-type]  a browser has its own
            trace_headers=lambda: (("traceparent", "00-a-b-01"),),
            equipment=self._equipment,
        )
        deeds = tuple(Gesture(name=n, what=w, value=v) for n, w, v in gestures)  # type: ignore[arg-type]
        self.exchange = Exchange()
        action = compile_action(BrowserVisit(path=path, gestures=deeds), self._kit)
        return action.run(scope, within, self.exchange)

    def fails(self, path: str, *gestures: tuple[str, str, str], within: float = PATIENT) -> Any:
        """Return why a visit failed."""
        with pytest.raises(ExchangeError) as caught:
            self.does(path, *gestures, within=within)
        return caught.value


def test_a_page_is_opened_used_and_measured(browsers: Browsers, site: Pages) -> None:
    """A person's steps are done; load and largest paint are of the step that opened the page."""
    visitor = Visitor(browsers, site.url, "r1", CARD="4111 secret")
    page = visitor.does("/shop?q=${word}", ("see", "Welcome to the shop", ""))
    first = visitor.exchange
    assert (page.status, page.document()["title"]) == (200, "Shop")
    assert page.document()["url"] == f"{site.url}/shop?q=mug"
    # The picture comes after 300 ms and is the largest thing: both wait for it.
    assert first.page_load_seconds is not None
    assert first.largest_paint_seconds is not None
    assert 0.3 <= first.page_load_seconds <= first.ended - first.started + 0.05
    assert 0.3 <= first.largest_paint_seconds < PATIENT
    assert page.document()["page_load_seconds"] == first.page_load_seconds
    assert {"first_byte", "body"} <= set(first.phases)
    assert first.received_bytes > 300
    page = visitor.does(
        "",
        ("fill", "#card", "${secret:CARD}"),
        ("select", "#size", "large"),
        ("click", "text=Count", ""),
        ("see", "counted large 4111 secret", ""),
    )
    assert visitor.exchange.page_load_seconds is None, "no page was opened"
    assert "counted large" in page.text()
    visitor.does("", ("click", "text=Pay", ""), ("wait_for", "#paid", ""))
    assert visitor.exchange.page_load_seconds is not None, "a click opened one"
    browsers.left("r1")


def test_headers_go_to_the_target_alone_and_runs_share_nothing(
    browsers: Browsers, site: Pages
) -> None:
    """Mark, trace and name reach every request to the target, no other host, no later run."""
    site.asked.clear()
    Visitor(browsers, site.url, "r2").does("/shop")
    browsers.left("r2")
    to_target = [asked for asked in site.asked if asked["host"] != site.elsewhere]
    to_others = [asked for asked in site.asked if asked["host"] == site.elsewhere]
    assert {asked["path"] for asked in to_target} >= {"/shop", "/slow.svg"}
    for asked in to_target:
        assert (asked[MARK.header.lower()], asked["traceparent"]) == (MARK.value, "00-a-b-01")
        assert asked["user-agent"].endswith(" robot/1")
        assert "Headless" not in asked["user-agent"]
        assert "cookie" not in asked or asked["path"] != "/shop"
    assert to_others
    assert not [asked for asked in to_others if "traceparent" in asked or "x-synthetic" in asked]


def test_what_fails_has_its_reason_and_a_picture(
    browsers: Browsers, site: Pages, folder: Path
) -> None:
    """Words that never come, a closed port and a page that ends say what it was."""
    visitor = Visitor(browsers, site.url, "r3", CARD="4111")
    error = visitor.fails("/shop", ("fill", "#card", "${secret:CARD}"), ("see", "No", ""), within=3)
    assert error.reason is Reason.TIMEOUT
    assert str(error).startswith("`see No` had no end within 3s")
    assert str(folder / "buy.png") in str(error)
    assert (folder / "buy.png").read_bytes().startswith(b"\x89PNG")
    assert visitor.exchange.ended - visitor.exchange.started >= 2.9
    browsers.left("r3")
    closed = Visitor(browsers, site.closed, "r4").fails("/")
    assert (closed.reason, "ERR_CONNECTION_REFUSED" in str(closed)) == (Reason.REFUSED, True)
    browsers.left("r4")
    answer = Visitor(browsers, site.url, "r5").does("/missing")
    assert answer.status == 404
    browsers.left("r5")


def test_a_page_that_hangs_is_given_up(browsers: Browsers, site: Pages) -> None:
    """A page whose script never ends costs its timeout, and the next run gets a good browser."""
    visitor = Visitor(browsers, site.url, "r6")
    assert visitor.fails(BUSY, within=2).reason is Reason.TIMEOUT
    browsers.left("r6")
    assert Visitor(browsers, site.url, "r7").does("/shop").status == 200
    browsers.left("r7")


def test_what_happens_to_the_browser_is_the_probers(
    browsers: Browsers, site: Pages, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser that is killed is replaced by the next step, one that stands still is ended."""
    visitor = Visitor(browsers, site.url, "r8")
    visitor.does("/shop")
    main = next(
        number
        for number, line in processes(folder).items()
        if " --remote-debugging-pipe" in line and " --type=" not in line
    )
    os.kill(main, signal.SIGKILL)
    assert visitor.fails("", ("see", "Welcome", "")).reason is Reason.BROWSER
    visitor.does("/shop")
    child = browsers._lent["r8"]._process
    monkeypatch.setattr("truegreen_synthetics.browsing.browsers.GRACE_SECONDS", 0.5)
    os.kill(child.pid, signal.SIGSTOP)
    hung = visitor.fails("", ("see", "Welcome", ""), within=0.5)
    assert (hung.reason, "was ended" in str(hung)) == (Reason.TIMEOUT, True)
    assert child.returncode == -signal.SIGKILL


def test_a_browser_that_does_not_start_says_why(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """A missing program is a clear word, one that ends at once is the prober's fault."""
    with pytest.raises(TerminalError, match="--browser /nowhere/chromium: no program"):
        find_browser("/nowhere/chromium")
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    lent = Browsers(BrowserSettings(program=str(broken)), time.perf_counter)
    error = Visitor(lent, "http://127.0.0.1:1", "r9").fails("/")
    assert error.reason is Reason.BROWSER
    assert "the prober's own browser does not start" in str(error)
    if os.geteuid() == 0:
        lent = Browsers(BrowserSettings(program=tool("chromium")), time.perf_counter)
        error = Visitor(lent, "http://127.0.0.1:1", "r10").fails("/")
        assert "its sandbox does not run here" in str(error), "it is on unless it is told to be off"
