"""What a stress run may be pointed at: load is refused where nobody said that it is meant."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import TYPE_CHECKING

from truegreen_definitions.errors import UsageError
from truegreen_definitions.target import parse_target

if TYPE_CHECKING:
    from truegreen_definitions.plan import Action, Journey, Plan

__all__ = ["aimed"]

READING = ("GET", "HEAD", "OPTIONS", "SELECT", "TCP", "DNS", "RESOLVE", "CONNECT")


def aimed(
    plan: Plan,
    chosen: tuple[Journey, ...],
    target: str | None,
    *,
    writes: bool,
    every_seconds: float,
) -> Plan:
    """Return a plan of the chosen journeys, aimed at what load may be put on.

    Args:
        plan: The plan.
        chosen: Those of its journeys that make the load.
        target: What was said with `--target`; None for the journeys' own, on this machine alone.
        writes: Whether journeys may write.
        every_seconds: Slots of the probe beside.

    Raises:
        UsageError: It is not said that this is meant.
    """
    if target is not None:
        try:
            parse_target(target)
        except ValueError as error:
            raise UsageError(f"--target: {error}") from error
    journeys = []
    for journey in chosen:
        if not writes and (bad := next((one for one in _actions(journey) if _writes(one)), None)):
            raise UsageError(
                f"journey {journey.name} writes ({bad.summary}): add --allow-writes where the"
                " target may be filled with its records"
            )
        if target is None and not _is_this_machine(journey.target):
            raise UsageError(
                f"journey {journey.name} goes to {journey.target}, which is not this machine:"
                f" write --target {journey.target} where load on it is meant"
            )
        beside = min(journey.every_seconds, every_seconds)
        journeys.append(replace(journey, target=target or journey.target, every_seconds=beside))
    return replace(plan, journeys=tuple(journeys))


def _actions(journey: Journey) -> tuple[Action, ...]:
    return tuple(one.action for one in journey.steps)


def _writes(action: Action) -> bool:
    return action.summary.split(maxsplit=1)[0].upper() not in READING


def _is_this_machine(url: str) -> bool:
    host = parse_target(url).host
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
