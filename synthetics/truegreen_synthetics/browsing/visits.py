"""What is asked of a browser, and what it answers: lines of JSON between two processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Deed", "Launch", "Seen", "Visit", "line_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a browser is started; the first line that its process reads.

    Attributes:
        program: Path of a Chromium.
        sandbox: Whether pages are shut in by the system's sandbox, which refuses to run as root.
    """

    program: str
    sandbox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that is done on a page, ready to be done.

    Attributes:
        name: As in the plan's `Gesture`.
        secret: Whether what is written there is one, so that no picture shows it.
    """

    name: str
    what: str
    value: str
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One step in a browser.

    Attributes:
        run: The run it is part of.
        origin: Scheme, host and port of the target; headers go nowhere else.
        url: Page to open; empty to stay.
        deeds: What is done there.
        headers: (name, value) pairs of every request to the origin.
        agent: What is added to what the browser calls itself.
        proxy: To go through; empty for none.
        timeout_seconds: When it is given up.
        picture: File that a picture of the page goes to where the visit fails; empty for none.
    """

    run: str
    origin: str
    url: str
    deeds: tuple[Deed, ...]
    headers: tuple[tuple[str, str], ...]
    agent: str
    proxy: str
    timeout_seconds: float
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How a visit went.

    Attributes:
        started: When the page was asked for, monotonic seconds.
        ended: When all was done and the page had loaded, monotonic seconds.
        reason: Why it failed, one of the words of `Reason`; empty when it did not.
        detail: The same in a sentence.
        url: Where the browser is.
        title: Of the page.
        text: What a person can read on it.
        status: HTTP status of the last page; 0 for none.
        headers: Of that page's answer, names in lower case.
        received_bytes: What came for it, as far as the browser tells.
        phases: Seconds by phase of the request for the page, where one was opened.
        page_load_seconds: Until the end of its load event; None where no page was opened.
        largest_paint_seconds: Until its main content was painted; None where nothing was.
        certificate_expiry: When the certificate of the page's host ends, in Unix seconds.
        picture: File with a picture of the page; empty for none.
    """

    started: float = 0.0
    ended: float = 0.0
    reason: str = ""
    detail: str = ""
    url: str = ""
    title: str = ""
    text: str = ""
    status: int = 0
    headers: dict[str, str]
    received_bytes: int = 0
    phases: dict[str, float]
    page_load_seconds: float | None = None
    largest_paint_seconds: float | None = None
    certificate_expiry: float | None = None
    picture: str = ""


def line_of(message: Launch | Visit | Seen | dict[str, Any]) -> bytes:
    """Return a message as a line."""
    told = message if isinstance(message, dict) else asdict(message)
    return json.dumps(told).encode() + b"\n"
