"""The preventions of a channel, from its records: what was detected, remedied, and stayed away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_exporters.accountability.losses.avoided import avoided
from truegreen_exporters.accountability.losses.happened import detections_of

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.accountability.losses.avoided import Avoided
    from truegreen_exporters.accountability.losses.ground import Ground
    from truegreen_exporters.engines.engine import Engine

__all__ = ["prevented"]


def prevented(
    engine: Engine, plan: Plan, ground: Ground, *, since: int, at: int
) -> tuple[Avoided, ...]:
    """Return what the preventions since an instant were worth; nothing without a rule for them.

    Args:
        engine: Has the incidents and remedies.
        plan: Says which tables there are.
        ground: What is known of the channel.
        since: In Unix seconds.
        at: The present, in Unix seconds: a fault that had less time to come back is not prevented.

    Raises:
        CountError: The rows cannot be reached.
    """
    rule = ground.channel.terms.avoided
    if rule is None:
        return ()
    away = rule.stays_away_seconds
    found = detections_of(engine, plan, ground.channel.service, stays_away=away, at=at)
    return avoided(ground, found, since)
