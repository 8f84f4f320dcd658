"""What the SLAs of a service say against what people experienced, over one closed period.

            XLA kept   XLA missed
SLA kept    green      watermelon
SLA missed  inverse    red

A side is missed when any of its agreements is, whatever is not known of the others; it is kept
when all are, and unknown when none is missed and one is not known. A watermelon, its inverse and
red are said only when both sides are certain. What looks like one by point estimates alone is
unknown, and a watermelon among it suspected. Green is said when nothing looks missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.names import WatermelonValue
from truegreen_exporters.accountability.watermelon.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from truegreen_exporters.accountability.watermelon.standing import Judged

__all__ = ["Verdict", "verdict"]

_LABELS = {  # whether (SLA, XLA) is missed
    (False, False): WatermelonValue.GREEN,
    (False, True): WatermelonValue.WATERMELON,
    (True, False): WatermelonValue.INVERSE,
    (True, True): WatermelonValue.RED,
}
_CERTAIN = {Standing.MET, Standing.MISSED}
_MISSED = {Standing.MISSED, Standing.SEEMS_MISSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A service over a closed period.

    Attributes:
        suspected: Whether point estimates say watermelon, and intervals cannot confirm it.
        depth: The SLA side's worst attainment less the XLA side's, each as a share of its
            target; None where a side has none.
        judged: The agreements, in order of their ids.
    """

    state: WatermelonValue
    suspected: bool
    depth: float | None
    judged: tuple[Judged, ...]


def verdict(judged: Iterable[Judged]) -> Verdict:
    """Return the verdict on the agreements of a service, both kinds together."""
    found = tuple(sorted(judged, key=lambda one: one.agreement))
    sides = [[one for one in found if one.kind == kind] for kind in ("sla", "xla")]
    standings = [{one.standing for one in side} for side in sides]
    sla, xla = map(_looks_missed, standings)
    state, suspected = WatermelonValue.UNKNOWN, False
    if sla is not None and xla is not None:
        label = _LABELS[sla, xla]
        if label is WatermelonValue.GREEN or all(map(_is_certain, standings)):
            state = label
        else:
            suspected = label is WatermelonValue.WATERMELON
    worst = [_worst(side) for side in sides]
    depth = None if worst[0] is None or worst[1] is None else worst[0] - worst[1]
    return Verdict(state=state, suspected=suspected, depth=depth, judged=found)


def _looks_missed(standings: Collection[Standing]) -> bool | None:
    """Return whether a side looks missed; None where nobody knows."""
    if _MISSED & set(standings):
        return True
    return None if not standings or Standing.UNKNOWN in standings else False


def _is_certain(standings: Collection[Standing]) -> bool:
    return Standing.MISSED in standings or set(standings) <= _CERTAIN


def _worst(side: Iterable[Judged]) -> float | None:
    return min((one.share for one in side if one.share is not None), default=None)
