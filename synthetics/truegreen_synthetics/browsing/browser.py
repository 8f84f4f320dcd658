"""A browser in a process of its own: reads visits line by line, does each, says what was seen.

Started by `browsers` with the number of a socket. It ends when the socket does, so it outlives
nobody. Headers go to the target's own origin alone, by interception of those requests: a header on
a request to somebody else would tell them of the trace, and may be refused by their CORS rules.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error, async_playwright
from playwright.async_api import TimeoutError as TooLate

from truegreen_synthetics.browsing.faults import fault_of
from truegreen_synthetics.browsing.timings import TIMINGS, told_of
from truegreen_synthetics.browsing.visits import Deed, Launch, Seen, Visit, line_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Locator, Page, Response

__all__ = ["main"]

FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LONGEST_LINE = 4 * 1024 * 1024
MOST_TEXT = 1024 * 1024
LOOKING_SECONDS = 2.0


class Tab:
    """A browser without history for one run: a page, what was answered for it, where it is.

    Args:
        context: Cookies and storage of the run.
        page: Its page.
        control: DevTools of that page.
    """

    def __init__(self, context: BrowserContext, page: Page, control: CDPSession) -> None:
        self.context = context
        self.page = page
        self._control = control
        self._headers: tuple[tuple[str, str], ...] = ()
        self._answer: Response | None = None
        self._known = 0.0
        self._doing = ""
        self._hidden: list[Locator] = []
        self._sending: set[asyncio.Task[None]] = set()
        page.on("response", self._answered)
        control.on("Fetch.requestPaused", self._paused)

    async def visit(self, asked: Visit) -> Seen:
        """Do what is asked; return what was seen, also of what failed."""
        self._headers = asked.headers
        started = time.perf_counter()
        reason = detail = ""
        timings: dict[str, Any] = {}
        try:
            async with asyncio.timeout(asked.timeout_seconds):
                await self._act(asked, started)
                ended = time.perf_counter()
                timings = await self._timings()
        except (TooLate, TimeoutError):
            reason = "timeout"
            detail = f"`{self._doing}` had no end within {asked.timeout_seconds:g}s"
        except Error as error:
            reason, detail = fault_of(str(error))
        if reason:
            ended = time.perf_counter()
        picture = await self._picture(asked.picture) if reason and asked.picture else ""
        return await self._seen(
            timings, started=started, ended=ended, reason=reason, detail=detail, picture=picture
        )

    async def _act(self, asked: Visit, started: float) -> None:
        left = asked.timeout_seconds * 1000
        self.page.set_default_timeout(left)
        if asked.url:
            self._doing = "open"
            await self.page.goto(asked.url, wait_until="commit", timeout=left)
        for deed in asked.deeds:
            spent = time.perf_counter() - started
            self._doing = f"{deed.name} {deed.what}"
            await self._do(deed, max(1.0, left - spent * 1000))
        self._doing = "load"
        spent = time.perf_counter() - started
        await self.page.wait_for_load_state("load", timeout=max(1.0, left - spent * 1000))

    async def _do(self, deed: Deed, left: float) -> None:
        page, what = self.page, deed.what
        match deed.name:
            case "click":
                await page.click(what, timeout=left)
            case "fill":
                if deed.secret:
                    self._hidden.append(page.locator(what))
                await page.fill(what, deed.value, timeout=left)
            case "select":
                await page.select_option(what, deed.value, timeout=left)
            case "press":
                await page.keyboard.press(what)
            case "wait_for":
                await page.locator(what).first.wait_for(timeout=left)
            case "see":
                await page.get_by_text(what).first.wait_for(timeout=left)

    async def _timings(self) -> dict[str, Any]:
        """Return how the page came, if it is another one; a page may leave meanwhile."""
        while True:
            try:
                found: dict[str, Any] = await self.page.evaluate(TIMINGS, self._known)
            except TooLate:
                raise
            except Error as error:
                if "context was destroyed" not in str(error):
                    raise
                await self.page.wait_for_load_state("load")
                continue
            if found["origin"] == self._known:
                return {}
            self._known = found["origin"]
            return found

    async def _seen(self, timings: dict[str, Any], **told: Any) -> Seen:  # noqa: ANN401  of `Seen`
        answer, text, title = self._answer, "", ""
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(LOOKING_SECONDS):
                text = await self.page.evaluate(
                    "() => document.body ? document.body.innerText : ''"
                )
                title = await self.page.title()
        secure = await self._certificate()
        return Seen(
            **told,
            url=self.page.url,
            title=title,
            text=text[:MOST_TEXT],
            status=answer.status if answer else 0,
            headers=dict(answer.headers) if answer else {},
            certificate_expiry=secure,
            **told_of(timings),
        )

    async def _certificate(self) -> float | None:
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(LOOKING_SECONDS):
                found = await self._answer.security_details() if self._answer else None
                return None if found is None else found.get("validTo")
        return None

    async def _picture(self, path: str) -> str:
        with suppress(Error, TimeoutError, OSError):
            async with asyncio.timeout(LOOKING_SECONDS):
                await self.page.screenshot(path=path, mask=self._hidden)
                return path
        return ""

    def _answered(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and request.frame == self.page.main_frame:
            self._answer = response

    def _paused(self, event: dict[str, Any]) -> None:
        sending = asyncio.ensure_future(self._send_on(event))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)

    async def _send_on(self, event: dict[str, Any]) -> None:
        own = {name.lower() for name, _ in self._headers}
        kept = [
            {"name": name, "value": value}
            for name, value in event["request"]["headers"].items()
            if name.lower() not in own
        ]
        added = [{"name": name, "value": value} for name, value in self._headers]
        with suppress(Error):  # the page may be gone
            await self._control.send(
                "Fetch.continueRequest",
                {"requestId": event["requestId"], "headers": kept + added},
            )


async def _usual_agent(browser: Browser) -> str:
    """Return what the browser calls itself when a person looks on."""
    page = await browser.new_page()
    found: str = await page.evaluate("() => navigator.userAgent")
    await page.close()
    return found.replace("Headless", "")


async def _open(browser: Browser, asked: Visit, agent: str) -> Tab:
    context = await browser.new_context(
        user_agent=f"{agent} {asked.agent}", proxy={"server": asked.proxy} if asked.proxy else None
    )
    page = await context.new_page()
    control = await context.new_cdp_session(page)
    tab = Tab(context, page, control)
    await control.send("Fetch.enable", {"patterns": [{"urlPattern": f"{asked.origin}/*"}]})
    return tab


def _visit(told: dict[str, Any]) -> Visit:
    deeds = tuple(Deed(**one) for one in told.pop("deeds"))
    headers = tuple((name, value) for name, value in told.pop("headers"))
    return Visit(**told, deeds=deeds, headers=headers)


async def _serve(there: socket.socket) -> None:
    reader, writer = await asyncio.open_connection(sock=there, limit=LONGEST_LINE)

    async def answer(message: Seen | dict[str, Any]) -> None:
        writer.write(line_of(message))
        await writer.drain()

    asked = Launch(**json.loads(await reader.readline()))
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=asked.program,
                chromium_sandbox=asked.sandbox,
                args=list(FLAGS),
                handle_sigint=False,
                handle_sigterm=False,
            )
        except Error as error:
            await answer({"fault": str(error)})
            return
        agent = await _usual_agent(browser)
        await answer({"version": browser.version})
        tab: Tab | None = None
        while line := await reader.readline():
            told = json.loads(line)
            if "url" in told:
                visit = _visit(told)
                tab = tab or await _open(browser, visit, agent)
                await answer(await tab.visit(visit))
            else:
                if tab is not None:
                    await tab.context.close()
                    tab = None
                await answer({"empty": True})
        await browser.close()


def main() -> None:
    """Serve visits that come over the socket whose number is the one argument."""
    asyncio.run(_serve(socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
