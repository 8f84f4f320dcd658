"""Tells that a server behind the page begins to fail, and that it answers again: once each.

A page asks dozens of questions at a time, again and again; told one by one they would bury
everything else that is said.
"""

from __future__ import annotations

import threading
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from truegreen_dashboards.preview.upstream import Answer, Upstream

__all__ = ["Failing"]

_log = structlog.get_logger(__name__)


class Failing:
    """Which servers fail, and how many questions they have not answered; for any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unanswered: dict[str, int] = {}

    def note(self, upstream: Upstream, answer: Answer) -> None:
        """Take how a server answered; say so where that is news."""
        failed = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        with self._lock:
            before = self._unanswered.get(upstream.name, 0)
            if failed:
                self._unanswered[upstream.name] = before + 1
            else:
                self._unanswered.pop(upstream.name, None)
        about = {"server": upstream.name, "url": upstream.shown}
        if failed and not before:
            _log.warning("questions_fail", **about, status=int(answer.status))
        elif before and not failed:
            _log.info("questions_answered_again", **about, unanswered=before)
