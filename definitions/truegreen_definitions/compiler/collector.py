"""Python's cycle collector, told to wait while trees are built that stay until the end.

A compiler makes many objects and drops few: the collector looks at all of them again and again
and finds nothing, which takes half of the time. Memory is freed by reference counts all the same.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collector_paused"]


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let no cycles be collected meanwhile, unless nobody does anyway."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
