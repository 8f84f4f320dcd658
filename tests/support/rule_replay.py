"""Rule files evaluated over history by a real Prometheus, as its rule manager would have.

A server cannot be told to live through last month. `promtool tsdb create-blocks-from rules` can
evaluate recording rules over the past, but in one pass in which no rule sees what another one
records, and without alerts. So the rules are taken in the order in which they read one another;
each is evaluated by a range query at its own group's ticks, and what it gives is written back
before the next one is. No rule reads itself or, in a circle, its readers, so this gives just what
stepping through time would: at a tick a rule sees what stands before it in its group at the
same tick, and of other groups what they recorded last.

Only what is asked for is evaluated: a rule that others read over a range at all ticks of that
range, any other one at the ticks before the moments of interest.

Where an expression gives no value any more, the rule manager marks the series as ended, and
so does the replay.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import promql_parser as pp
import yaml
from remote_write import STALE, Series

from truegreen_definitions.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prometheus_server import Prometheus

__all__ = ["Replay", "ReplayedRule", "read_rules", "selected"]

LOOKBACK_MS = 300_000
Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """A selector in an expression: metric, equality matchers, and how far back it reads."""

    metric: str
    equal: Labels
    reach_ms: int
    ranged: bool


@dataclass(slots=True, eq=False)
class ReplayedRule:
    """A rule of a group, and the ticks at which it is needed.

    Attributes:
        phase_ms: Where in its interval the group ticks.
        moments: Single ticks, in milliseconds.
        span: First and last tick of a range in which every tick is needed.
        held: What the expression gave, per label set, as (milliseconds, value).
    """

    group: str
    interval_ms: int
    phase_ms: int
    record: str
    alert: str
    expr: str
    labels: dict[str, str]
    pending_ms: int
    reads: tuple[Selected, ...]
    moments: set[int] = field(default_factory=set)
    span: tuple[int, int] | None = None
    held: dict[Labels, list[tuple[int, float]]] = field(default_factory=dict)

    def tick_before(self, at_ms: int) -> int:
        """Return the group's last tick at or before a moment."""
        return at_ms - (at_ms - self.phase_ms) % self.interval_ms

    def gives(self, read: Selected) -> bool:
        """Return whether a selector may select what the rule records."""
        found = {**self.labels, "__name__": self.record}
        return read.metric == self.record and all(
            found.get(name, value) == value for name, value in read.equal
        )

    def widen(self, first: int, last: int) -> None:
        """Ask for every tick from first to last."""
        old = self.span or (first, last)
        self.span = (min(first, old[0]), max(last, old[1]))

    def needed(self) -> tuple[int, int] | None:
        """Return the first and last moment that is needed."""
        every = [*self.moments, *(self.span or ())]
        return (min(every), max(every)) if every else None


def read_rules(text: str, *, phases: bool = True) -> list[ReplayedRule]:
    """Return the rules of a rule file, in its order.

    Args:
        text: The rule file.
        phases: Whether groups tick at places of their own in their interval, as they do in a
            server, which derives the place from the group's name; else at multiples of it.
    """
    rules = []
    for group in yaml.safe_load(text)["groups"]:
        interval = int(parse_duration(group["interval"]) * 1_000)
        phase = zlib.crc32(group["name"].encode()) % interval if phases else 0
        rules += [_rule(rule, group["name"], interval, phase) for rule in group["rules"]]
    return rules


def _rule(rule: dict[str, Any], group: str, interval: int, phase: int) -> ReplayedRule:
    return ReplayedRule(
        group=group,
        interval_ms=interval,
        phase_ms=phase,
        record=rule.get("record", ""),
        alert=rule.get("alert", ""),
        expr=str(rule["expr"]),
        labels={name: str(value) for name, value in rule.get("labels", {}).items()},
        pending_ms=int(parse_duration(rule["for"]) * 1_000) if "for" in rule else 0,
        reads=tuple(selected(str(rule["expr"]))),
    )


def selected(expr: str) -> Iterable[Selected]:
    """Return every selector of an expression with its reach, subqueries around it included."""
    ranges: list[int] = []
    found: list[Selected] = []

    def before(node: object) -> bool:
        if isinstance(node, pp.SubqueryExpr):
            ranges.append(_ms(node.range) + _ms(node.offset))
        elif isinstance(node, pp.MatrixSelector):
            reach = sum(ranges) + _ms(node.range)
            found.append(_selected(node.vector_selector, reach, ranged=True))
        elif isinstance(node, pp.VectorSelector):
            found.append(_selected(node, sum(ranges), ranged=bool(ranges)))
        return True

    def after(node: object) -> bool:
        if isinstance(node, pp.SubqueryExpr):
            ranges.pop()
        return True

    pp.walk(pp.parse(expr), before, after)
    return found


def _selected(node: Any, reach: int, *, ranged: bool) -> Selected:
    equal = tuple((one.name, one.value) for one in node.matchers.matchers if _is_equal(one))
    moved = _ms(node.offset)
    return Selected(node.name or "", equal, reach + moved, ranged or moved > 0)


def _is_equal(matcher: Any) -> bool:
    return str(matcher.op).endswith(".Equal")


def _ms(delta: Any) -> int:
    return round(delta.total_seconds() * 1_000) if delta is not None else 0


class Replay:
    """Rules over the history of a server, evaluated as far as some moments need them."""

    def __init__(
        self,
        server: Prometheus,
        rules: Sequence[ReplayedRule],
        down: Iterable[tuple[int, int]] = (),
    ) -> None:
        """Take a server that has the raw samples, and the rules.

        Args:
            server: Where history is.
            rules: What is evaluated over it.
            down: Spans in milliseconds, first in and last out, in which the server did not run:
                there is no tick in them.
        """
        self.server = server
        self.rules = list(rules)
        self.down = tuple(down)
        self._ordered = self._in_order()

    def run(
        self, moments: Iterable[float], *, since: float, only: Mapping[str, str] | None = None
    ) -> None:
        """Evaluate and write back all that the rules show at moments in Unix seconds.

        Args:
            moments: When somebody looks.
            since: The beginning of time: nothing is evaluated earlier.
            only: Alerts by name, with a label value each, if nobody looks at anything else.
        """
        wanted = sorted({round(at * 1_000) for at in moments})
        floor = round(since * 1_000)
        for rule in self.rules:
            if only is not None and only.get(rule.alert) not in rule.labels.values():
                continue
            if rule.pending_ms:
                rule.widen(max(floor, wanted[0] - rule.pending_ms), wanted[-1])
            rule.moments |= {rule.tick_before(at) for at in wanted}
        for rule in reversed(self._ordered):
            self._ask_of(rule, floor)
        for rule in self._ordered:
            self._evaluate(rule, floor)

    def alerts(self) -> Iterator[Series]:
        """Yield Prometheus's own series of what its alerting rules have found, pending ones too."""
        for rule in self.rules:
            if not rule.alert:
                continue
            for labels, samples in rule.held.items():
                of = {**dict(labels), "alertname": rule.alert}
                since: dict[int, int] = {}
                for at, _ in sorted(samples):
                    since[at] = since.get(at - rule.interval_ms, at)
                began = [(at, first / 1e3) for at, first in since.items()]
                yield Series.of("ALERTS_FOR_STATE", of, _with_ends(began, self._ticks(rule)))
                for state, ripe in (("firing", True), ("pending", False)):
                    shown = [
                        (at, 1.0)
                        for at, first in since.items()
                        if (at - first >= rule.pending_ms) is ripe
                    ]
                    ended = _with_ends(shown, self._ticks(rule))
                    yield Series.of("ALERTS", of | {"alertstate": state}, ended)

    @staticmethod
    def _ticks(rule: ReplayedRule) -> list[int]:
        assert rule.span is not None, "alerts are told of rules that were asked at every tick"
        first = rule.tick_before(rule.span[0] + rule.interval_ms - 1)
        return list(range(first, rule.span[1] + 1, rule.interval_ms))

    def firing(self, at: float) -> frozenset[tuple[str, Labels]]:
        """Return the alerts that are firing at a moment: name, and the rule's own labels."""
        out = set()
        for rule in self.rules:
            if rule.alert and self._fires(rule, rule.tick_before(round(at * 1_000))):
                out.add((rule.alert, tuple(sorted(rule.labels.items()))))
        return frozenset(out)

    @staticmethod
    def _fires(rule: ReplayedRule, tick: int) -> bool:
        """Return whether a label set has been active at every tick for as long as is asked."""
        ticks = range(tick - rule.pending_ms, tick + 1, rule.interval_ms)
        return any(
            all(one in {at for at, _ in samples} for one in ticks) for samples in rule.held.values()
        )

    def _in_order(self) -> list[ReplayedRule]:
        """Return the rules, each after all it reads."""
        done: list[ReplayedRule] = []
        state: dict[ReplayedRule, int] = {}
        by_metric: dict[str, list[ReplayedRule]] = {}
        for rule in self.rules:
            by_metric.setdefault(rule.record, []).append(rule)

        def visit(rule: ReplayedRule) -> None:
            assert state.get(rule) != 1, f"{rule.record or rule.alert} reads itself"
            if rule in state:
                return
            state[rule] = 1
            for read in rule.reads:
                for giver in by_metric.get(read.metric, ()):
                    if giver.gives(read):
                        visit(giver)
            state[rule] = 2
            done.append(rule)

        for rule in self.rules:
            visit(rule)
        self._by_metric = by_metric
        return done

    def _ask_of(self, reader: ReplayedRule, floor: int) -> None:
        """Tell the rules that a reader reads when it needs them."""
        asked = reader.needed()
        if asked is None:
            return
        for read in reader.reads:
            for giver in self._by_metric.get(read.metric, ()):
                if not giver.gives(read):
                    continue
                if read.ranged or reader.span:
                    first = max(floor, asked[0] - read.reach_ms - LOOKBACK_MS)
                    giver.widen(first, asked[1])
                else:
                    giver.moments |= {giver.tick_before(at) for at in reader.moments}

    def _evaluate(self, rule: ReplayedRule, floor: int) -> None:
        ticks: set[int] = set()
        step = rule.interval_ms
        if rule.span is not None:
            first = rule.tick_before(rule.span[0] + step - 1)
            ticks.update(at for at in range(first, rule.span[1] + 1, step) if self._runs(at))
            found = self.server.steps(rule.expr, first, rule.span[1], step // 1_000)
            for labels, samples in found.items():
                held = rule.held.setdefault(self._labelled(rule, labels), [])
                held += [sample for sample in samples if sample[0] in ticks]
        for at in sorted(at for at in rule.moments - ticks if at >= floor and self._runs(at)):
            ticks.add(at)
            for labels, value in self.server.instant(rule.expr, at / 1e3).items():
                rule.held.setdefault(self._labelled(rule, labels), []).append((at, value))
        if rule.record:
            order = sorted(ticks)
            self.server.write(
                Series.of(rule.record, dict(labels), _with_ends(sorted(samples), order))
                for labels, samples in rule.held.items()
            )

    def _runs(self, at: int) -> bool:
        return not any(first <= at < last for first, last in self.down)

    @staticmethod
    def _labelled(rule: ReplayedRule, labels: Labels) -> Labels:
        return tuple(sorted({**dict(labels), **rule.labels}.items()))


def _with_ends(samples: list[tuple[int, float]], ticks: list[int]) -> list[tuple[int, float]]:
    """Return samples with a mark at each tick where the series has just ended."""
    there = {at for at, _ in samples}
    ends = set()
    for at, _ in samples:
        place = bisect_right(ticks, at)
        if place < len(ticks) and ticks[place] not in there:
            ends.add(ticks[place])
    return sorted([*samples, *((at, STALE) for at in ends)], key=lambda sample: sample[0])
