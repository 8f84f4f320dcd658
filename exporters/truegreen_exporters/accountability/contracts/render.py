"""Statements for people and for programs: the receipt of one period, and a table of many."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import LineValue, PartValue
from truegreen_exporters.accountability.contracts.statement import State, Verdict, percent
from truegreen_exporters.accountability.money import amount, figure
from truegreen_exporters.digests import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.plan import Contract
    from truegreen_exporters.accountability.contracts.statement import Line, Statement

__all__ = ["FORMAT", "as_document", "receipt", "receipts_document", "table", "table_document"]

FORMAT = 1
_OWED = tuple(kind for kind in LineValue if kind is not LineValue.REWARD)
_WORDS = {
    LineValue.CREDIT: "",
    LineValue.MINIMUM: "minimum of ",
    LineValue.LATENCY_SHARE: "latency of ",
    LineValue.CAP: "cap",
    LineValue.EARN_BACK: "earn-back",
    LineValue.REWARD: "reward",
}


def receipt(contract: Contract, statement: Statement) -> str:
    """Return one period with every line's arithmetic, and what is owed in the end."""
    period, currency = statement.period, statement.currency
    risk = statement.at_risk
    at_risk = "a share of an invoice that is not known" if risk is None else amount(risk, currency)
    out = [
        f"{contract.title}: {contract.party}, {period.label} ({contract.zone})",
        f"defined at {contract.origin}; at risk: {at_risk}",
        "",
    ]
    width = max((len(_about(line)) for line in statement.lines), default=0)
    money = max((len(amount(line.amount, currency)) for line in statement.lines), default=0)
    for line in statement.lines:
        owed = f"{amount(line.amount, currency):>{money}}"
        out.append(f"  {_about(line):{width}}  {line.verdict:10}  {owed}  {line.arithmetic}")
    out += ["", *_portfolio(statement), *statement.notes, *_end(contract, statement)]
    return "\n".join(out) + "\n"


def table(contract: Contract, statements: Sequence[Statement]) -> str:
    """Return a line a period: credits, reward, what is left of both; and the sums."""
    rows = [("period", "credits", "reward", "net")]
    money = [(one.sum_of(*_OWED), one.sum_of(LineValue.REWARD)) for one in statements]
    for one, (owed, reward) in zip(statements, money, strict=True):
        label = one.period.label + ("" if one.state is State.CLOSED else "*")
        rows.append((label, *_figures(owed, reward, one.currency)))
    owed, reward = (sum((pair[i] for pair in money), Decimal(0)) for i in (0, 1))
    rows.append(("sum", *_figures(owed, reward, contract.currency)))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(f"{cell:{'<' if i == 0 else '>'}{widths[i]}}" for i, cell in enumerate(row))
        for row in rows
    ]
    notes = ["", "* not closed yet: cases may still come, be corrected or ripen"]
    who = contract.client or "we"
    title = f"{contract.title}: {contract.party}, in {contract.currency}; below 0 {who} owe"
    title += "s" if contract.client else ""
    open_ = any(one.state is not State.CLOSED for one in statements)
    return "\n".join([title, "", *lines, *(notes if open_ else [])]) + "\n"


def table_document(contract: Contract, statements: Sequence[Statement]) -> dict[str, object]:
    """Return statements for JSON; amounts are texts, so that no reader rounds them."""
    return {"format": FORMAT, **as_document(contract, statements)}


def receipts_document(
    found: Sequence[tuple[Contract, Statement, Sequence[dict[str, Any]]]],
) -> dict[str, object] | list[dict[str, object]]:
    """Return receipts with the rows behind them and a digest of each for JSON.

    One contract is a document, several are a list. The digest is that of the document without it,
    by `digests.digest`.
    """
    documents = []
    for contract, statement, evidence in found:
        plain = {"format": FORMAT, **as_document(contract, (statement,)), "evidence": [*evidence]}
        documents.append({**plain, "digest": digest(plain)})
    return documents[0] if len(documents) == 1 else documents


def as_document(contract: Contract, statements: Sequence[Statement]) -> dict[str, object]:
    """Return a contract and its statements as plain data."""
    return {
        "contract": contract.name,
        "vendor": contract.vendor,
        "client": contract.client,
        "currency": contract.currency,
        "definition": str(contract.origin),
        "statements": [_statement(one) for one in statements],
    }


def _statement(one: Statement) -> dict[str, object]:
    return {
        "period": one.period.label,
        "start": one.period.start.isoformat(),
        "end": one.period.end.isoformat(),
        "at_risk": None if one.at_risk is None else str(one.at_risk),
        "state": one.state,
        "pending": one.pending,
        "portfolio": None
        if one.portfolio is None
        else {"good": one.portfolio.good, "total": one.portfolio.total},
        "notes": list(one.notes),
        "lines": [
            {
                "kind": line.kind,
                "agreement": line.agreement,
                "verdict": line.verdict,
                "amount": str(line.amount),
                **_parts(line),
                "arithmetic": line.arithmetic,
            }
            for line in one.lines
        ],
        "net": str(one.sum_of()),
    }


def _parts(line: Line) -> dict[str, object]:
    if line.counted is None:
        return {}
    counted: dict[str, object] = {part: getattr(line.counted, part) for part in PartValue}
    bound = None if line.bound is None else str(line.bound)
    return {**counted, "unknown_hours": line.counted.unknown_hours, "below": bound}


def _portfolio(statement: Statement) -> list[str]:
    """Return the average over all agreements, and which of them it hides."""
    whole = statement.portfolio
    if whole is None or whole.agreements == 1:
        return []
    shown = f"{whole.good:,} of {whole.total:,} = {percent(whole.attained)}"
    hidden = [
        f"it hides {line.agreement}, which is below its minimum"
        for line in statement.lines
        if line.kind is LineValue.MINIMUM
        and line.verdict is Verdict.MISSED
        and line.bound is not None
        and whole.attained >= line.bound
    ]
    return ["; ".join([f"the portfolio of {whole.agreements} agreements: {shown}", *hidden])]


def _figures(owed: Decimal, reward: Decimal, currency: str) -> tuple[str, str, str]:
    return (
        figure(owed, currency),
        figure(reward, currency),
        figure(owed + reward, currency),
    )


def _about(line: Line) -> str:
    return f"{_WORDS[line.kind]}{line.agreement}"


def _end(contract: Contract, statement: Statement) -> list[str]:
    """Return who owes what in the end, and whether that may change."""
    net, currency = statement.sum_of(), statement.currency
    to_us = net if contract.vendor else -net
    if to_us > 0:
        end = f"{contract.party} owes {amount(to_us, currency)}"
    elif to_us < 0:
        end = f"we owe {contract.party} {amount(-to_us, currency)}"
    else:
        end = "nobody owes anything"
    if statement.state is State.CLOSED:
        return [end]
    pending = f" and {statement.pending:,} cases are pending" if statement.pending else ""
    return [f"{end}, so far: the period is {statement.state}{pending}"]
