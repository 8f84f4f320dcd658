"""The demo's pager: receives what Alertmanager sends to the teams and keeps it in order."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from truegreen_demo.processes import LOOPBACK

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Notification", "Pager"]

MAX_BODY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One alert as a team was told of it.

    Attributes:
        channel: `page` or `ticket`.
        status: `firing` or `resolved`.
    """

    channel: str
    status: str
    labels: dict[str, str]
    annotations: dict[str, str]


class Pager:
    """A webhook receiver on a loopback port; `take` returns what came since the last call."""

    def __init__(self, port: int) -> None:
        """Bind the port; nothing is served before the `with` block."""
        received: deque[Notification] = deque(maxlen=1_000)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = min(int(self.headers.get("Content-Length") or 0), MAX_BODY_BYTES)
                try:
                    body = json.loads(self.rfile.read(size))
                    received.extend(_notifications(self.path.strip("/"), body))
                    self.send_response(200)
                except (ValueError, KeyError, TypeError, AttributeError):
                    self.send_response(400)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its name there
                pass

        self._received = received
        self._server = ThreadingHTTPServer((LOOPBACK, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        """Serve in a thread."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self) -> tuple[Notification, ...]:
        """Return the notifications since the last call, oldest first."""
        out = []
        while self._received:
            out.append(self._received.popleft())
        return tuple(out)


def _notifications(channel: str, body: dict[str, list[dict[str, object]]]) -> list[Notification]:
    return [
        Notification(
            channel=channel,
            status=str(alert["status"]),
            labels=_texts(alert["labels"]),
            annotations=_texts(alert["annotations"]),
        )
        for alert in body["alerts"]
    ]


def _texts(found: object) -> dict[str, str]:
    if not isinstance(found, dict):
        raise TypeError("labels and annotations are objects")
    return {str(name): str(value) for name, value in found.items()}
