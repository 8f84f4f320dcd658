"""How to read the boards, and which plan runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_dashboards.boards.frame import SHORT_DIGEST, SHORT_PLANS
from truegreen_dashboards.panels import Column, Panel, Table, Text
from truegreen_dashboards.targets import Target
from truegreen_definitions import names
from truegreen_definitions.plan.codec import digest

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["reading"]


def reading(plan: Plan) -> tuple[Panel, ...]:
    """Return the panels of the last row."""
    return (_reading(plan), _running())


def _reading(plan: Plan) -> Panel:
    return Text(
        key="reading",
        title="How to read this",
        description="What the words and colours mean, and from which plan this board was built.",
        width=15,
        height=6,
        body=_READING.format(digest=digest(plan)[:SHORT_DIGEST]),
    )


def _running() -> Panel:
    by = f"{names.COMPONENT}, {names.DIGEST}, {names.REVISION}"
    return Table(
        key="running-plan",
        title="The plan that runs",
        description="Digest and git revision of the plan that each process runs now.",
        width=9,
        height=6,
        targets=(
            Target(ref="A", expr=f"max by ({by}) ({SHORT_PLANS})", legend="running", instant=True),
        ),
        columns=(
            Column(source=names.COMPONENT, title="Process"),
            Column(source=names.DIGEST, title="Plan"),
            Column(source=names.REVISION, title="Revision"),
        ),
        sort_by="Process",
    )


_READING = """\
An **SLA** is what the contract says; an **XLA** is what people experience. When every SLA of a \
service is met while an XLA is missed, it is a **WATERMELON**: green outside, red inside.

Blue is good, orange at risk, vermilion bad, grey unknown; a word always stands beside the colour. \
**Error budget** is how many bad events the objective allows: 100 % is untouched, below 0 % is \
overspent.

This board was built from plan `{digest}`. Where a process runs another one, build again or wait \
for its next reload.
"""
