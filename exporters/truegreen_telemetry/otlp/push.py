"""The push of a process, or none: off unless the environment asks for it.

OpenTelemetry is imported only where something is pushed.
"""

from __future__ import annotations

import importlib.util
import socket
from importlib.metadata import version
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_telemetry.otlp.counts import PushCounts
from truegreen_telemetry.otlp.settings import push_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_definitions.names import ComponentValue
    from truegreen_telemetry.otlp.pusher import Pusher
    from truegreen_telemetry.otlp.settings import PushSettings
    from truegreen_telemetry.samples import Snapshot

__all__ = ["Push", "require_otlp"]


class Push:
    """What a process does about pushing; without settings all of it is nothing."""

    def __init__(self, component: ComponentValue, settings: PushSettings | None = None) -> None:
        self._component = component
        self._settings = settings
        self._counts = PushCounts(component) if settings else None
        self._pusher: Pusher | None = None

    @classmethod
    def asked_by(cls, environment: Mapping[str, str], component: ComponentValue) -> Push:
        """Return the push that an environment asks for.

        Raises:
            TerminalError: A variable cannot be used, or the packages for it are missing.
        """
        settings = push_settings(environment)
        if settings:
            require_otlp("OTEL_METRICS_EXPORTER")
        return cls(component, settings)

    def joined(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with the counts of pushes behind its own families."""
        return snapshot if self._counts is None else self._counts.joined(snapshot)

    def start(self, snapshot: Callable[[], Snapshot], port: int, started: float) -> None:
        """Begin to push.

        Args:
            snapshot: Returns what to push, as a scrape would show it now.
            port: Where the process is scraped: with the host's name it tells processes apart.
            started: Since when the process's counters count, in Unix seconds.

        Raises:
            TerminalError: A certificate file cannot be used.
        """
        if self._settings is None or self._counts is None:
            return
        from truegreen_telemetry.otlp.pusher import Pusher  # noqa: PLC0415  only who pushes pays

        resource = self.resource(port)
        self._pusher = Pusher(self._settings, resource, snapshot, self._counts, started)
        self._pusher.start()

    def resource(self, port: int) -> dict[str, str]:
        """Return what says who pushes: `port` is where the process is scraped."""
        return {
            "service.name": f"truegreen-{self._component}",
            "service.instance.id": f"{socket.gethostname()}:{port}",
            "service.version": version("truegreen"),
        }

    def stop(self, seconds: float) -> None:
        """Push once more, if that takes no longer, and end."""
        if self._pusher is not None:
            self._pusher.stop(seconds)


def require_otlp(variable: str) -> None:
    """Let through only who has the packages for OTLP; `variable` turns the push off.

    Raises:
        TerminalError: They are missing.
    """
    try:
        found = importlib.util.find_spec("opentelemetry.proto.collector") is not None
    except ModuleNotFoundError:
        found = False
    if not found:
        raise TerminalError(
            "the environment asks to push over OTLP (OTEL_…), which needs more packages: "
            f"pip install 'truegreen[otlp]', or set {variable}=none"
        )
