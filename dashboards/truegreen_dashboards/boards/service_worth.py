"""The row of the Service board about its SLAs themselves: do they tell what people experience?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import HERE, table_height
from truegreen_dashboards.display import Unit
from truegreen_dashboards.panels import Column, Panel, Table
from truegreen_dashboards.promql import coded, equal, select
from truegreen_dashboards.targets import Target
from truegreen_dashboards.verdicts import INFORMATION, mappings
from truegreen_definitions import names
from truegreen_definitions.names import BoundValue, PromiseValue
from truegreen_definitions.plan.closed import closed_units, promised_of, pulls_hours

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["worth"]

_ALL = equal(names.WINDOW, "all")


def worth(plan: Plan) -> tuple[Panel, ...]:
    """Return the panel of what SLAs are worth; none where no service follows its cases."""
    hours = pulls_hours(plan)
    followed = [
        len(one.cases.slas)
        for one in plan.services
        if one.cases and closed_units(promised_of(plan, one.name), hours=hours)
    ]
    return (_table(max(followed)),) if followed else ()


def _table(rows: int) -> Panel:
    asked = (
        ("A", f"max by ({names.AGREEMENT}) ({_verdicts()})"),
        ("B", _lift(BoundValue.POINT)),
        ("C", _lift(BoundValue.LOWER)),
        ("D", _lift(BoundValue.UPPER)),
        ("E", f"sum by ({names.AGREEMENT}) ({select(names.SLA_CASES, HERE, _ALL)})"),
        ("F", f"sum by ({names.AGREEMENT}) ({_missed()})"),
    )
    return Table(
        key="sla-worth",
        title="What its SLAs tell of experience",
        description=(
            "Case by case over all closed months: how many times as likely a bad experience is "
            "where the SLA was missed than where it was met, with the 95 % interval. SAYS "
            "NOTHING: it is the same either way, for certain. TOO FEW TO TELL: nobody can say."
        ),
        width=24,
        height=table_height(rows),
        targets=tuple(
            Target(ref=ref, expr=expr, legend=names.AGREEMENT, instant=True) for ref, expr in asked
        ),
        columns=(
            Column(source=names.AGREEMENT, title="SLA"),
            Column(source="A", title="What it tells", mappings=mappings(INFORMATION), width=190),
            Column(source="B", title="Bad where missed, times as likely"),
            Column(source="C", title="At least"),
            Column(source="D", title="At most"),
            Column(source="E", title="Cases", unit=Unit.COUNT),
            Column(source="F", title="SLA missed", unit=Unit.COUNT),
        ),
        sort_by="What it tells",
        descending=True,
        quiet="CASES ARE NOT FOLLOWED",
    )


def _verdicts() -> str:
    return coded(names.SLA_INFORMATION, INFORMATION, HERE, _ALL, label=names.VERDICT)


def _lift(bound: BoundValue) -> str:
    found = select(names.SLA_LIFT, HERE, _ALL, equal(names.BOUND, bound))
    return f"max by ({names.AGREEMENT}) ({found})"


def _missed() -> str:
    return select(names.SLA_CASES, HERE, _ALL, equal(names.PROMISE, PromiseValue.MISSED))
