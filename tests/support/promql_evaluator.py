"""The part of PromQL that counts over windows, evaluated in Python for 2.x and for 3.x.

Only one server is at hand, and the two differ where it matters: a range holds both its ends in
Prometheus 2.x and leaves the older one out in 3.x. So rules written for either can be held
against counting, and rules written for the wrong one seen to be wrong.

A rule's series has a value at its ticks. It is evaluated when somebody reads it, at the tick
that would have been read, so a month of history costs only what a window looks at.

Source: Prometheus documentation, "Range vector selectors" and the migration guide to 3.0;
`promql/engine.go` and `promql/functions.go` for subquery steps and the extrapolation of increase.
"""

from __future__ import annotations

import math
import operator
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import promql_parser as pp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rule_replay import ReplayedRule

__all__ = ["Evaluator"]

Labels = tuple[tuple[str, str], ...]
Vector = dict[Labels, float]
Samples = list[tuple[int, float]]
LOOKBACK_MS = 300_000
NEARLY = 1.1  # a gap of so many mean distances is taken for the end of a series

_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": lambda a, b: a / b if b else math.nan if not a else math.copysign(math.inf, a),
    "%": math.fmod,
}
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_OF_TIME: dict[str, Callable[[datetime], float]] = {
    "month": lambda at: at.month,
    "year": lambda at: at.year,
}
_CLAMPS: dict[str, Callable[[float, float], float]] = {"clamp_max": min, "clamp_min": max}
_OF_NUMBER: dict[str, Callable[[float], float]] = {"floor": math.floor, "ceil": math.ceil}


@dataclass(slots=True)
class Evaluator:
    """Rules and raw series under one meaning of ranges.

    Attributes:
        raw: Raw series by their labels, `__name__` among them.
        rules: Recording rules.
        left_open: Whether ranges leave out their older end.
    """

    raw: Mapping[Labels, Samples]
    rules: Sequence[ReplayedRule]
    left_open: bool
    _seen: dict[tuple[int, int], Vector] = field(default_factory=dict)
    _trees: dict[str, Any] = field(default_factory=dict)
    _series: dict[str, list[tuple[Labels, Samples]]] = field(default_factory=dict)
    _recording: dict[str, list[tuple[int, ReplayedRule]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Order series and rules by name: every selector has one, and most select little."""
        for labels, samples in self.raw.items():
            self._series.setdefault(dict(labels)["__name__"], []).append((labels, samples))
        for index, rule in enumerate(self.rules):
            self._recording.setdefault(rule.record, []).append((index, rule))

    def instant(self, expr: str, at: int) -> Vector:
        """Return the values of an expression at a moment in milliseconds, by labels."""
        tree = self._trees.get(expr)
        if tree is None:
            tree = self._trees[expr] = pp.parse(expr)
        found = self._eval(tree, at)
        return found if isinstance(found, dict) else {(): found}

    def _eval(self, node: Any, at: int) -> Vector | float:
        match node:
            case pp.ParenExpr():
                return self._eval(node.expr, at)
            case pp.NumberLiteral():
                return float(node.val)
            case pp.UnaryExpr():
                return self._joined("*", -1.0, self._eval(node.expr, at), node)
            case pp.VectorSelector():
                return self._selected(node, at - _ms(node.offset))
            case pp.AggregateExpr():
                return self._aggregated(node, at)
            case pp.Call():
                return self._called(node, at)
            case pp.BinaryExpr():
                left, right = self._eval(node.lhs, at), self._eval(node.rhs, at)
                return self._joined(str(node.op), left, right, node)
        raise AssertionError(f"no meaning for {type(node).__name__}")

    def _selected(self, node: Any, at: int) -> Vector:
        out: Vector = {}
        for labels, samples in self._series.get(node.name, ()):
            if _matches(node, dict(labels)):
                place = bisect_right(samples, (at, math.inf))
                if place and self._inside(samples[place - 1][0], at - LOOKBACK_MS):
                    out[_nameless(labels)] = samples[place - 1][1]
        for index, rule in self._recording.get(node.name, ()):
            if _matches(node, rule.labels):
                tick = rule.tick_before(at)
                if self._inside(tick, at - LOOKBACK_MS):
                    out |= self._recorded(index, rule, tick)
        return out

    def _recorded(self, index: int, rule: ReplayedRule, tick: int) -> Vector:
        if (index, tick) not in self._seen:
            found = self.instant(rule.expr, tick)
            named = {_with(labels, rule.labels): value for labels, value in found.items()}
            self._seen[index, tick] = named
        return self._seen[index, tick]

    def _inside(self, at: int, oldest: int) -> bool:
        return at > oldest if self.left_open else at >= oldest

    def _range(self, node: Any, at: int) -> tuple[dict[Labels, Samples], int, int]:
        """Return the samples of a range, and its ends."""
        if isinstance(node, pp.SubqueryExpr):
            end = at - _ms(node.offset)
            start, step = end - _ms(node.range), _ms(node.step)
            first = start - start % step
            while not self._inside(first, start):
                first += step
            out: dict[Labels, Samples] = {}
            for moment in range(first, end + 1, step):
                found = self._eval(node.expr, moment)
                for labels, value in (found if isinstance(found, dict) else {(): found}).items():
                    out.setdefault(labels, []).append((moment, value))
            return out, start, end
        selector = node.vector_selector
        end = at - _ms(selector.offset)
        start = end - _ms(node.range)
        cut = bisect_right if self.left_open else bisect_left
        edge = (start, math.inf if self.left_open else -math.inf)
        raw = {
            _nameless(labels): samples[cut(samples, edge) : bisect_right(samples, (end, math.inf))]
            for labels, samples in self._series.get(selector.name, ())
            if _matches(selector, dict(labels))
        }
        return {labels: some for labels, some in raw.items() if some}, start, end

    def _called(self, node: Any, at: int) -> Vector | float:
        name, arguments = node.func.name, node.args
        if name == "time":
            return at / 1e3
        if name.endswith("_over_time") or name == "increase":
            found, start, end = self._range(_bare(arguments[0]), at)
            over = {
                "sum_over_time": lambda some: sum(value for _, value in some),
                "last_over_time": lambda some: some[-1][1],
                "increase": lambda some: _increase(some, start, end),
            }[name]
            values = {labels: over(some) for labels, some in found.items()}
            return {labels: value for labels, value in values.items() if value is not None}
        given = self._eval(arguments[0], at)
        if name == "vector":
            assert isinstance(given, float)
            return {(): given}
        assert isinstance(given, dict)
        if name == "scalar":
            return next(iter(given.values())) if len(given) == 1 else math.nan
        if name in _CLAMPS:
            bound = self._eval(arguments[1], at)
            assert isinstance(bound, float)
            clamp = (lambda _: math.nan) if math.isnan(bound) else partial(_CLAMPS[name], bound)
            return {labels: clamp(value) for labels, value in given.items()}
        if name in _OF_TIME:
            moment = _OF_TIME[name]
            return {k: moment(datetime.fromtimestamp(v, UTC)) for k, v in given.items()}
        return {labels: float(_OF_NUMBER[name](value)) for labels, value in given.items()}

    def _aggregated(self, node: Any, at: int) -> Vector:
        found = self._eval(node.expr, at)
        assert isinstance(found, dict)
        assert str(node.op) == "sum"
        groups: dict[Labels, list[float]] = {}
        for labels, value in found.items():
            kept = tuple(one for one in labels if _stays(node.modifier, one[0]))
            groups.setdefault(kept, []).append(value)
        return {labels: math.fsum(values) for labels, values in groups.items()}

    def _joined(
        self, op: str, left: Vector | float, right: Vector | float, node: Any
    ) -> Vector | float:
        modifier = getattr(node, "modifier", None)
        as_bool = bool(modifier and modifier.return_bool)
        if isinstance(left, float) and isinstance(right, float):
            return _pair(op, left, right, as_bool=True) or 0.0
        if isinstance(left, float) or isinstance(right, float):
            vector = right if isinstance(left, float) else left
            assert isinstance(vector, dict)
            sides = (
                (k, left, v) if isinstance(left, float) else (k, v, right)
                for k, v in vector.items()
            )
            kept = {k: _pair(op, a, b, as_bool=as_bool) for k, a, b in sides}  # type: ignore[arg-type]
            return {k: v for k, v in kept.items() if v is not None}
        anywhere = bool(modifier and modifier.matching is not None)
        if op == "or":
            taken = bool(left) if anywhere else None
            return left | {k: v for k, v in right.items() if k not in left and not taken}
        assert anywhere or set(left) <= set(right) or set(right) <= set(left), "labels differ"
        others = {k: next(iter(right.values()), None) if anywhere else right.get(k) for k in left}
        kept = {
            k: _pair(op, left[k], other, as_bool=as_bool)
            for k, other in others.items()
            if other is not None
        }
        return {k: v for k, v in kept.items() if v is not None}


def _pair(op: str, a: float, b: float, *, as_bool: bool) -> float | None:
    if op in _ARITHMETIC:
        return _ARITHMETIC[op](a, b)
    holds = _COMPARED[op](a, b)
    return float(holds) if as_bool else a if holds else None


def _stays(modifier: Any, label: str) -> bool:
    """Return whether an aggregation keeps a label."""
    if modifier is None:
        return False
    return (label in modifier.labels) == str(modifier.type).endswith("By")


def _increase(samples: Samples, start: int, end: int) -> float | None:
    """Return what a counter grew by, extrapolated to the range as Prometheus does."""
    if len(samples) < 2:
        return None
    grown = samples[-1][1] - samples[0][1]
    grown += sum(low for (_, low), (_, high) in pairwise(samples) if high < low)
    sampled = (samples[-1][0] - samples[0][0]) / 1e3
    before, after = (samples[0][0] - start) / 1e3, (end - samples[-1][0]) / 1e3
    mean = sampled / (len(samples) - 1)
    if grown > 0 and samples[0][1] >= 0:
        before = min(before, sampled * samples[0][1] / grown)
    before = before if before < mean * NEARLY else mean / 2
    after = after if after < mean * NEARLY else mean / 2
    return grown * (sampled + before + after) / sampled


def _matches(node: Any, labels: dict[str, str]) -> bool:
    return all(_holds(one, labels.get(one.name, "")) for one in node.matchers.matchers)


def _holds(matcher: Any, value: str) -> bool:
    kind = str(matcher.op).rpartition(".")[2]
    if kind in ("Equal", "NotEqual"):
        return (value == matcher.value) == (kind == "Equal")
    return (re.fullmatch(matcher.value, value) is not None) == (kind == "Re")


def _with(labels: Labels, more: Mapping[str, str]) -> Labels:
    return tuple(sorted({**dict(labels), **more}.items()))


def _nameless(labels: Labels) -> Labels:
    return tuple(one for one in labels if one[0] != "__name__")


def _bare(node: Any) -> Any:
    return _bare(node.expr) if isinstance(node, pp.ParenExpr) else node


def _ms(delta: Any) -> int:
    return round(delta.total_seconds() * 1_000) if delta is not None else 0
