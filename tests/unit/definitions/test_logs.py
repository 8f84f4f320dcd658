"""What a process says can be read by machines."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
import structlog

from truegreen_definitions.logs import configure_logs

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def unconfigured() -> Iterator[None]:
    """Leave structlog as it was."""
    yield
    structlog.reset_defaults()


def test_what_is_no_terminal_gets_json_lines() -> None:
    """Each event is one JSON object with its level, time and context, faults included."""
    out = io.StringIO()
    configure_logs(out)
    log = structlog.get_logger("test")
    log.info("rows_read", source="tickets", rows=3)
    try:
        int("odd")
    except ValueError:
        log.exception("cycle_failed")
    first, second = map(json.loads, out.getvalue().splitlines())
    assert (first["event"], first["level"], first["rows"]) == ("rows_read", "info", 3)
    assert first["timestamp"].endswith("Z")
    assert "ValueError: invalid literal" in second["exception"]


def test_a_terminal_gets_words() -> None:
    """On a terminal an event is a readable line, not JSON."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    configure_logs(out)
    structlog.get_logger("test").info("rows_read", rows=3)
    assert "rows_read" in out.getvalue()
    assert not out.getvalue().startswith("{")
