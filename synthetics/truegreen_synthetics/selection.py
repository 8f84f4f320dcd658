"""What this probe runs: the journeys of one location, made ready for the first request."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan.file import read_plan
from truegreen_definitions.secret_values import read_secrets
from truegreen_synthetics.journeys import compile_journey, secrets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_definitions.plan import Calendar, Journey, Plan, Synthetic
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_definitions.secret_values import Secrets
    from truegreen_synthetics.journeys import CompiledJourney

__all__ = ["Assignment", "assign", "load", "reassign", "select"]

HERE = Path()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What a probe has to do.

    Attributes:
        digest: Of the plan.
        revision: The commit the plan was built from, if it was told.
        location: From where the journeys are run.
        journeys: Ready to run, in the plan's order.
        meanings: Of each, equal where running it would be the same, secrets included.
    """

    digest: str
    revision: str
    location: str
    journeys: tuple[CompiledJourney, ...]
    meanings: tuple[str, ...]

    @property
    def longest_seconds(self) -> float:
        """How long a run may take, cleanup included."""
        return max(
            sum(step.timeout_seconds for step in one.steps) + one.cleanup_seconds
            for one in self.journeys
        )


def load(
    path: Path,
    location: str | None,
    journey: str | None,
    environment: Mapping[str, str],
    files: Path = HERE,
) -> Assignment:
    """Return what a plan.json gives this probe to do; see `assign`.

    Raises:
        TerminalError: The file cannot be read, or there is nothing that can be run.
    """
    return assign(read_plan(path), location, journey, environment, files)


def assign(
    loaded: LoadedPlan,
    location: str | None,
    journey: str | None,
    environment: Mapping[str, str],
    files: Path = HERE,
) -> Assignment:
    """Return what a plan gives this probe to do.

    Args:
        loaded: The plan.
        location: From where; None when the plan has only one location.
        journey: The only one to run; None for all of the location.
        environment: Where secrets are looked up.
        files: Folder of the journeys' rows.

    Raises:
        TerminalError: A secret is missing, or there is nothing that can be run.
    """
    chosen, journeys = select(loaded.plan, location, journey)
    return _prepared(loaded, chosen, journeys, environment, files)


def reassign(
    loaded: LoadedPlan,
    location: str,
    journey: str | None,
    environment: Mapping[str, str],
    files: Path = HERE,
) -> Assignment:
    """Return what a new plan gives a running probe to do, which may be nothing.

    Raises:
        TerminalError: A secret is missing, or a journey cannot be run.
    """
    journeys = tuple(
        found
        for found in loaded.plan.journeys
        if location in found.locations and journey in {None, found.name}
    )
    return _prepared(loaded, location, journeys, environment, files)


def _prepared(
    loaded: LoadedPlan,
    location: str,
    journeys: tuple[Journey, ...],
    environment: Mapping[str, str],
    files: Path,
) -> Assignment:
    needed = frozenset[str]().union(*map(secrets_of, journeys))
    secrets = read_secrets(needed, environment, lambda name: Path(name).read_text("utf-8"))
    agent = f"truegreen/{version('truegreen')} (synthetic)"
    mark = loaded.plan.policy.synthetic
    calendars = {one.name: one for one in loaded.plan.calendars}

    def read(name: str) -> str:
        return (files / name).read_text("utf-8")

    return Assignment(
        digest=loaded.digest,
        revision=loaded.revision,
        location=location,
        journeys=tuple(
            compile_journey(one, mark, secrets, agent, calendars=calendars, read=read)
            for one in journeys
        ),
        meanings=tuple(_meaning(one, mark, secrets, calendars, read) for one in journeys),
    )


def _meaning(
    journey: Journey,
    mark: Synthetic | None,
    secrets: Secrets,
    calendars: Mapping[str, Calendar],
    read: Callable[[str], str],
) -> str:
    """Return a digest of all that a run depends on; a moved line of a definition is nothing."""
    values = {name: secrets[name] for name in sorted(secrets_of(journey))}
    named = sorted({*journey.pause, journey.during} & calendars.keys())
    around = [asdict(calendars[name]) for name in named]
    rows = read(journey.data.csv) if journey.data is not None and journey.data.csv else ""
    parts = [_unplaced(asdict(journey)), mark and asdict(mark), values, _unplaced(around), rows]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _unplaced(value: object) -> object:
    if isinstance(value, dict):
        return {key: _unplaced(one) for key, one in value.items() if key != "origin"}
    return [_unplaced(one) for one in value] if isinstance(value, list | tuple) else value


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
