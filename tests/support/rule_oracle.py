"""Rules against the reference: a history, the rules over it, and a look at random instants."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import plans
from histories import HOUR, MINUTE, live, tally
from reference import Reference
from rule_look import Look, Shown
from rule_replay import Replay, read_rules

from truegreen_definitions import names
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from histories import Life
    from history_kinds import Kind
    from prometheus_server import Prometheus

    from truegreen_definitions.plan import Agreement, Plan, Policy

__all__ = ["METRIC", "POLICY", "Grounds", "plan_judging"]

METRIC = "shop_requests_total"
INSTANTS = 8
APART_MS = 72 * HOUR
_BLIND = (5 * MINUTE, 24 * HOUR)
POLICY = replace(
    plans.POLICY,
    scrape_interval_seconds=30,
    burn=(
        plans.burn("30m", "5m", "14.4"),
        plans.burn("1h", "30m", "6"),
        plans.burn("6h", "2h", "3", "ticket"),
    ),
)


def plan_judging(agreement: Agreement, policy: Policy | None = None) -> Plan:
    """Return a plan with one agreement over the counters of the histories, over one day."""
    parts = Signal(
        good=f'sum(increase({METRIC}{{code!~"5.."}}[$window]))',
        total=f"sum(increase({METRIC}[$window]))",
    )
    over = plans.over(replace(agreement, parts=parts), "1d", policy or POLICY)
    return plans.under(policy or POLICY, replace(plans.PLAN, agreements=(over,)))


@dataclass(slots=True)
class Grounds:
    """A server for many trials, each at a time of its own, so that none sees another."""

    server: Prometheus
    next_start: int = 1_700_006_400_000

    def disagreements(self, plan: Plan, rules: str, kind: Kind, seed: int) -> list[str]:
        """Return what rules say wrong of a history, in words; nothing when they are right."""
        start, rng = self.next_start, random.Random(seed)
        self.next_start += APART_MS
        life = kind.make(start, rng)
        counters = live(life, rng.randrange(1 << 30))
        self.server.write(counter.series(METRIC) for counter in counters if counter.samples)
        down = life.unscraped if kind.down else ()
        moments = _moments(rng, life, down)
        replay = Replay(self.server, read_rules(rules), down=down)
        replay.run([at / 1e3 for at in moments], since=(start - MINUTE) / 1e3)
        (agreement,) = plan.agreements
        references = [Reference(agreement, tally(counters, blind_ms=limit)) for limit in _BLIND]
        look = Look(plan, kind, start, *references)
        return [said for at in moments for said in look.at(self._shown(replay, at))]

    def _shown(self, replay: Replay, at: int) -> Shown:
        found = self.server.instant('{__name__=~"xla:.*"}', at / 1e3, named=True)
        firing = (
            dict(labels)[names.AlertLabel.BURN]
            for name, labels in replay.firing(at / 1e3)
            if name == names.AlertName.BURN
        )
        return Shown.of(at, found, frozenset(firing))


def _moments(rng: random.Random, life: Life, down: Sequence[tuple[int, int]]) -> list[int]:
    """Return instants late in a life, none while rules have not caught up with an outage."""
    drawn = (rng.randrange(life.start + 6 * HOUR, life.end) for _ in range(INSTANTS))
    return sorted(
        at for at in drawn if not any(start <= at < end + 15 * MINUTE for start, end in down)
    )
