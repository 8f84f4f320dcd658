"""Ends a process that was started for another one when that has ended."""

from __future__ import annotations

import os
import signal
import sys

import gevent
import structlog
from gevent.socket import wait_read

from truegreen_synthetics.lifeline import is_bound

__all__ = ["end_with_starter"]

_log = structlog.get_logger(__name__)


def end_with_starter() -> None:
    """From now on, end as by SIGTERM once the process that started this one has ended."""
    if is_bound():
        gevent.spawn(_end_with, sys.stdin.fileno())


def _end_with(lifeline: int) -> None:
    wait_read(lifeline)
    while os.read(lifeline, 1):
        wait_read(lifeline)
    _log.warning("starter_ended", hint="this process ends as well")
    os.kill(os.getpid(), signal.SIGTERM)
