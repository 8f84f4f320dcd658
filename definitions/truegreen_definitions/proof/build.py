"""What is to be proven: the files of a build folder, all of them or the chosen cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.alertmanager import ALERTMANAGER
from truegreen_definitions.emitters.rule_tests import RULE_TESTS, suites_of
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.proof.coverage import coverage
from truegreen_definitions.proof.outcome import Proof
from truegreen_definitions.proof.routes import expected_routes
from truegreen_definitions.proof.runner import run_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.emitters.rule_tests.suite import Suite
    from truegreen_definitions.plan import Plan
    from truegreen_definitions.proof.outcome import FileOutcome
    from truegreen_definitions.proof.routes import Routed
    from truegreen_definitions.proof.tools import Tools

__all__ = ["Work", "chosen", "is_build", "prove", "write_proof"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be proven.

    Attributes:
        folder: The build folder.
        whole: Whether all of the plan is; else there is no coverage to speak of.
        altered: Files of the folder that are not what the plan makes, sorted.
    """

    plan: Plan
    folder: Path
    suites: tuple[Suite, ...]
    routes: tuple[Routed, ...]
    whole: bool
    altered: tuple[str, ...]


def is_build(folder: Path) -> bool:
    """Return whether a folder is one that a build wrote."""
    return (folder / "plan.json").is_file()


def write_proof(folder: Path, plan: Plan) -> None:
    """Write what a proof needs of a build, and no more."""
    write_all(folder, _artifacts(plan))


def chosen(plan: Plan, folder: Path, text: str) -> Work:
    """Return the work on a build folder, or its cases whose subject or claim holds a text.

    The files of chosen cases are run whole, and what else they say is left out.
    """
    suites = tuple(one for service in plan.services for one in suites_of(plan, service))
    routes = expected_routes(plan)
    if text:
        kept = (
            replace(suite, cases=tuple(c for c in suite.cases if text in f"{c.about}: {c.claim}"))
            for suite in suites
        )
        suites = tuple(suite for suite in kept if suite.cases)
        routes = tuple(one for one in routes if text in f"{one.about}: {dict(one.labels)}")
    altered = () if text else tuple(sorted(_altered(plan, folder)))
    return Work(
        plan=plan, folder=folder, suites=suites, routes=routes, whole=not text, altered=altered
    )


def prove(work: Work, tools: Tools, jobs: int, done: Callable[[FileOutcome], None]) -> Proof:
    """Run it all.

    Raises:
        TerminalError: A tool does not run.
    """
    files = run_all(
        work.folder,
        work.suites,
        work.routes,
        promtool=tools.promtool,
        amtool=tools.amtool,
        jobs=jobs,
        done=done,
    )
    covered = coverage(work.plan) if work.whole else None
    return Proof(files=files, coverage=covered, altered=work.altered)


def _artifacts(plan: Plan) -> Iterator[Artifact]:
    for emitter in (RULES, RULE_TESTS, ALERTMANAGER):
        yield from emitter.emit(plan, BuildInfo())


def _altered(plan: Plan, folder: Path) -> Iterator[str]:
    """Yield files that differ: tests of rules that nobody deploys would prove nothing."""
    for artifact in _artifacts(plan):
        path = folder / artifact.path
        if not path.is_file() or path.read_bytes() != artifact.text.encode():
            yield artifact.path
