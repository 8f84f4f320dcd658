"""The process view: what each step took, who was content, and whose the overrun is.

One query makes a row for each step of each case; the rest is asked of these rows. What became of a
step is said by `judged_sql`; it counts in the window in which it was taken on.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from truegreen_definitions.names import MethodValue, OriginValue, StepOutcomeValue
from truegreen_definitions.vendor_share import overrun, shares
from truegreen_exporters.accountability.overruns import Overruns, Share
from truegreen_exporters.intake.mapping import literal
from truegreen_exporters.process.critical_path import Stay, Steps, critical_path
from truegreen_exporters.process.judged_sql import judged_query
from truegreen_exporters.process.tolerances import seconds_within, within_query
from truegreen_exporters.process.visits_sql import steps_query, times_query, unknown_steps_query

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from truegreen_exporters.process.question import ProcessQuestion

__all__ = ["ProcessView", "StepTally"]

_Span = tuple[int, int]
_TABLE = "_process"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTally:
    """A step over a window; times in microseconds on its clock.

    Attributes:
        outcomes: Cases by outcome.
        reworked: Of these, with more than one visit.
        overrun: Time above tolerated, of those that are over it.
        worked: Time in which somebody worked.
        waited: All other time, handoffs included.
    """

    outcomes: Mapping[StepOutcomeValue, int]
    reworked: int
    overrun: int
    worked: int
    waited: int


class ProcessView:
    """The rows of one process as seen from a moment.

    Attributes:
        sql: The query of them, to be shown; zones are as for other queries.

    Args:
        question: The process.
        at: The moment, in microseconds since 1970.
        fetch: Runs a query in a zone and returns its rows.
        relation: Returns the query or name of a table's rows.
    """

    def __init__(
        self,
        question: ProcessQuestion,
        at: int,
        fetch: Callable[[str, str], list[tuple[Any, ...]]],
        relation: Callable[[str], str],
    ) -> None:
        self._fetch_in, self._zone = fetch, question.zone
        self._relation = relation
        ((low, high),) = self._fetch(times_query(question, relation))
        self._question = question.timed(min(low or at, at), max(high or at, at))
        self._at = at
        self.sql = judged_query(self._question, steps_query(self._question, at, relation))
        self._fetch(f"CREATE OR REPLACE TEMP TABLE {_TABLE} AS {self.sql}")

    def steps(self, spans: Mapping[str, _Span]) -> dict[str, dict[str, StepTally]]:
        """Return what each step came to in spans of time, by step and label of the span."""
        columns = ", ".join(c for span in spans.values() for c in _counts(span))
        found = dict.fromkeys((step.name for step in self._question.steps), (0,) * 9 * len(spans))
        rows = self._fetch(f"SELECT _step, {columns} FROM {_TABLE} GROUP BY _step")  # noqa: S608  numbers
        found |= {name: tuple(counts) for name, *counts in rows}
        return {
            name: {
                label: _tally(counts[place * 9 : place * 9 + 9])
                for place, label in enumerate(spans)
            }
            for name, counts in found.items()
        }

    def cases(self, spans: Mapping[str, _Span]) -> dict[str, tuple[int, int, int]]:
        """Return (begun, completed, begun and still open) cases in spans of time, by label."""
        columns = []
        for low, high in spans.values():
            begun = f"_t >= {low} AND _t < {high}"
            columns += [
                f"count(*) FILTER ({begun})",
                f"count(*) FILTER (_done AND _last >= {low} AND _last < {high})",
                f"count(*) FILTER ({begun} AND NOT _done)",
            ]
        query = f"SELECT {', '.join(columns)} FROM ({self._cases()})"  # noqa: S608  as above
        ((*counts,),) = self._fetch(query)
        return {
            label: (counts[place * 3], counts[place * 3 + 1], counts[place * 3 + 2])
            for place, label in enumerate(spans)
        }

    def unknown_visits(self) -> int:
        """Return how many rows are visits to steps that the process does not follow."""
        return sum(
            self._fetch(unknown_steps_query(self._question, visit, self._relation))[0][0]
            for visit in self._question.process.visits
            if visit.column
        )

    def overruns(self, spans: Mapping[str, _Span], method: MethodValue) -> dict[str, Overruns]:
        """Return whose the overrun of the cases is that began in spans of time, by label."""
        counted = self.cases(spans)
        vendors = {step.name: step.vendor for step in self._question.steps}
        sums: dict[str, dict[str, int]] = {label: defaultdict(int) for label in spans}
        over, total = dict.fromkeys(spans, 0), dict.fromkeys(spans, 0)
        for begun, stays in self._overrunning():
            among = [label for label, (low, high) in spans.items() if low <= begun < high]
            found = self._split(stays, method) if among else {}
            late = sum(found.values())
            for label in among:
                over[label] += late > 0
                total[label] += late
                for name, part in found.items():
                    sums[label][name] += part
        return {
            label: Overruns(
                service=self._question.service,
                method=method,
                origin=OriginValue.RECORDS,
                overrun=total[label],
                shares=tuple(
                    Share(step=name, vendor=vendor, microseconds=sums[label][name])
                    for name, vendor in vendors.items()
                ),
                unattributed=sums[label][""],
                cases=counted[label][0],
                over=over[label],
                open=counted[label][2],
            )
            for label in spans
        }

    def within(
        self, spans: Sequence[_Span], shares: Sequence[float]
    ) -> dict[str, list[tuple[float | None, ...]]]:
        """Return, by step, the seconds that each share of the cases of each span stayed within."""
        width = len(shares)
        times: dict[str, Sequence[int | None]]
        times = {step.name: [None] * width * len(spans) for step in self._question.steps}
        rows = self._fetch(within_query(_TABLE, spans, shares))
        times |= {step: found for step, *found in rows}
        return {
            step: [
                tuple(map(seconds_within, found[place : place + width]))
                for place in range(0, len(found), width)
            ]
            for step, found in times.items()
        }

    def slowest(self, step: str, span: _Span, limit: int) -> list[dict[str, Any]]:
        """Return the cases that were longest in a step, for people who ask which they were."""
        names = ("case", "outcome", "begun", "done", "took", "worked", "visits")
        rows = self._fetch(
            f"SELECT _case, _outcome, _first, _last, _took, _worked, _visits FROM {_TABLE} "  # noqa: S608  quoted
            f"WHERE _step = {literal(step)} AND _t >= {span[0]} AND _t < {span[1]} "
            f"ORDER BY _took DESC, _case LIMIT {limit}"
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _overrunning(self) -> list[tuple[int, dict[str, Stay]]]:
        """Return (anchor, stays) of the cases that may be over their target: a step of theirs is.

        No case is over that has none: its times are together within what is tolerated.
        """
        rows = self._fetch(
            f"SELECT _case, _step, _t, _first, _last, _took, _open, _lost FROM {_TABLE} "  # noqa: S608  as above
            f"WHERE _case IN (SELECT _case FROM {_TABLE} WHERE _over > 0 OR _lost OR _alone) "
            "ORDER BY _case, _step"
        )
        begun: dict[str, int] = {}
        found: dict[str, dict[str, Stay]] = defaultdict(dict)
        for case, step, anchor, first, last, took, is_open, lost in rows:
            begun[case] = min(begun.get(case, anchor), anchor)
            found[case][step] = Stay(first, last, took, is_open, lost)
        return [(begun[case], stays) for case, stays in found.items()]

    def _split(self, stays: Mapping[str, Stay], method: MethodValue) -> dict[str, int]:
        """Return each step's share of a case's overrun; "" is what no timestamps explain."""
        path = critical_path(self._order(), stays)
        tolerated = sum(one.tolerated for one in path)
        within = self._question.within
        slack = 0 if within is None else max(0, within - tolerated)
        excess = [one.excess for one in path]
        found: dict[str, int] = defaultdict(int)
        if overrun(excess, slack):
            for one, part in zip(path, shares(excess, slack, method), strict=True):
                found[one.step] += part
        return found

    def _order(self) -> Steps:
        question = self._question
        clocks, clocked = dict(question.clocks), dict(question.clocked)

        def passed(step: str, low: int, high: int) -> int:
            if step not in clocked:
                return high - low
            clock = clocks[clocked[step]]
            return clock.shown(high) - clock.shown(low)

        before: dict[str, list[str]] = defaultdict(list)
        for step, earlier in question.before:
            before[step].append(earlier)
        tolerated = {step.name: question.tolerated(step) for step in question.steps}
        return Steps(tolerated=tolerated, before=before, passed=passed)

    def _cases(self) -> str:
        """Return the query of the cases; done is one whose every branch has come to an end."""
        return (
            "SELECT _case, min(_t) AS _t, max(_last) AS _last, "  # noqa: S608  ours
            f"NOT bool_or(_open OR _unfollowed) AS _done FROM {_TABLE} GROUP BY _case"
        )

    def _fetch(self, query: str) -> Sequence[tuple[Any, ...]]:
        return self._fetch_in(self._zone, query)


def _counts(span: _Span) -> list[str]:
    """Return the nine columns of a span: five outcomes, rework, three sums of time."""
    inside = f"_t >= {span[0]} AND _t < {span[1]}"
    timed = f"{inside} AND NOT _lost"
    return [
        *(f"count(*) FILTER ({inside} AND _outcome = '{one}')" for one in StepOutcomeValue),
        f"count(*) FILTER ({inside} AND _visits > 1)",
        *(
            f"coalesce(sum({what}) FILTER ({timed}), 0)::BIGINT"
            for what in ("_over", "_worked", "_took - _worked")
        ),
    ]


def _tally(counts: Sequence[int]) -> StepTally:
    *outcomes, reworked, over, worked, waited = counts
    return StepTally(
        outcomes=dict(zip(StepOutcomeValue, outcomes, strict=True)),
        reworked=reworked,
        overrun=over,
        worked=worked,
        waited=waited,
    )
