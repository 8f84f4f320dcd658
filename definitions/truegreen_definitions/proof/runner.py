"""All files of a proof at once, as many as there are processors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING

from truegreen_definitions.proof.promtool import run_suite
from truegreen_definitions.proof.routes import run_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from truegreen_definitions.emitters.rule_tests.suite import Suite
    from truegreen_definitions.proof.outcome import FileOutcome
    from truegreen_definitions.proof.routes import Routed

__all__ = ["run_all"]


def run_all(
    folder: Path,
    suites: Sequence[Suite],
    routes: Sequence[Routed],
    *,
    promtool: str,
    amtool: str,
    jobs: int,
    done: Callable[[FileOutcome], None],
) -> tuple[FileOutcome, ...]:
    """Run suites and routes of a build folder; return what came out, in order of name.

    Args:
        folder: The build folder.
        suites: Tests of rules.
        routes: Who must be told of what; without amtool nobody is asked.
        promtool: The program.
        amtool: The program, or empty where it is missing.
        jobs: How many run at a time.
        done: Called with each outcome as it comes.

    Raises:
        TerminalError: A tool does not run.
    """
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        waiting = [
            pool.submit(run_suite, promtool, folder, suite)
            for suite in sorted(suites, key=_effort, reverse=True)
        ]
        if amtool and routes:
            waiting.append(pool.submit(run_routes, amtool, folder, tuple(routes)))
        try:
            outcomes = []
            for future in as_completed(waiting):
                outcomes.append(future.result())
                done(outcomes[-1])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(sorted(outcomes, key=lambda outcome: outcome.name))


def _effort(suite: Suite) -> int:
    """Return how much a suite has to evaluate: the longest goes first, so none is left alone."""
    every = suite.layer.evaluation_seconds
    last = max((check.at for case in suite.cases for check in case.checks), default=0)
    return sum(len(group.rules) for group in suite.groups) * (last // every + 1)
