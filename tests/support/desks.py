"""Help desks that are made up: tickets and answers as their files, and an exporter over them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan
    from truegreen_telemetry.samples import Snapshot

__all__ = ["Desks", "shown"]


@dataclass(slots=True, kw_only=True)
class Desks:
    """What the desks have exported so far, and what an exporter shows of it.

    Attributes:
        folder: Where the files and the state are.
    """

    plan: Plan
    folder: Path
    tickets: list[dict[str, object]] = field(default_factory=list)
    answers: list[dict[str, object]] = field(default_factory=list)

    @property
    def state(self) -> Path:
        """The exporter's state file."""
        return self.folder / "state.duckdb"

    def ticket(
        self,
        desk: str,
        resolved: datetime,
        *,
        in_time: bool = True,
        reopened: int = 0,
        hours: float = 4,
        priority: str = "low",
        score: int | None = None,
    ) -> str:
        """Write a ticket, and the answer of its customer if there is one; return its id."""
        key = f"T{len(self.tickets)}"
        self.tickets.append(
            {
                "id": key,
                "desk": desk,
                "version": 1,
                "priority": priority,
                "opened": (resolved - timedelta(hours=hours)).isoformat(),
                "resolved": resolved.isoformat(),
                "reopened": reopened,
                "in_time": in_time,
            }
        )
        if score is not None:
            self.answer(desk, resolved + timedelta(hours=1), score, ticket=key)
        return key

    def answer(self, desk: str, answered: datetime, score: int, ticket: str = "") -> None:
        """Write an answer of a customer."""
        self.answers.append(
            {
                "id": f"A{len(self.answers)}",
                "desk": desk,
                "version": 1,
                "ticket": ticket or None,
                "score": score,
                "answered": answered.isoformat(),
            }
        )

    def export(self, at: datetime) -> Snapshot:
        """Write the files, and let an exporter over them cycle once at a moment."""
        for name, rows in (("tickets", self.tickets), ("surveys", self.answers)):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (self.folder / f"{name}.jsonl").write_text(lines)
        loaded = LoadedPlan(plan=self.plan, digest=digest(self.plan), revision="")
        around = Surroundings(folder=self.folder, clock=lambda: at)
        with Store(self.state, self.plan, lambda: at) as store:
            exporter = Exporter(loaded, store, around)
            snapshot = exporter.cycle(at.astimezone(UTC), wait=True)
            assert exporter.failed == {}
        return snapshot


def shown(snapshot: Snapshot, metric: Metric, **labels: str) -> dict[tuple[str, ...], float]:
    """Return the values of a metric with these labels, by the values of its other labels."""
    (family,) = [one for one in snapshot.families if one.metric == metric]
    found = {}
    for key, value in zip(family.keys, family.values, strict=True):
        named = dict(zip(metric.labels, key, strict=True))
        if labels.items() <= named.items():
            assert isinstance(value, float | int)
            found[tuple(v for k, v in named.items() if k not in labels)] = float(value)
    return found
