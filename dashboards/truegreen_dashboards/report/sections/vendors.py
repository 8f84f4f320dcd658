"""Vendors and clients: what each contract was judged by, what it moves, and how that went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.display import Colour
from truegreen_dashboards.drawing.charts.columns import Column, Columns
from truegreen_dashboards.report.model import Cell, Charts, Heading, Section, Sentence, Table
from truegreen_dashboards.report.money import booked, owed_in
from truegreen_dashboards.report.words import amounts, day, money, short_label
from truegreen_definitions.names import LineValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_dashboards.report.model import Block
    from truegreen_dashboards.report.subject import Subject
    from truegreen_definitions.plan import Contract
    from truegreen_definitions.reviews import ReviewedContract, Statement, StatementLine

__all__ = ["vendors"]

_VERDICTS = {
    "met": ("MET", Colour.GOOD),
    "missed": ("MISSED", Colour.BAD),
    "no data": ("NO DATA", Colour.NO_DATA),
    "too few": ("TOO FEW", Colour.NO_DATA),
    "barred": ("BARRED", Colour.AT_RISK),
    "not earned": ("NOT EARNED", Colour.NO_DATA),
    "earned": ("EARNED", Colour.GOOD),
    "applied": ("APPLIED", Colour.AT_RISK),
}
_ABOUT = {
    LineValue.CREDIT: "Service level",
    LineValue.MINIMUM: "Significant minimum",
    LineValue.LATENCY_SHARE: "Share of delays",
    LineValue.CAP: "Cap",
    LineValue.EARN_BACK: "Earn-back",
    LineValue.REWARD: "Reward",
}


def vendors(subject: Subject) -> Section:
    """Return the scorecard of every vendor and what each contract comes to."""
    contracts = {one.name: one for one in subject.plan.contracts}
    found = tuple((contracts[one.contract], one) for one in subject.review.contracts)
    card = Table(
        caption="Scorecard",
        head=(
            "Vendor",
            "Minimums",
            "Service levels",
            "Owes us",
            "Losses it answers for",
            "Contract renews",
        ),
        rows=tuple(_cards(subject, found)),
        empty="No vendor works for these services.",
    )
    charts = tuple(_columns(subject, *one) for one in found if one[1].statements)
    blocks: tuple[Block, ...] = (card,)
    if charts:
        caption = (
            "What each contract moves by period: above zero it is owed to us, or to the client."
        )
        blocks += (Charts(charts, caption),)
    for contract, settled in found:
        blocks += tuple(_contract(subject, contract, settled))
    return Section(key="vendors", title="Vendors, penalties and rewards", fresh=True, blocks=blocks)


def _cards(
    subject: Subject, found: tuple[tuple[Contract, ReviewedContract], ...]
) -> Iterator[tuple[Cell, ...]]:
    concerned = {contract.vendor for contract, _ in found}
    concerned |= {step.vendor for service in subject.services for step in service.steps}
    for vendor in subject.plan.vendors:
        if vendor.name not in concerned:
            continue
        mine = [(contract, one) for contract, one in found if contract.vendor == vendor.name]
        lines = [
            line
            for _, one in mine
            for said in one.statements
            if said.reviewed
            for line in said.lines
        ]
        lost = booked(subject.review.losses, vendor.name)
        yield (
            Cell(text=vendor.title, small=vendor.contact),
            _kept(lines, LineValue.MINIMUM, bool(mine)),
            _kept(lines, LineValue.CREDIT, bool(mine)),
            Cell(text=_owes(mine), number=True),
            Cell(text=amounts(lost) if lost else "nothing booked", number=True),
            Cell(
                text=day(vendor.renewal) if vendor.renewal else "not said",
                small=f"notice until {day(vendor.notice_until)}" if vendor.notice_until else "",
            ),
        )


def _kept(lines: list[StatementLine], kind: LineValue, contracted: bool) -> Cell:  # noqa: FBT001
    mine = [line for line in lines if line.kind == kind]
    if not mine:
        return Cell(text="none agreed" if contracted else "no contract")
    missed = sum(line.verdict == "missed" for line in mine)
    judged = sum(line.verdict in {"met", "missed"} for line in mine)
    if not judged:
        return Cell(text=f"of {len(mine)}", word="NO DATA", colour=Colour.NO_DATA)
    word, colour = ("MISSED", Colour.BAD) if missed else ("MET", Colour.GOOD)
    return Cell(text=f"{judged - missed} of {len(mine)}", word=word, colour=colour)


def _owes(mine: list[tuple[Contract, ReviewedContract]]) -> str:
    if not mine:
        return "no contract"
    return "; ".join(
        "not settled" if one.fault else money(owed_in(one), contract.currency)
        for contract, one in mine
    )


def _columns(subject: Subject, contract: Contract, found: ReviewedContract) -> Columns:
    told = _begun(found.statements)
    labels = [one.period for one in told]
    return Columns(
        title=f"{subject.party(contract.party)}: {contract.title}, {contract.currency}",
        columns=tuple(
            Column(
                short_label(one.period, labels) + ("" if one.state == "closed" else "*"),
                float(one.net),
                f"{one.net:,.0f}",
                Colour.AT_RISK if one.net > 0 else Colour.GOOD,
            )
            for one in told
        ),
    )


def _begun(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Return the statements from the first one on that had anything to judge."""
    for place, one in enumerate(statements):
        if one.reviewed or one.net or any(line.verdict != "no data" for line in one.lines):
            return statements[place:]
    return ()


def _contract(subject: Subject, contract: Contract, found: ReviewedContract) -> Iterator[Block]:
    who = subject.party(contract.party)
    yield Heading(f"{who}: {contract.title}")
    if found.fault:
        yield Sentence(f"It could not be settled: {found.fault}.")
        return
    told = [one for one in found.statements if one.reviewed]
    if not told:
        last = found.statements[-1]
        yield Sentence(
            f"It settles by {contract.period}: none ended in this period. The last one before it, "
            f"{last.period}:"
        )
        told = [last]
    for statement in told:
        yield Sentence(_end(who, contract, statement))
        yield _table(subject, contract, statement)


def _table(subject: Subject, contract: Contract, statement: Statement) -> Table:
    return Table(
        caption=f"{contract.title}, {statement.period}",
        head=("Term", "Agreement", "Verdict", "Amount", "How it comes about"),
        rows=tuple(_line(contract, line) for line in statement.lines),
        empty="No term moved anything.",
        receipts=(subject.receipts.contract(contract.name, statement.period),),
    )


def _line(contract: Contract, line: StatementLine) -> tuple[Cell, ...]:
    word, colour = _VERDICTS.get(line.verdict, (line.verdict.upper(), Colour.NO_DATA))
    return (
        Cell(text=_ABOUT[LineValue(line.kind)]),
        Cell(text=line.agreement),
        Cell(word=word, colour=colour),
        Cell(text=money(line.amount, contract.currency), number=True),
        Cell(text=line.arithmetic),
    )


def _end(who: str, contract: Contract, statement: Statement) -> str:
    to_us = statement.net if contract.vendor else -statement.net
    amount = money(abs(to_us), contract.currency)
    if to_us > 0:
        end = f"{who} owes us {amount}"
    elif to_us < 0:
        end = f"We owe {who} {amount}"
    else:
        end = "Nobody owes anything"
    risk = ""
    if statement.at_risk is not None:
        risk = f", of {money(statement.at_risk, contract.currency)} at risk"
    state = (
        "" if statement.state == "closed" else f"; the period is {statement.state}, it may change"
    )
    notes = f" {'; '.join(statement.notes)}." if statement.notes else ""
    return f"{end}{risk}{state}.{notes}"
