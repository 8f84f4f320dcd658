"""When something that is shown is to be looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Again"]


class Again:
    """Tells that it is due at first, after some seconds, and whenever time went back.

    Args:
        seconds: How long what was seen holds.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: tuple[float, int] | None = None

    def hold(self, seconds: float) -> None:
        """Let what was seen last hold for another number of seconds."""
        self._seconds = seconds

    def due(self, at: datetime, held: int = 0) -> bool:
        """Return whether to look again, and take note that somebody does.

        Args:
            at: The moment it is seen from.
            held: What makes it due too when it is another than before, such as a number of rows.
        """
        now = at.timestamp()
        if self._last is not None:
            before, known = self._last
            if known == held and before <= now < before + self._seconds:
                return False
        self._last = now, held
        return True
