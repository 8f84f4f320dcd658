"""One stress run from its arguments to its report: load, workers, and the probe beside."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.plan.file import read_plan
from truegreen_synthetics.lifeline import let_go, start_bound
from truegreen_synthetics.selection import load, select
from truegreen_synthetics.stress.beside import ProbeBeside
from truegreen_synthetics.stress.counts import quantile
from truegreen_synthetics.stress.report import StressReport
from truegreen_synthetics.stress.safety import aimed, refuse_unaccountable
from truegreen_synthetics.stress.usability import Point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from truegreen_synthetics.selection import Assignment
    from truegreen_synthetics.stress.counts import StressCounts
    from truegreen_synthetics.stress.stages import Stage

__all__ = ["Asked", "assignment_of", "run_stress"]

END_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a stress run was asked to be.

    Attributes:
        workers: Processes that make the load here; 0 for this one alone.
        expected: Workers of other machines that will come as well.
        journal: File of what runs make; workers and the probe beside have their own next to it.
        also: Hosts beside the target that load may reach.
        files: Folder of the journeys' rows.
        every_seconds: Slots of the probe beside.
        joins: Whether this is a worker that comes to a master.
    """

    plan: Path
    location: str | None
    journey: str | None
    target: str | None
    stages: tuple[Stage, ...]
    workers: int
    expected: int
    address: tuple[str, int]
    writes: bool
    journal: Path | None
    also: tuple[str, ...]
    files: Path
    goal: float
    every_seconds: float
    joins: bool = False


def run_stress(asked: Asked, load_on: Callable[..., StressCounts]) -> StressReport:
    """Run it and return what it showed.

    Args:
        asked: What was asked for.
        load_on: Puts the load on; see `engine.stress`.

    Raises:
        TruegreenError: It may not, or cannot, be run.
    """
    with tempfile.TemporaryDirectory(prefix="truegreen-stress-") as folder:
        path = Path(folder) / "plan.json"
        assignment = _aim(asked, path)
        location = assignment.location
        probe = ProbeBeside(path, location, asked.files, _beside(asked.journal, "probe"))
        beside: list[dict[str, int]] = []

        def entered(number: int) -> None:
            found = probe.since_last()
            if number:
                beside.append(found)

        try:
            with _workers(asked, path, assignment):
                workers = asked.workers + asked.expected
                counts = load_on(
                    *(assignment, asked.stages, workers, asked.address, entered),
                    journal=asked.journal,
                )
        finally:
            probe.stop()
    return _report(asked, assignment, counts, beside)


def assignment_of(asked: Asked) -> Assignment:
    """Return what a worker has to do; it refuses what its master would refuse.

    Raises:
        TruegreenError: It may not, or cannot, be run.
    """
    with tempfile.TemporaryDirectory(prefix="truegreen-stress-") as folder:
        return _aim(asked, Path(folder) / "plan.json")


def _aim(asked: Asked, path: Path) -> Assignment:
    """Write the plan that load is made by, and return what is to be done."""
    loaded = read_plan(asked.plan)
    location, chosen = select(loaded.plan, asked.location, asked.journey)
    plan = aimed(
        loaded.plan,
        chosen,
        asked.target,
        writes=asked.writes,
        every_seconds=asked.every_seconds,
        also=asked.also,
    )
    path.write_text(dumps(plan, loaded.revision), "utf-8")
    found = load(path, location, None, os.environ, asked.files)
    one_process = not (asked.workers or asked.expected or asked.joins)
    refuse_unaccountable(found.journeys, noted=asked.journal is not None, one_process=one_process)
    return found


def _beside(journal: Path | None, whose: str) -> Path | None:
    """Return the journal of another process of the same run."""
    return None if journal is None else journal.with_name(f"{journal.name}.{whose}")


@contextlib.contextmanager
def _workers(asked: Asked, plan: Path, assignment: Assignment) -> Iterator[None]:
    """Run the workers of this machine for the length of the block."""
    host, port = asked.address
    command = [sys.executable, "-P", "-m", "truegreen_synthetics", "stress", "--worker"]
    command += [f"--master={host}:{port}", f"--plan={plan}", f"--location={assignment.location}"]
    command += [f"--target={asked.target}"] if asked.target is not None else []
    command += ["--allow-writes"] if asked.writes else []
    command += [f"--also={host}" for host in asked.also]
    command += [f"--data={asked.files}"]
    running = []
    for number in range(asked.workers):
        own = _beside(asked.journal, f"worker-{number + 1}")
        noting = [] if own is None else [f"--journal={own}"]
        running.append(start_bound([*command, *noting], stdout=subprocess.DEVNULL))
    try:
        yield
        for one in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.wait(assignment.longest_seconds + END_SECONDS)
    finally:
        for one in running:
            let_go(one)


def _report(
    asked: Asked, assignment: Assignment, counts: StressCounts, beside: list[dict[str, int]]
) -> StressReport:
    points = []
    for number, stage in enumerate(asked.stages):
        found = counts.stage(number)
        durations = found["durations"]
        points.append(
            Point(
                rate=stage.rate,
                offered=found["arrivals"] / stage.seconds,
                arrivals=found["arrivals"],
                dropped=found["dropped"],
                outcomes={one.value: found["outcomes"].get(one.value, 0) for one in OutcomeValue},
                median_seconds=quantile(durations, 0.5),
                slow_seconds=quantile(durations, 0.95),
                probe=beside[number] if number < len(beside) else {},
            )
        )
    return StressReport(
        journeys=tuple(one.name for one in assignment.journeys),
        target=assignment.journeys[0].target.url,
        points=tuple(points),
        goal=asked.goal,
        workers=max(1, asked.workers + asked.expected),
        orphans=sum(one["orphans"] for one in counts.stages.values()),
    )
