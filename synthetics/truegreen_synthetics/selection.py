"""What this probe runs: the journeys of one location, made ready for the first request."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan.file import read_plan
from truegreen_synthetics.journeys import compile_journey, secrets_of
from truegreen_synthetics.secret_values import read_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.plan import Journey, Plan
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_synthetics.journeys import CompiledJourney

__all__ = ["Assignment", "assign", "load", "select"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a probe has to do.

    Attributes:
        digest: Of the plan.
        revision: The commit the plan was built from, if it was told.
        location: From where the journeys are run.
        journeys: Ready to run, in the plan's order.
    """

    digest: str
    revision: str
    location: str
    journeys: tuple[CompiledJourney, ...]


def load(
    path: Path, location: str | None, journey: str | None, environment: Mapping[str, str]
) -> Assignment:
    """Return what a plan.json gives this probe to do; see `assign`.

    Raises:
        TerminalError: The file cannot be read, or there is nothing that can be run.
    """
    return assign(read_plan(path), location, journey, environment)


def assign(
    loaded: LoadedPlan,
    location: str | None,
    journey: str | None,
    environment: Mapping[str, str],
) -> Assignment:
    """Return what a plan gives this probe to do.

    Args:
        loaded: The plan.
        location: From where; None when the plan has only one location.
        journey: The only one to run; None for all of the location.
        environment: Where secrets are looked up.

    Raises:
        TerminalError: A secret is missing, or there is nothing that can be run.
    """
    chosen, journeys = select(loaded.plan, location, journey)
    needed = frozenset[str]().union(*map(secrets_of, journeys))
    secrets = read_secrets(needed, environment, lambda name: Path(name).read_text("utf-8"))
    agent = f"truegreen/{version('truegreen')} (synthetic)"
    mark = loaded.plan.policy.synthetic
    return Assignment(
        digest=loaded.digest,
        revision=loaded.revision,
        location=chosen,
        journeys=tuple(compile_journey(one, mark, secrets, agent) for one in journeys),
    )


def select(
    plan: Plan, location: str | None, journey: str | None
) -> tuple[str, tuple[Journey, ...]]:
    """Return the location and its journeys, or the one that is named.

    Without a location there must be only one in the plan.

    Raises:
        TerminalError: There is nothing to run, or it is not clear what.
    """
    locations = sorted({one for found in plan.journeys for one in found.locations})
    if not locations:
        raise TerminalError("the plan has no journeys: define one (kind: Journey)")
    if location is None and len(locations) > 1:
        raise TerminalError(f"say from where with --location: {', '.join(locations)}")
    chosen = location or locations[0]
    if chosen not in locations:
        raise TerminalError(f"no journey runs from {chosen!r}: write {', '.join(locations)}")
    here = tuple(found for found in plan.journeys if chosen in found.locations)
    if journey is not None:
        names = ", ".join(found.name for found in here)
        here = tuple(found for found in here if found.name == journey)
        if not here:
            raise TerminalError(f"no journey {journey!r} runs from {chosen}: write {names}")
    return chosen, here
