"""`truegreen baseline`: what could be promised, from the past of agreements and measures."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions import names
from truegreen_definitions.cli.arguments import add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_definitions.plan import Agreement, Bound, Measurement, Plan
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.baseline import Baseline

__all__ = ["BASELINE"]

_Target: TypeAlias = "tuple[Measurement, Bound, Baseline]"

_ANSWER_SECONDS = 30.0
_PERCENT = 100.0


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="*", metavar="ID", help="agreement or measure (default: all)")
    add_plan(parser)
    parser.add_argument(
        "--state", type=as_path, metavar="FILE", help="past of records: the exporter's state file"
    )
    parser.add_argument("--prometheus", metavar="URL", help="past of signals: where they are kept")
    parser.add_argument(
        "--chance", type=_share, default=0.9, metavar="RATIO", help="of the next window (90%%)"
    )
    parser.add_argument(
        "--windows", type=int, default=24, metavar="N", help="past windows to look at (24)"
    )
    parser.add_argument("--at", type=instant, metavar="INSTANT", help="seen from then, not now")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _share(text: str) -> float:
    from truegreen_definitions.units import parse_ratio

    try:
        found = float(parse_ratio(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not 0 < found < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no chance: write one such as 90%")
    return found


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.baseline import baseline, target_baseline

    if arguments.state is None and arguments.prometheus is None:
        raise TerminalError("nothing to look at: name --state FILE, --prometheus URL, or both")
    loaded, at = read_plan(arguments.plan), arguments.at or datetime.now(UTC)
    measured = {one.id: one for one in loaded.plan.measurements if one.bound is not None}
    known = frozenset((*(one.id for one in loaded.plan.agreements), *measured))
    for name in arguments.id:
        if name not in known:
            raise TerminalError(
                f"nothing that is promised is called {name!r}: there are {', '.join(sorted(known))}"
            )
    wanted = frozenset(arguments.id) or known
    counts: dict[str, list[tuple[float, float]]] = {}
    values: dict[str, list[float]] = {}
    if arguments.state is not None:
        counts |= dict(_records(loaded, arguments.state, wanted, at, arguments.windows))
        values |= dict(_values(loaded, arguments.state, wanted, at, arguments.windows))
    if arguments.prometheus is not None:
        counts |= dict(
            _signals(loaded.plan, arguments.prometheus, wanted - set(counts), at, arguments.windows)
        )
    found = [
        (one, baseline(counts[one.id], float(one.objective), arguments.chance))
        for one in loaded.plan.agreements
        if one.id in counts
    ]
    targets = [
        (one, one.bound, target_baseline(past, float(bound.target), arguments.chance, at_most=less))
        for name, past in values.items()
        if (one := measured[name]) and (bound := one.bound)
        for less in [bound.direction == "at_most"]
    ]
    if arguments.format == "json":
        print(_json(found, targets), end="")
    else:
        print(_text(found, targets, arguments.chance), end="")
    return ExitCode.CLEAN


def _records(
    loaded: LoadedPlan, state: Path, wanted: frozenset[str], at: datetime, windows: int
) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield the parts of past windows of every agreement that is counted from records."""
    from truegreen_exporters.asked import questions
    from truegreen_exporters.reading.reader import open_reader

    seen = {"at": at.isoformat(), "windows": str(windows)}
    with open_reader(state, loaded) as reader:
        for agreement, _ in questions(loaded.plan):
            if agreement.id in wanted:
                counts = reader.ask("past", {"agreement": agreement.id, **seen})["counts"]
                yield agreement.id, [(good, total) for good, total in counts]


def _values(
    loaded: LoadedPlan, state: Path, wanted: frozenset[str], at: datetime, windows: int
) -> Iterator[tuple[str, list[float]]]:
    """Yield the values of past windows of every measure that is promised."""
    from truegreen_exporters.reading.reader import open_reader

    seen = {"at": at.isoformat(), "windows": str(windows)}
    with open_reader(state, loaded) as reader:
        for one in loaded.plan.measurements:
            if one.bound is not None and one.id in wanted:
                found = reader.ask("past_values", {"measure": one.id, **seen})["values"]
                yield one.id, [value for value in found if value is not None]


def _signals(
    plan: Plan, server: str, wanted: frozenset[str], at: datetime, windows: int
) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    """Yield the sums of past windows of the agreements that Prometheus has."""
    from truegreen_exporters.baseline import past_spans

    for agreement in plan.agreements:
        if agreement.id not in wanted:
            continue
        zone = plan.service(agreement.service).zone
        ends = [end for _, end in past_spans(agreement.window, at, zone, windows)]
        counts = []
        for end in ends:
            good, total = (
                _sum(server, metric.name, agreement, end)
                for metric in (names.GOOD_SUM, names.TOTAL_SUM)
            )
            if good is not None and total is not None:
                counts.append((good, total))
        yield agreement.id, counts


def _sum(server: str, name: str, agreement: Agreement, end: datetime) -> float | None:
    """Return a recorded sum just before a window's end; None where there is no such sample."""
    import urllib.parse
    import urllib.request

    labels = {
        names.SERVICE: agreement.service,
        names.AGREEMENT: agreement.name,
        names.WINDOW: agreement.window.label,
    }
    matchers = ",".join(f"{key}={json.dumps(value)}" for key, value in labels.items())
    query = {"query": f"{name}{{{matchers}}}", "time": f"{end.timestamp() - 1:.3f}"}
    url = f"{server.rstrip('/')}/api/v1/query?{urllib.parse.urlencode(query)}"
    if not url.startswith(("http://", "https://")):
        raise TerminalError(f"{server} is no address of a server: write http://HOST:PORT")
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310  checked
            result = json.load(answer)["data"]["result"]
    except (OSError, ValueError, KeyError) as error:
        raise TerminalError(f"Prometheus at {server} does not answer: {error}") from error
    return float(result[0]["value"][1]) if result else None


def _json(found: list[tuple[Agreement, Baseline]], targets: list[_Target]) -> str:
    agreements = [
        {
            "agreement": one.id,
            "window": one.window.label,
            "objective": float(one.objective),
            **asdict(said),
        }
        for one, said in found
    ]
    measures = [
        {
            "measure": one.id,
            "window": one.window.label,
            "unit": one.parts.unit,
            bound.direction: float(bound.target),
            **asdict(said),
        }
        for one, bound, said in targets
    ]
    document = {"version": 1, "agreements": agreements, "measures": measures}
    return json.dumps(document, indent=2) + "\n"


def _text(found: list[tuple[Agreement, Baseline]], targets: list[_Target], chance: float) -> str:
    lines = [_line(one, said, chance) for one, said in found]
    return "".join([*lines, *(_target_line(*one, chance) for one in targets)])


def _target_line(one: Measurement, bound: Bound, said: Baseline, chance: float) -> str:
    from truegreen_definitions.units import duration_label

    side = bound.direction.replace("_", " ")

    def told(value: float | None) -> str:
        if value is None:
            return "unknown"
        if one.parts.unit == "seconds":
            return duration_label(round(value))
        return f"{value:.4g} {one.parts.unit}"

    head = f"{one.id}: promised {side} {told(float(bound.target))} over {one.window.label}"
    if not said.windows:
        return f"{head}; there is no past window with a value\n"
    past = (
        f"kept in {said.met} of {said.windows} past windows "
        f"({told(said.lowest)} to {told(said.highest)}, median {told(said.median)})"
    )
    if said.suggested is None:
        return f"{head}; {past}; too few to suggest a target: {said.needed} are needed\n"
    ends = f"{told(said.lower)} to {told(said.upper)}"
    return (
        f"{head}; {past}; the next window keeps {side} {told(said.suggested)} "
        f"with a chance of {_PERCENT * chance:g} % (95 % interval: {ends})\n"
    )


def _line(one: Agreement, said: Baseline, chance: float) -> str:
    head = f"{one.id}: promised {_ratio(float(one.objective))} over {one.window.label}"
    if not said.windows:
        return f"{head}; there is no past window with events\n"
    past = (
        f"met in {said.met} of {said.windows} past windows "
        f"({_ratio(said.lowest)} to {_ratio(said.highest)}, median {_ratio(said.median)})"
    )
    if said.suggested is None:
        return f"{head}; {past}; too few to suggest an objective: {said.needed} are needed\n"
    ends = f"{_ratio(said.lower)} to {_ratio(said.upper)}"
    return (
        f"{head}; {past}; the next window reaches {_ratio(said.suggested)} "
        f"with a chance of {_PERCENT * chance:g} % (95 % interval: {ends})\n"
    )


def _ratio(value: float | None) -> str:
    return "unknown" if value is None else f"{_PERCENT * value:.4g} %"


BASELINE = Command("baseline", "Say what could be promised, from the past.", _configure, _run)
