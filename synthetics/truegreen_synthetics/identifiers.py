"""Ids of runs, traces and spans: random, and cheap enough for every step.

The system's own source of randomness is asked once a process: asking it for each id is dearer
than everything else a trace costs. Such ids tell things apart; they keep no secret.
Source of the sizes: W3C Trace Context, section 3.2.2: 16 and 8 bytes, not all of them zero.
"""

from __future__ import annotations

import os
from random import Random

__all__ = ["new_id"]

_random = Random()  # noqa: S311  no secret, see above


def new_id(size: int) -> str:
    """Return a random id of so many bytes, in lower-case hex; never zero."""
    return (_random.getrandbits(size * 8) or 1).to_bytes(size, "big").hex()


def _sow() -> None:
    _random.seed(os.urandom(32))


_sow()
os.register_at_fork(after_in_child=_sow)
