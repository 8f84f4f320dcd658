"""Two ways of doing the same, measured in turn: machines drift, ratios of neighbours do not."""

from __future__ import annotations

import gc
import statistics
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["compare"]

ROUNDS = 9


def compare(
    title: str,
    ours: Callable[[], object],
    peer: Callable[[], object],
    peer_name: str,
    *,
    before: Callable[[], object] = lambda: None,
) -> None:
    """Print the median CPU time of both, and the median of peer over ours, round by round.

    Args:
        title: What is measured.
        ours: Our way.
        peer: Another's way.
        peer_name: Whose.
        before: Called before each round, outside the measurement.
    """
    ours()
    peer()
    pairs = []
    for _ in range(ROUNDS):
        before()
        pairs.append((_cpu(ours), _cpu(peer)))
    mine = statistics.median(one for one, _ in pairs) * 1e3
    other = statistics.median(two for _, two in pairs) * 1e3
    ratio = statistics.median(two / one for one, two in pairs)
    print(f"{title}: {mine:.2f} ms, {peer_name} {other:.2f} ms: {ratio:.2f} times as fast")


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start
