"""Contracts settled from a store: what `truegreen contract` asks, and how it is answered.

It is asked by texts, so that a running exporter, which alone can read its state file, is asked as
the file is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.names import BoundValue
from truegreen_definitions.suggestions import suggestion
from truegreen_exporters.accountability.contracts import comparison, render
from truegreen_exporters.accountability.contracts.drafts import drafts
from truegreen_exporters.accountability.contracts.evidence import evidence, evidence_lines
from truegreen_exporters.accountability.contracts.exposure import METHOD
from truegreen_exporters.accountability.contracts.facts import Books, facts_of
from truegreen_exporters.accountability.contracts.settlement import look_back, pool_of, settle
from truegreen_exporters.accountability.contracts.shown import exposure_at
from truegreen_exporters.instants import text_of
from truegreen_exporters.windows.periods import before, period_of, periods_between

if TYPE_CHECKING:
    from decimal import Decimal

    from truegreen_definitions.plan import Contract, Plan
    from truegreen_exporters.accountability.contracts.estimate import Estimate
    from truegreen_exporters.accountability.contracts.outlook import Outlook
    from truegreen_exporters.accountability.contracts.statement import Statement
    from truegreen_exporters.windows.periods import Period

    Settled = tuple[Contract, tuple[Statement, ...]]

__all__ = ["Span", "Terms", "receipts", "running", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Which contracts are settled.

    Attributes:
        who: Vendors, clients or contracts of the plan.
        drafts: Contracts that nobody has signed yet, as YAML; None: none.
        path: What problems of the drafts are shown to be in.
        invoice: What is charged for each period, where no table says so.
    """

    who: tuple[str, ...]
    drafts: bytes | None
    path: str
    invoice: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The labels of the first and last period that are told of, such as 2026-10."""

    first: str
    last: str


def receipts(books: Books, terms: Terms, span: Span) -> dict[str, Any]:
    """Return each contract's receipt of the first period: `document`, and as `text`.

    Raises:
        UsageError: There is no such contract or period.
        TerminalError: Terms are wrong, or records cannot be counted.
    """
    found = [
        (one, said[0], evidence(books, one, said[0])) for one, said in _settled(books, terms, span)
    ]
    text = "\n".join(
        render.receipt(one, said) + "\n" + "\n".join(evidence_lines(rows)) + "\n"
        for one, said, rows in found
    )
    return {"document": render.receipts_document(found), "text": text}


def table(books: Books, terms: Terms, span: Span) -> dict[str, Any]:
    """Return a line for each period, several contracts abreast: `document`, and as `text`.

    Raises:
        UsageError: There is no such contract or period.
        TerminalError: Terms are wrong, or records cannot be counted.
    """
    settled = _settled(books, terms, span)
    if len(settled) == 1:
        return {"document": render.table_document(*settled[0]), "text": render.table(*settled[0])}
    return {"document": comparison.document(settled), "text": comparison.side_by_side(settled)}


def running(books: Books, name: str) -> dict[str, Any]:
    """Return what the running period of a contract of the plan may come to.

    Money is null while it is a share of an invoice that is not known.

    Raises:
        UsageError: There is no such contract.
        TerminalError: Records cannot be counted.
    """
    contract = next((one for one in books.plan.contracts if one.name == name), None)
    if contract is None:
        known = [one.name for one in books.plan.contracts]
        raise UsageError(f"there is no contract {name!r}: {suggestion(name, known)}")
    _, facts, exposure = exposure_at(books, contract)
    pool = pool_of(contract, facts)
    known_money = contract.invoice_share is None or pool is not None
    return {
        "contract": contract.name,
        "definition": str(contract.origin),
        "at": text_of(books.at),
        "period": facts.period.label,
        "end": text_of(facts.period.end),
        "currency": contract.currency,
        "at_risk": None if pool is None else str(pool),
        "penalty": _plain(exposure.penalty) if known_money else None,
        "reward": _plain(exposure.reward) if known_money else None,
        "latency_paced": exposure.paced,
        "misses": [
            {
                "line": str(one.line),
                "agreement": one.agreement,
                "probability": one.probability,
                "bound": str(one.bound),
                "most_good_lots": one.most_good_lots,
            }
            for one in exposure.misses
        ],
        "outlooks": [_outlook(name, view) for name, view in exposure.outlooks.items()],
        "method": METHOD,
    }


def _outlook(agreement: str, view: Outlook) -> dict[str, Any]:
    alpha, beta = view.prior
    return {
        "agreement": agreement,
        "good": view.counted.good,
        "total": view.counted.total,
        "coming": view.coming,
        "lots": view.lots,
        "alpha": alpha,
        "beta": beta,
    }


def _plain(found: Estimate) -> dict[str, str]:
    return {str(bound): str(getattr(found, bound)) for bound in BoundValue}


def _settled(books: Books, terms: Terms, span: Span) -> list[Settled]:
    return [(one, _statements(books, one, terms, span)) for one in _contracts(books.plan, terms)]


def _statements(
    books: Books, contract: Contract, terms: Terms, span: Span
) -> tuple[Statement, ...]:
    """Return the statements of a span; what it looks back to is settled first, and not shown."""
    first, last = _ends(contract, span)
    start = before(first, look_back(contract), contract.zone)
    periods = tuple(periods_between(start, last, contract.zone))
    facts = facts_of(books, contract, periods, terms.invoice)
    return tuple(s for s in settle(contract, facts) if s.period.index >= first.index)


def _contracts(plan: Plan, terms: Terms) -> tuple[Contract, ...]:
    """Return the contracts of a vendor or client, or of that name, and terms that are tried out."""
    found: list[Contract] = []
    for who in terms.who:
        named = [one for one in plan.contracts if who in {one.party, one.name}]
        if not named:
            known = sorted({word for one in plan.contracts for word in (one.party, one.name)})
            raise UsageError(f"there is no contract with {who!r}: {suggestion(who, known)}")
        found += [one for one in named if one not in found]
    if terms.drafts is not None:
        found += drafts(terms.path, terms.drafts, plan)
    if not found:
        raise UsageError("nothing to settle: name a vendor, a client or a contract, or --terms")
    units = sorted({one.period for one in found})
    if len(units) > 1:
        raise UsageError(f"the contracts settle by {' and '.join(units)}: compare those of one")
    return tuple(found)


def _ends(contract: Contract, span: Span) -> tuple[Period, Period]:
    try:
        first, last = (
            period_of(label, contract.period, contract.zone) for label in (span.first, span.last)
        )
    except ValueError as error:
        raise UsageError(f"contract {contract.name}: {error}") from error
    if last.index < first.index:
        raise UsageError(f"--to {last.label} is before --from {first.label}")
    return first, last
