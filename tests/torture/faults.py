"""Faults to plant in the rule emitters: what somebody could get wrong in each of their modules.

A fault is a change of a module's source. Each gives rules that Prometheus accepts and that are
wrong somewhere; a fault that makes the compiler stop would prove nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FAULTS", "UNJUDGED", "Fault"]


@dataclass(frozen=True, slots=True)
class Fault:
    """In a module of the rule emitters, put `new` for every `old`."""

    module: str
    what: str
    old: str
    new: str


# Modules in which nothing can be wrong that a figure would show: text for people, and shapes.
UNJUDGED = frozenset({"rule", "notes", "info", "addresses"})

FAULTS = (
    Fault(
        "windows",
        "raw counts are not scaled back",
        "* {number_text(seconds)} /",
        "* 1 * {number_text(exact)} /",
    ),
    Fault(
        "windows",
        "a range does not reach back a scrape",
        "seconds + policy.scrape_interval_seconds",
        "seconds",
    ),
    Fault(
        "windows",
        "a range reaches back two scrapes",
        "seconds + policy.scrape_interval_seconds",
        "seconds + 2 * policy.scrape_interval_seconds",
    ),
    Fault(
        "windows",
        "the subquery has half the grid's step",
        "duration_label(GRID_SECONDS)",
        "duration_label(GRID_SECONDS // 2)",
    ),
    Fault(
        "windows",
        "counts are averaged",
        "sum_over_time",
        "avg_over_time",
    ),
    Fault(
        "windows",
        "a missing good series is all good",
        "or on () vector(0)",
        "or on () vector(1e12)",
    ),
    Fault(
        "windows",
        "a good that is no number is all good",
        "{good} >= 0",
        "{good}",
    ),
    Fault(
        "windows",
        "good may exceed total",
        "clamp_max(\\n  {total},\\n  scalar(",
        "clamp_min(\\n  0 * {total},\\n  scalar(",
    ),
    Fault(
        "windows",
        "good is at least total",
        "clamp_max(",
        "clamp_min(",
    ),
    Fault(
        "cadence",
        "both ends of a range count",
        "seconds - MILLISECOND",
        "Decimal(seconds)",
    ),
    Fault(
        "cadence",
        "the older server is taken for the newer",
        ">= LEFT_OPEN_SINCE",
        ">= 2",
    ),
    Fault(
        "cadence",
        "the period lags ten times as much",
        "min(LONGEST_SECONDS, PERIOD_PER_BASE * ",
        "min(1_500, 50 * ",
    ),
    Fault(
        "sums",
        "good counts the total",
        "_raw(promise, signal, signal.good, GRID",
        "_raw(promise, signal, signal.total, GRID",
    ),
    Fault(
        "sums",
        "a shared total is the good of its sharer",
        "sharer.series(names.TOTAL_5M)",
        "sharer.series(names.GOOD_5M)",
    ),
    Fault(
        "sharing",
        "any two totals are the same",
        "return signal.total, signal.slice_seconds, calendars",
        "return signal.slice_seconds, calendars",
    ),
    Fault(
        "sums",
        "good and total change places",
        "((names.TOTAL_SUM, names.TOTAL_5M), (names.GOOD_SUM, names.GOOD_5M))",
        "((names.TOTAL_SUM, names.GOOD_5M), (names.GOOD_SUM, names.TOTAL_5M))",
    ),
    Fault(
        "overruns",
        "a day of overruns is half a day",
        "gridded_count(base, DAY_SECONDS, policy)",
        "gridded_count(base, DAY_SECONDS // 2, policy)",
    ),
    Fault(
        "overruns",
        "today's overruns are yesterday's",
        "for by_day in (LAST_DAY, TODAY)",
        "for by_day in (LAST_DAY, LAST_DAY)",
    ),
    Fault(
        "burn",
        "the budget is not divided by",
        ' / {promise.budget}"',
        '"',
    ),
    Fault(
        "burn",
        "bad is good plus total",
        "{total}\\n  - {promise.series(names.GOOD_SUM",
        "{total}\\n  + {promise.series(names.GOOD_SUM",
    ),
    Fault(
        "burn",
        "the short window is not asked",
        "{SAME} {short} > {factor}",
        "{SAME} {short} > -1",
    ),
    Fault(
        "burn",
        "the long window is not asked",
        "({long}) > {factor}",
        "({long}) > 0",
    ),
    Fault(
        "burn",
        "at the factor is above it",
        "({long}) > {factor}",
        "({long}) >= {factor} * 0.8",
    ),
    Fault(
        "burn",
        "ten bad events are few",
        "alerting.min_bad - COUNTING_ERROR",
        "alerting.min_bad * 2 - COUNTING_ERROR",
    ),
    Fault(
        "burn",
        "a rate has a label that a pair lacks",
        "sum without ({names.WINDOW})",
        "sum without ({names.OVER})",
    ),
    Fault(
        "burn",
        "a pair that can fire is left out",
        "burn.factor * agreement.budget < 1",
        "burn.factor * agreement.budget * 10 < 1",
    ),
    Fault(
        "judgement",
        "nothing of nothing is a ratio",
        "{good} / ({total} > 0)",
        "({good} + 1) / ({total} + 1)",
    ),
    Fault(
        "judgement",
        "the budget left is the budget spent",
        "1 - (\\n",
        "(\\n",
    ),
    Fault(
        "judgement",
        "an interval is too narrow",
        "1.96 * sqrt",
        "1.64 * sqrt",
    ),
    Fault(
        "judgement",
        "the bounds change places",
        'for sign in "-+"',
        'for sign in "+-"',
    ),
    Fault(
        "state",
        "the objective met is the objective missed",
        'met = f"({attainment} >= bool',
        'met = f"({attainment} < bool',
    ),
    Fault(
        "state",
        "little budget is none",
        'LITTLE_BUDGET = "0.25"',
        'LITTLE_BUDGET = "0.05"',
    ),
    Fault(
        "state",
        "a sample is judged by its lower bound",
        'StateValue.BREACHED, f"{upper} <',
        'StateValue.BREACHED, f"{lower} <',
    ),
    Fault(
        "state",
        "no data is all well",
        "absent({total} > 0)",
        "absent({total}) * 0",
    ),
    Fault(
        "staleness",
        "an unread source is fresh for a day",
        "LEAST_SECONDS = 900",
        "LEAST_SECONDS = 86_400",
    ),
    Fault(
        "staleness",
        "the freshest source counts",
        "min(max by",
        "max(max by",
    ),
    Fault(
        "state",
        "enough is one more",
        "window=window)} >= {_min_sample",
        "window=window)} > {_min_sample",
    ),
    Fault(
        "records",
        "parts of two exporters add up",
        'f"max({promise',
        'f"sum({promise',
    ),
    Fault(
        "records",
        "good reads the total",
        "promise.series(names.WINDOW_EVENTS, part=part, window=window)",
        "promise.series(names.WINDOW_EVENTS, part=names.PartValue.TOTAL, window=window)",
    ),
    Fault(
        "records",
        "a window reads another",
        "part=part, window=window)",
        "part=part, window='all')",
    ),
    Fault(
        "watermelon",
        "the sides change places",
        "WatermelonValue.WATERMELON: (0, 1)",
        "WatermelonValue.WATERMELON: (1, 0)",
    ),
    Fault(
        "watermelon",
        "unknown is green",
        "unless on () {unknown} == 1",
        "unless on () {unknown} == 2",
    ),
    Fault(
        "watermelon",
        "any agreement met makes a side good",
        "(max({_breached(service, 'xla', window)})",
        "(min({_breached(service, 'xla', window)})",
    ),
    Fault(
        "watermelon",
        "the alert is for green",
        "state=WatermelonValue.WATERMELON\n",
        "state=WatermelonValue.GREEN\n",
    ),
    Fault(
        "alerts",
        "silence is told after an hour",
        "STARTING_UP_SECONDS = 120",
        "STARTING_UP_SECONDS = 3_600",
    ),
    Fault(
        "alerts",
        "silence of good alone is told",
        "absent({promise.series(names.TOTAL_5M)})",
        "absent({promise.series(names.GOOD_5M)} > 0)",
    ),
    Fault(
        "alerts",
        "a budget half spent is spent",
        "{left} <= 0",
        "{left} <= 0.5",
    ),
    Fault(
        "alerts",
        "any state is a missed objective",
        "{SAME} {breached} == 1",
        "{SAME} {breached} >= 0",
    ),
    Fault(
        "promise",
        "every agreement is an SLA",
        "names.KIND: one.kind",
        'names.KIND: "sla"',
    ),
    Fault(
        "promise",
        "the budget is the objective",
        "number_text(self.agreement.budget)",
        "number_text(self.agreement.objective)",
    ),
    Fault(
        "expression",
        "any of several is the first",
        '"|".join(values)',
        "next(iter(values))",
    ),
    Fault(
        "__init__",
        "the watermelon comes without its alert",
        "        yield from watermelon_alert(service, window, alerting)\n",
        "        yield from () if window else watermelon_alert(service, window, alerting)\n",
    ),
    Fault(
        "burn",
        "the evidence is asked of the short window",
        "surely_above(promise, burn.long, burn.factor)",
        "surely_above(promise, burn.short, burn.factor)",
    ),
    Fault(
        "burn",
        "the evidence has the wrong side",
        '{number_text(threshold)} * {total}"',
        '{number_text(threshold)} + {total}"',
    ),
    Fault(
        "raised",
        "a calendar masks while it is off",
        "calendar=alerting.muted[0])} == 1",
        "calendar=alerting.muted[0])} == 0",
    ),
    Fault(
        "raised",
        "hours are the hours off",
        "calendar=alerting.during)} == 0",
        "calendar=alerting.during)} == 1",
    ),
    Fault(
        "forecast",
        "time is left although none is",
        "{seconds} * ({left} > 0)",
        "{seconds} * ({left} > -9)",
    ),
    Fault(
        "forecast",
        "the pace is not above that of time",
        "({burn} > 1) - 1\\n",
        "({burn} > 1)\\n",
    ),
    Fault(
        "forecast",
        "it looks as far as the window",
        "AHEAD = 10 ",
        "AHEAD = 1 ",
    ),
    Fault(
        "slow_burn",
        "a burn within the budget is one",
        '({short}) > 1"',
        '({short}) > 0.5"',
    ),
    Fault(
        "slow_burn",
        "it tells what gets better",
        'f"> on (',
        'f"< on (',
    ),
    Fault(
        "slow_burn",
        "stale parts are evidence",
        "{SAME} {stale} == 0",
        "{SAME} {stale} >= 0",
    ),
    Fault(
        "staleness",
        "an unread source is told after ten readings",
        "READINGS = 2",
        "READINGS = 10",
    ),
    Fault(
        "sources",
        "a source that is not there is fresh",
        "or absent({read_at})",
        "unless absent({read_at})",
    ),
    Fault(
        "sources",
        "refused rows pass",
        "[{REFUSED_OVER}])) > 0",
        "[{REFUSED_OVER}])) > 1e9",
    ),
    Fault(
        "review",
        "the review is due for ever",
        "<= time()",
        "<= time() + 1e9",
    ),
    Fault(
        "sums",
        "a short window is that of five minutes",
        "signal.good, seconds)",
        "signal.good, GRID_SECONDS)",
    ),
    Fault(
        "sums",
        "a long window has a count too many",
        "gridded_count(promise.series(base), window.seconds, promise.policy)",
        "gridded_count(promise.series(base), window.seconds + GRID_SECONDS, promise.policy)",
    ),
    Fault(
        "signals",
        "pairs on the grid have no alert",
        "yield from burn_alerts(promise, lagging=True)",
        "yield from ()",
    ),
    Fault(
        "days",
        "what the oldest day had by now is kept",
        "- {_so_far_then(",
        "+ 0 * {_so_far_then(",
    ),
    Fault(
        "days",
        "yesterday is forgotten",
        "            _or_zero(whole_day),\n",
        '            "vector(0)",\n',
    ),
    Fault(
        "days",
        "today is forgotten",
        '+ {_or_zero(so_far)}",\n            f"-',
        '+ 0 * {_or_zero(so_far)}",\n            f"-',
    ),
    Fault(
        "days",
        "today is yesterday on odd days",
        "(2 * {now} - 1)",
        "(1 - 2 * {now})",
    ),
    Fault(
        "days",
        "a window that begins in an outage begins with its day",
        "or clamp_min(last_over_time({signed}) * {sign}, 0)",
        "or clamp_min(last_over_time({signed}) * {sign}, 0) * 0",
    ),
    Fault(
        "days",
        "what was counted before an outage may be of the day before",
        "clamp_min(last_over_time({signed}) * {sign}, 0)",
        "abs(last_over_time({signed}))",
    ),
    Fault(
        "days",
        "a day more is taken",
        "half_open(policy, seconds - DAY_SECONDS)",
        "half_open(policy, seconds)",
    ),
    Fault(
        "days",
        "midnights are read at midnight",
        "[23h:6h] offset 30m",
        "[23h:6h]",
    ),
    Fault(
        "days",
        "a month is another's",
        'ours = f"({now} + {_PERIODS - back}) % {_PERIODS}" if back else now',
        'ours = f"({now} + 1) % {_PERIODS}"',
    ),
    Fault(
        "days",
        "weeks begin on Sunday",
        "_MONDAY_SECONDS = 604_800, 259_200",
        "_MONDAY_SECONDS = 604_800, 345_600",
    ),
    Fault(
        "burn",
        "chance is taken for evidence",
        "1.96 * sqrt",
        "1.95 * sqrt",
    ),
    Fault(
        "excluded",
        "excluded time counts",
        "(1 - {_active(signal, policy)})",
        "(1 - 0 * {_active(signal, policy)})",
    ),
    Fault(
        "excluded",
        "what is excluded is everything",
        "({counted}) * {_active(signal, policy)}",
        "({counted}) + 0 * {_active(signal, policy)}",
    ),
    Fault(
        "escalation",
        "an escalation waits for itself",
        'names.AlertLabel.ESCALATION: ""',
        'names.AlertLabel.ESCALATION: "1"',
    ),
    Fault(
        "escalation",
        "it is told at once",
        "pending=after",
        'pending="1m"',
    ),
    Fault(
        "ticket_hours",
        "tickets come when nobody works",
        "== 0",
        "== 1",
    ),
    Fault(
        "journeys",
        "slots that are lost are not missed",
        "- {scheduled}) > 0",
        "- {scheduled}) > 1e9",
    ),
    Fault(
        "journeys",
        "only slots too many are told",
        "abs({ended}",
        "({ended}",
    ),
    Fault(
        "journeys",
        "locations make up for each other",
        "({names.JOURNEY}, {names.LOCATION}) ({series(metric",
        "({names.JOURNEY}) ({series(metric",
    ),
    Fault(
        "journeys",
        "what is left behind is told at once",
        "> {ORPHAN_SECONDS}",
        "> 0",
    ),
    Fault(
        "leading",
        "nobody has proved that the outcome follows",
        "\\nand on () max({validated}) == 1",
        "",
    ),
    Fault(
        "leading",
        "the proof alone warns",
        "max({warning}) == 1",
        "max({warning}) >= 0",
    ),
    Fault(
        "measures",
        "at most is at least",
        '("<=", ">") if most else (">=", "<")',
        '(">=", "<") if most else ("<=", ">")',
    ),
    Fault(
        "measures",
        "a sample is judged by the other bound",
        "[:: 1 if most else -1]",
        "[:: -1 if most else 1]",
    ),
    Fault(
        "measures",
        "one record too few is enough",
        ">= {least}",
        ">= {least - 1}",
    ),
    Fault(
        "measures",
        "two exporters count twice",
        'f"max({promise.series(exported',
        'f"sum({promise.series(exported',
    ),
    Fault(
        "measures",
        "a value is missed while it is kept",
        "{breached} == 1",
        "{breached} >= 0",
    ),
    Fault(
        "money",
        "what is within its budget is at risk",
        " * ({burn} > bool 1)",
        "",
    ),
    Fault(
        "money",
        "customers who are slowed down twice count twice",
        '"max(\\n  "',
        '"sum(\\n  "',
    ),
    Fault(
        "money",
        "those who come back are lost",
        "{expected} * {lost}",
        "{expected} * {later}",
    ),
    Fault(
        "money",
        "a critical hour is like any other",
        "{impact}{_times_critical(service)}",
        "{impact}",
    ),
    Fault(
        "processes",
        "two exporters count twice",
        'f"max({series(shown',
        'f"sum({series(shown',
    ),
    Fault(
        "processes",
        "what rows tell is taken for runs of robots",
        "OriginValue.RECORDS",
        "OriginValue.JOURNEY",
    ),
    Fault(
        "processes",
        "shares are by the first method alone",
        "shared = {**who, names.METHOD: method}",
        "shared = {**who, names.METHOD: service.process.methods[0]}",
    ),
)
