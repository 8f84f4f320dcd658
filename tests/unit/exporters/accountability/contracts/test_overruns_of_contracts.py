"""A vendor is charged for its share of what cases overran, and for what was known at the close."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import plans
import process_cases as told

from truegreen_definitions.plan import LatencyShare
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.accountability.contracts.facts import Books, facts_of
from truegreen_exporters.accountability.contracts.settlement import settle
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store
from truegreen_exporters.store.charges import Charges
from truegreen_exporters.store.overrun_hours import OverrunHours
from truegreen_exporters.store.signal_hours import SignalHours
from truegreen_exporters.windows.periods import period_of

if TYPE_CHECKING:
    from pathlib import Path

TERMS = replace(
    plans.CONTRACT,
    vendor="paygate",
    at_risk=Decimal(1000),
    measures=(),
    significant_minimums=(),
    reward=None,
    cap=None,
    earn_back_periods=0,
    latency_share=LatencyShare(method="proportional", per_hour=Decimal("2.50")),
)
ROWS = (  # take 2 of 4 slots, pack 16 of 10, ship 24 of 12: the target is 26, 16 are too many
    told.Row(1, "take", 1, 1, (0, 0, 0, 2)),
    told.Row(1, "pack", 1, 1, (2, 2, 2, 18)),
    told.Row(1, "ship", 1, 1, (18, 18, 18, 42)),
    # Never shipped: it is seen from the close, a week after the month, and no longer.
    told.Row(2, "take", 1, 1, (100, 100, 100, 104)),
    told.Row(2, "pack", 1, 1, (104, 104, 104, 114)),
    told.Row(2, "ship", 1, 1, (114, 114, 114, None)),
)


def test_a_vendor_owes_for_its_share(tmp_path: Path) -> None:
    """Of the closed case 16 slots are split 6 to 12, of the open one all is the last vendor's."""
    plan = replace(told.company(), contracts=(TERMS,))
    (tmp_path / "visits.jsonl").write_text("".join(row.written() for row in ROWS))
    march = period_of("2026-03", "month", "Europe/Berlin")
    late = march.end + timedelta(days=90)
    around = Surroundings(folder=tmp_path, clock=lambda: late)
    loaded = LoadedPlan(plan=plan, digest=digest(plan), revision="")
    with Store(None, plan) as store:
        Exporter(loaded, store, around).cycle(late, wait=True)
        books = Books(
            plan=plan,
            engine=DuckDbEngine(store.connection),
            closed={},
            hours=SignalHours(store.connection, plan),
            overruns=OverrunHours(store.connection, plan),
            charges=Charges(store.connection, plan),
            at=late,
        )
        (facts,) = facts_of(books, TERMS, (march,))
    (statement,) = settle(TERMS, (facts,))
    (found,) = facts.overruns
    hour = 3_600_000_000
    closes = march.end + timedelta(days=7)
    open_slots = (closes - told.BEGIN) // told.SLOT - 114 - 12
    first = {"pack": 16 * 6 / 18, "ship": 16 * 12 / 18}
    shares = {share.step: share.microseconds / hour * 2 for share in found.shares}
    assert shares["take"] == shares["bill"] == 0
    assert abs(shares["pack"] - first["pack"]) < 1e-6
    assert abs(shares["ship"] - first["ship"] - open_slots) < 1e-6
    assert found.overrun == sum(share.microseconds for share in found.shares)
    assert (found.cases, found.over, found.open) == (2, 2, 1)
    (line, *_) = statement.lines
    theirs = sum(share.microseconds for share in found.shares if share.vendor == "paygate")
    owed = (Decimal(theirs) * Decimal("2.50") / hour).quantize(Decimal("0.01"))
    assert line.amount == owed
