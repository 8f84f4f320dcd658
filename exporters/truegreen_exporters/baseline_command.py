"""`truegreen baseline`: what could be promised, from the past of each agreement."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.cli.arguments import add_plan, as_path, instant
from truegreen_definitions.cli.command import Command, ExitCode
from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_definitions.plan import Agreement, Plan
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.baseline import Baseline

__all__ = ["BASELINE"]

_ANSWER_SECONDS = 30.0
_PERCENT = 100.0


def _configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="*", metavar="ID", help="service/agreement (default: all)")
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
    from truegreen_exporters.baseline import baseline

    if arguments.state is None and arguments.prometheus is None:
        raise TerminalError("nothing to look at: name --state FILE, --prometheus URL, or both")
    loaded, at = read_plan(arguments.plan), arguments.at or datetime.now(UTC)
    known = frozenset(one.id for one in loaded.plan.agreements)
    for name in arguments.id:
        if name not in known:
            raise TerminalError(f"no agreement is called {name!r}: there are {', '.join(known)}")
    wanted = frozenset(arguments.id) or known
    counts: dict[str, list[tuple[float, float]]] = {}
    if arguments.state is not None:
        counts |= dict(_records(loaded, arguments.state, wanted, at, arguments.windows))
    if arguments.prometheus is not None:
        counts |= dict(
            _signals(loaded.plan, arguments.prometheus, wanted - set(counts), at, arguments.windows)
        )
    found = [
        (one, baseline(counts[one.id], float(one.objective), arguments.chance))
        for one in loaded.plan.agreements
        if one.id in counts
    ]
    print(_json(found) if arguments.format == "json" else _text(found, arguments.chance), end="")
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


def _json(found: list[tuple[Agreement, Baseline]]) -> str:
    agreements = [
        {
            "agreement": one.id,
            "window": one.window.label,
            "objective": float(one.objective),
            **asdict(said),
        }
        for one, said in found
    ]
    return json.dumps({"version": 1, "agreements": agreements}, indent=2) + "\n"


def _text(found: list[tuple[Agreement, Baseline]], chance: float) -> str:
    return "".join(_line(one, said, chance) for one, said in found)


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
