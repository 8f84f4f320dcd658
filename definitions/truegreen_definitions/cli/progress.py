"""A bar on stderr while a person watches something that takes a while."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TextIO

__all__ = ["Progress"]

WIDTH = 24


class Progress:
    """Shows how much of a known number of things is done; nothing where nobody watches."""

    def __init__(self, total: int, stream: TextIO | None = None, *, patience: float = 0) -> None:
        """Begin at none of `total`; what ends within `patience` seconds shows nothing."""
        self._from = monotonic() + patience
        self._total, self._done, self._shown = total, 0, 0
        self._stream = stream or sys.stderr
        self._watched = self._stream.isatty()

    def step(self, name: str) -> None:
        """Count one more as done, and say which."""
        self._done += 1
        if self._watched and monotonic() >= self._from:
            full = WIDTH * self._done // max(1, self._total)
            line = f"[{'#' * full}{'.' * (WIDTH - full)}] {self._done}/{self._total} {name}"
            self._stream.write(f"\r{line:<{self._shown}}")
            self._stream.flush()
            self._shown = len(line)

    def close(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._stream.write(f"\r{' ' * self._shown}\r")
            self._stream.flush()
            self._shown = 0
