"""`truegreen contract`: what is owed for a period, and what terms do over a history."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.cli.arguments import add_plan, instant
from truegreen_definitions.cli.command import Command, ExitCode

if TYPE_CHECKING:
    from truegreen_definitions.plan import Contract, Plan
    from truegreen_exporters.accountability.facts import Books
    from truegreen_exporters.accountability.statement import Statement
    from truegreen_exporters.store import Store
    from truegreen_exporters.windows.periods import Period

    Settled = tuple[Contract, tuple[Statement, ...]]

__all__ = ["CONTRACT"]


def _configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="deed", required=True, metavar="DEED")
    explain = verbs.add_parser("explain", help="settle one period, with the whole arithmetic")
    simulate = verbs.add_parser(
        "simulate", help="settle the periods of a history, one line each; several terms abreast"
    )
    explain.add_argument("who", metavar="WHO", nargs=1, help="a vendor, a client, or a contract")
    simulate.add_argument(
        "who", metavar="WHO", nargs="*", help="vendors, clients or contracts; several are compared"
    )
    simulate.add_argument(
        "--terms", type=Path, metavar="FILE", help="Contracts that nobody has signed yet"
    )
    for verb in (explain, simulate):
        add_plan(verb)
        verb.add_argument(
            "--state", type=Path, required=True, metavar="FILE", help="the records to count"
        )
        verb.add_argument(
            "--at", type=instant, metavar="INSTANT", help="count as seen from this moment, not now"
        )
        verb.add_argument(
            "--invoice",
            type=_money,
            metavar="AMOUNT",
            help="what the vendor charges for a period, where a share of it is at risk",
        )
        verb.add_argument(
            "--restated",
            action="store_true",
            help="settle closed periods by what corrections have made of them since",
        )
        verb.add_argument("--format", choices=("text", "json"), default="text")
    explain.add_argument("--period", required=True, help="such as 2026-10, 2026-Q4 or 2026")
    simulate.add_argument("--from", dest="from_", required=True, metavar="PERIOD")
    simulate.add_argument("--to", required=True, metavar="PERIOD", help="itself included")


def _run(arguments: argparse.Namespace) -> ExitCode:
    from truegreen_definitions.errors import TerminalError
    from truegreen_definitions.plan.file import read_plan
    from truegreen_exporters.store import Store

    plan = read_plan(arguments.plan).plan
    contracts = _contracts(plan, arguments)
    if not arguments.state.is_file():
        raise TerminalError(
            f"state file {arguments.state} does not exist: `truegreen export --state` makes it"
        )
    with Store(arguments.state, plan, adopting=False) as store:
        books = _books(store, plan, arguments)
        settled = [(one, _settled(books, one, arguments)) for one in contracts]
        if arguments.deed == "explain":
            print(_receipts(books, settled, arguments), end="")
        else:
            print(_compared(settled, arguments), end="")
    return ExitCode.CLEAN


def _books(store: Store, plan: Plan, arguments: argparse.Namespace) -> Books:
    from truegreen_exporters.accountability.facts import Books
    from truegreen_exporters.engines.duckdb import DuckDbEngine
    from truegreen_exporters.store.charges import Charges
    from truegreen_exporters.store.ledger import Ledger
    from truegreen_exporters.store.signal_hours import SignalHours

    ledger = Ledger(store.connection)
    return Books(
        plan=plan,
        engine=DuckDbEngine(store.connection),
        closed=ledger.latest() if arguments.restated else ledger.frozen(),
        hours=SignalHours(store.connection, plan),
        charges=Charges(store.connection, plan),
        at=arguments.at or datetime.now(UTC),
        restated=arguments.restated,
    )


def _settled(
    books: Books, contract: Contract, arguments: argparse.Namespace
) -> tuple[Statement, ...]:
    """Return the statements of a span; what it looks back to is settled first, and not shown."""
    from truegreen_exporters.accountability.facts import facts_of
    from truegreen_exporters.accountability.settlement import look_back, settle
    from truegreen_exporters.windows.periods import before, periods_between

    first, last = _span(contract, arguments)
    start = before(first, look_back(contract), contract.zone)
    periods = tuple(periods_between(start, last, contract.zone))
    facts = facts_of(books, contract, periods, arguments.invoice)
    return tuple(s for s in settle(contract, facts) if s.period.index >= first.index)


def _receipts(books: Books, settled: list[Settled], arguments: argparse.Namespace) -> str:
    """Return the receipt of each contract with the rows behind it."""
    from truegreen_exporters.accountability import render
    from truegreen_exporters.accountability.evidence import evidence, evidence_lines

    found = [(one, said[0], evidence(books, one, said[0])) for one, said in settled]
    if arguments.format == "json":
        return render.receipts_as_json(found)
    return "\n".join(
        render.receipt(one, said) + "\n" + "\n".join(evidence_lines(rows)) + "\n"
        for one, said, rows in found
    )


def _compared(settled: list[Settled], arguments: argparse.Namespace) -> str:
    from truegreen_exporters.accountability import comparison, render

    if arguments.format == "json":
        return render.as_json(*settled[0]) if len(settled) == 1 else comparison.as_json(settled)
    return render.table(*settled[0]) if len(settled) == 1 else comparison.side_by_side(settled)


def _contracts(plan: Plan, arguments: argparse.Namespace) -> tuple[Contract, ...]:
    """Return the contracts of a vendor or client, or of that name, and terms that are tried out."""
    from truegreen_definitions.errors import UsageError
    from truegreen_definitions.suggestions import suggestion
    from truegreen_exporters.accountability.drafts import drafts

    found: list[Contract] = []
    for who in arguments.who:
        named = [one for one in plan.contracts if who in {one.party, one.name}]
        if not named:
            known = sorted({word for one in plan.contracts for word in (one.party, one.name)})
            raise UsageError(f"there is no contract with {who!r}: {suggestion(who, known)}")
        found += [one for one in named if one not in found]
    if getattr(arguments, "terms", None) is not None:
        found += drafts(arguments.terms, plan)
    if not found:
        raise UsageError("nothing to settle: name a vendor, a client or a contract, or --terms")
    units = sorted({one.period for one in found})
    if len(units) > 1:
        raise UsageError(f"the contracts settle by {' and '.join(units)}: compare those of one")
    return tuple(found)


def _span(contract: Contract, arguments: argparse.Namespace) -> tuple[Period, Period]:
    from truegreen_definitions.errors import UsageError
    from truegreen_exporters.windows.periods import period_of

    labels = (
        (arguments.period, arguments.period)
        if arguments.deed == "explain"
        else (arguments.from_, arguments.to)
    )
    try:
        first, last = (period_of(label, contract.period, contract.zone) for label in labels)
    except ValueError as error:
        raise UsageError(f"contract {contract.name}: {error}") from error
    if last.index < first.index:
        raise UsageError(f"--to {last.label} is before --from {first.label}")
    return first, last


def _money(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount: write a number such as 84.20")
    return value


CONTRACT = Command("contract", "Settle a vendor's contract, with the arithmetic.", _configure, _run)
