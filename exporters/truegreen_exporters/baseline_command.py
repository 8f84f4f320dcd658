"""`truegreen baseline`: what could be promised, from the past of agreements, measures and steps."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import INSTANT_FORM, add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan
    from truegreen_exporters.baseline_past import StepPast
    from truegreen_exporters.baseline_text import Threshold

__all__ = ["BASELINE"]


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "id", nargs="*", metavar="ID", help="agreement, measure or step (default: all)"
    )
    add_plan(parser)
    parser.add_argument(
        "--state", type=as_path, metavar="FILE", help="past of records: the exporter's state file"
    )
    parser.add_argument("--prometheus", metavar="URL", help="past of signals: where they are kept")
    parser.add_argument(
        "--chance", type=_share, default=0.9, metavar="RATIO", help="of the next window (90%%)"
    )
    for level, share in (("satisfied", "75%"), ("tolerated", "95%")):
        parser.add_argument(
            f"--{level}",
            type=_share,
            default=share,
            metavar="RATIO",
            help=f"of a step's cases that are to be {level} ({share}%)",
        )
    parser.add_argument(
        "--windows", type=int, default=24, metavar="N", help="past windows to look at (24)"
    )
    parser.add_argument(
        "--at", type=instant, metavar="INSTANT", help=f"seen from then, not now: {INSTANT_FORM}"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _share(text: str) -> float:
    from truegreen_definitions.units import parse_ratio

    try:
        found = float(parse_ratio(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not 0 < found < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no such part: write one such as 90%")
    return found


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters import baseline_text
    from truegreen_exporters.baseline import baseline, target_baseline
    from truegreen_exporters.baseline_past import Counts, past_records, past_signals, past_steps

    if arguments.state is None and arguments.prometheus is None:
        raise TerminalError("nothing to look at: name --state FILE, --prometheus URL, or both")
    loaded, at = read_plan(arguments.plan), arguments.at or datetime.now(UTC)
    wanted, windows = _wanted(loaded.plan, arguments.id), arguments.windows
    chance: float = arguments.chance
    counts: dict[str, Counts] = {}
    values: dict[str, list[float]] = {}
    steps: list[baseline_text.Threshold] = []
    if arguments.state is not None:
        shares = arguments.satisfied, arguments.tolerated
        pasts = past_steps(loaded, arguments.state, wanted, at, windows=windows, shares=shares)
        steps = [one for past in pasts for one in _thresholds(past, shares, chance)]
        counts, values = past_records(loaded, arguments.state, wanted, at, windows)
    if arguments.prometheus is not None:
        others = wanted - set(counts)
        counts |= dict(past_signals(loaded.plan, arguments.prometheus, others, at, windows))
    found = [
        (one, baseline(counts[one.id], float(one.objective), chance))
        for one in loaded.plan.agreements
        if one.id in counts
    ]
    targets = [
        (one, bound, target_baseline(values[one.id], float(bound.target), chance, at_most=less))
        for one in loaded.plan.measurements
        if (bound := one.bound) is not None and one.id in values
        for less in [bound.direction == "at_most"]
    ]
    if arguments.format == "json":
        print(baseline_text.document(found, targets, steps), end="")
    else:
        print(baseline_text.text(found, targets, steps, chance=chance), end="")
    return ExitCode.CLEAN


def _thresholds(past: StepPast, shares: tuple[float, float], chance: float) -> Iterator[Threshold]:
    """Yield what the past says of each threshold of a step."""
    from truegreen_exporters.baseline import threshold_baseline

    step, (satisfied, tolerated) = past.step, shares
    said = threshold_baseline(past.satisfied, step.satisfied_seconds, chance)
    yield past, "satisfied", satisfied, said
    said = threshold_baseline(past.tolerated, step.tolerated_seconds, chance)
    yield past, "tolerated", tolerated, said


def _wanted(plan: Plan, named: list[str]) -> frozenset[str]:
    """Return the ids that are asked for: all that is promised, where none is named."""
    measured = (one.id for one in plan.measurements if one.bound is not None)
    steps = (f"{s.name}/{one.name}" for s in plan.services if s.process for one in s.followed)
    known = frozenset((*(one.id for one in plan.agreements), *measured, *steps))
    for name in named:
        if name not in known:
            raise TerminalError(
                f"nothing that is promised is called {name!r}: there are {', '.join(sorted(known))}"
            )
    return frozenset(named) or known


BASELINE = Command("baseline", "Say what could be promised, from the past.", _configure, _run)
