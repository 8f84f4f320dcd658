"""Every name that more than one room knows, once: metrics, labels, their values, alerts, boards.

Names follow Prometheus (`_total` for counters, base units last) and OpenMetrics; recorded
series have the level:metric:operation form. A window is a label, never part of a name, and
a label never holds the id of a ticket, a user or an order.

`__all__` covers what is a type or a table: the enumerations of values (`…Value`) and of names
(`AlertName`, `BoardUid`), `Metric`, and all metrics as `ALL` and by name. The metrics and labels
themselves are constants of this module and read with its name before them, as in
`names.STEP_DURATION` and `names.STEP`: alone, `STEP` would say nothing.

Long on purpose: a name stands in one place, and people look for it in one place.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ALL",
    "ALL_BY_NAME",
    "AlertLabel",
    "AlertName",
    "AnnotationName",
    "AuditCheckValue",
    "BasisValue",
    "BoardUid",
    "BookingValue",
    "BoundValue",
    "CaseValue",
    "ClockValue",
    "ComponentValue",
    "ConfirmationValue",
    "CostValue",
    "CyclePhaseValue",
    "ExperienceValue",
    "InformationValue",
    "LevelValue",
    "LineValue",
    "LossStratumValue",
    "LostValue",
    "MethodValue",
    "Metric",
    "OriginValue",
    "OutcomeValue",
    "OverrunValue",
    "PartValue",
    "PhaseValue",
    "PromiseValue",
    "PushValue",
    "QuotientValue",
    "RejectReasonValue",
    "ReputationValue",
    "RunValue",
    "SampleValue",
    "SavingValue",
    "SeverityValue",
    "SlotReasonValue",
    "SlotValue",
    "StandingValue",
    "StateValue",
    "StepOutcomeValue",
    "TaintValue",
    "TimeValue",
    "WatermelonValue",
    "WeightValue",
]

SERVICE, AGREEMENT, KIND, STEP, JOURNEY = "service", "agreement", "kind", "step", "journey"
LOCATION, VENDOR, WINDOW, STATE, SOURCE = "location", "vendor", "window", "state", "source"
OWNER, PART, OUTCOME, CLOCK, PHASE, OVER = "owner", "part", "outcome", "clock", "phase", "over"
REASON, LEVEL, COMPONENT, DIGEST = "reason", "level", "component", "digest"
STANDING = "standing"
REVISION, TITLE, DOMAIN, CRITICALITY = "revision", "title", "domain", "criticality"
MEASURE, CURRENCY, BY, STRATUM = "measure", "currency", "by", "stratum"
BUSINESS_UNIT, CALENDAR, RESULT = "business_unit", "calendar", "result"
CONTRACT, CLIENT, LINE, BOUND = "contract", "client", "line", "bound"
CHANNEL, PRODUCTION, UNIT, BASIS = "channel", "production", "unit", "basis"
INDICATOR, FROM, TO = "indicator", "from", "to"
PROMISE, EXPERIENCE, VERDICT, LAG = "promise", "experience", "verdict", "lag"
METHOD, ORIGIN = "method", "origin"
SEVERITY, BY_MONEY, SAVING = "severity", "by_money", "saving"
CHECK, DEFINITION, METRIC, TABLE = "check", "definition", "metric", "table"


class PartValue(enum.StrEnum):
    """What of an agreement's records is counted in a window."""

    GOOD = "good"
    TOTAL = "total"
    PENDING = "pending"
    EXCLUDED = "excluded"


class SampleValue(enum.StrEnum):
    """What of a measure's rows is counted in a window."""

    TOTAL = "total"
    PENDING = "pending"
    EXCLUDED = "excluded"


class QuotientValue(enum.StrEnum):
    """The two sums that a mean, a rate or a ratio is made of."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


class StateValue(enum.StrEnum):
    """Values of `xla:state`; exactly one of them is 1 at any time."""

    OK = "ok"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    NO_DATA = "no_data"
    INSUFFICIENT = "insufficient"
    STALE = "stale"


class WatermelonValue(enum.StrEnum):
    """Values of `xla:watermelon:state`: what the SLA says against what people experience."""

    GREEN = "green"
    WATERMELON = "watermelon"
    INVERSE = "inverse"
    RED = "red"
    UNKNOWN = "unknown"


class PromiseValue(enum.StrEnum):
    """What an SLA says of a case."""

    MET = "met"
    MISSED = "missed"


class ExperienceValue(enum.StrEnum):
    """What the customer's experience of a case was; unknown where nobody could tell."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


class InformationValue(enum.StrEnum):
    """What an SLA tells of experience; exactly one of them is 1."""

    INFORMATIVE = "informative"
    CONTRARY = "contrary"
    NOTHING = "nothing"
    UNDETECTABLE = "undetectable"


class BoundValue(enum.StrEnum):
    """What of an estimate is told; what is exact has no such label."""

    LOWER = "lower"
    POINT = "point"
    UPPER = "upper"


class LineValue(enum.StrEnum):
    """Why an amount moves in a statement of a contract."""

    CREDIT = "credit"
    MINIMUM = "significant_minimum"
    LATENCY_SHARE = "latency_share"
    CAP = "cap"
    EARN_BACK = "earn_back"
    REWARD = "reward"


class WeightValue(enum.StrEnum):
    """By what services of a portfolio are weighed."""

    SERVICES = "services"
    REVENUE = "revenue"


class OutcomeValue(enum.StrEnum):
    """How a step of a journey ended, judged from its intended start."""

    SATISFIED = "satisfied"
    TOLERATED = "tolerated"
    FRUSTRATED = "frustrated"
    FAILED = "failed"


class StepOutcomeValue(enum.StrEnum):
    """What became of a step of a case, as rows tell of it; see `xla_step_cases`."""

    SATISFIED = "satisfied"
    TOLERATED = "tolerated"
    FRUSTRATED = "frustrated"
    PENDING = "pending"
    UNKNOWN = "unknown"


class TimeValue(enum.StrEnum):
    """What a case's time in a step was spent with."""

    WORKING = "working"
    WAITING = "waiting"


class CaseValue(enum.StrEnum):
    """What is counted of the cases of a process in a window."""

    BEGUN = "begun"
    COMPLETED = "completed"
    OPEN = "open"


class MethodValue(enum.StrEnum):
    """How an end-to-end overrun is shared among the steps that made it."""

    PROPORTIONAL = "proportional"
    SHAPLEY = "shapley"


class OriginValue(enum.StrEnum):
    """What overruns were taken from, and so how exact they are; never added up over."""

    RECORDS = "records"
    """Process records, every case by itself: exact."""
    JOURNEY = "journey"
    """Runs of journeys, every run by itself: exact, of what robots have seen."""
    HISTOGRAM = "histogram"
    """Histograms of steps, which know no cases: an approximation that says so."""


class OverrunValue(enum.StrEnum):
    """What of overruns is counted in five minutes: runs, or seconds."""

    RUNS = "runs"
    OVER = "over"
    WHOLE = "whole"
    SHARE = "share"
    NOBODY = "nobody"
    STEP = "step"


class RunValue(enum.StrEnum):
    """What became of a run of a journey from end to end."""

    WITHIN = "within"
    OVER = "over"


class LevelValue(enum.StrEnum):
    """The two latency thresholds of a step."""

    SATISFIED = "satisfied"
    TOLERATED = "tolerated"


class ClockValue(enum.StrEnum):
    """From when a step is measured: its own start, or when it should have started."""

    SERVICE = "service"
    INTENDED = "intended"


class PhaseValue(enum.StrEnum):
    """What a request does, in this order; `first_byte` counts from the first byte sent."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    FIRST_BYTE = "first_byte"
    BODY = "body"


class SlotValue(enum.StrEnum):
    """What became of a slot of a journey's schedule."""

    STARTED = "started"
    MISSED = "missed"
    WINDOWED = "windowed"


class SlotReasonValue(enum.StrEnum):
    """Why a slot was missed: by the target, the prober, its budget or its absence; else empty."""

    NONE = ""
    OVERRUN = "overrun"
    PROBER = "prober"
    BUDGET = "write_budget"
    RESTART = "restart"


class TaintValue(enum.StrEnum):
    """Why a sample is kept out of the indicator: the prober's own fault; else empty."""

    NONE = ""
    HUB_LAG = "hub_lag"
    BROWSER = "browser"


class ConfirmationValue(enum.StrEnum):
    """What doing a failed run again has shown: the fault lasts, or it has passed."""

    CONFIRMED = "confirmed"
    PASSED = "passed"


class RejectReasonValue(enum.StrEnum):
    """Why a row of a source was refused."""

    ENCODING = "encoding"
    NUL = "nul_byte"
    LENGTH = "line_too_long"
    SYNTAX = "syntax"
    FIELDS = "field_count"
    VALUE = "bad_value"
    KEY = "missing_key"


class PushValue(enum.StrEnum):
    """What became of a push over OTLP."""

    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class StandingValue(enum.StrEnum):
    """What becomes of a row that stays where it is; `no_service` and `repeated` ones count too."""

    COUNTED = "counted"
    NO_SERVICE = "no_service"
    REPEATED = "repeated"
    BAD_VALUE = "bad_value"
    MISSING_KEY = "missing_key"


class AuditCheckValue(enum.StrEnum):
    """Which books an audit compares: rows counted and taken, taken and stored, shown and stored."""

    ROWS = "rows"
    STORE = "store"
    PARTS = "parts"


class CyclePhaseValue(enum.StrEnum):
    """What a cycle of the exporter does, in this order."""

    READ = "read"
    COUNT = "count"
    AUDIT = "audit"


class LossStratumValue(enum.StrEnum):
    """By what booked losses are told apart; the parts of each add up to the whole."""

    DOMAIN = "domain"
    CHANNEL = "channel"
    STEP = "step"
    VENDOR = "vendor"
    SEVERITY = "severity"


class LostValue(enum.StrEnum):
    """Transactions of booked losses: not made in the outage, made up for after it, the rest."""

    GROSS = "gross"
    RECOVERED = "recovered"
    NET = "net"


class BookingValue(enum.StrEnum):
    """What became of an outage in the ledger of losses."""

    BOOKED = "booked"
    NOT_PROVEN = "not_proven"
    NO_HISTORY = "no_history"
    UNUSUAL = "unusual_day"
    UNCALIBRATED = "uncalibrated"
    SETTLING = "settling"
    WITHDRAWN = "withdrawn"


class SavingValue(enum.StrEnum):
    """How infrastructure was made cheaper."""

    TUNING = "tuning"
    CLOUD = "cloud"


class ComponentValue(enum.StrEnum):
    """The process that tells of itself."""

    EXPORTER = "exporter"
    PROBE = "probe"


class BasisValue(enum.StrEnum):
    """What of a transaction is counted as its value: all that is paid, or what is earned of it."""

    REVENUE = "revenue"
    MARGIN = "margin"


class CostValue(enum.StrEnum):
    """What a minute of outage costs, kept apart; nothing is added up that was not declared."""

    NET_LOSS = "net_loss"
    PRODUCTION = "production"
    PENALTIES = "penalties"
    OVERTIME = "overtime"
    CASH_DELAY = "cash_delay"


class ReputationValue(enum.StrEnum):
    """What tells of a service's reputation: customers who left, and who turned away."""

    CHURNED = "churned"
    LOST_CONVERSIONS = "lost_conversions"


class AlertLabel(enum.StrEnum):
    """Labels of alerts beside `service`, `agreement`, `kind` and `owner`."""

    SEVERITY = "severity"
    BURN = "burn"
    ESCALATION = "escalation"


class SeverityValue(enum.StrEnum):
    """Who is disturbed: somebody now, or the team in working hours."""

    PAGE = "page"
    TICKET = "ticket"


class AlertName(enum.StrEnum):
    """What an alert is called; its labels say about what."""

    BURN = "XlaBurn"
    ABSENT = "XlaAbsent"
    BUDGET_EXHAUSTED = "XlaBudgetExhausted"
    OBJECTIVE_MISSED = "XlaObjectiveMissed"
    FORECAST = "XlaForecast"
    SLOW_BURN = "XlaSlowBurn"
    INSUFFICIENT = "XlaInsufficient"
    SOURCE_STALE = "XlaSourceStale"
    SOURCE_REJECTS = "XlaSourceRejects"
    AUDIT_MISMATCH = "XlaAuditMismatch"
    SLOTS_UNACCOUNTED = "XlaSlotsUnaccounted"
    ORPHANS = "XlaOrphans"
    WATERMELON = "XlaWatermelon"
    LEADING = "XlaLeadingIndicator"
    REVIEW_DUE = "XlaReviewDue"
    ESCALATED = "XlaEscalated"


class AnnotationName(enum.StrEnum):
    """What an alert says beside its labels."""

    SUMMARY = "summary"
    BUDGET_LEFT = "budget_left"
    DEFINITION = "definition"
    BOARD = "board"
    CATALOGUE = "catalogue"
    RUNBOOK = "runbook"
    MONEY_PER_HOUR = "money_per_hour"


class BoardUid(enum.StrEnum):
    """The boards, by the last part of their address `/d/UID`."""

    EXECUTIVE = "xla-exec"
    SERVICE = "xla-service"
    VENDOR = "xla-vendor"
    FINANCE = "xla-finance"
    OPERATIONS = "xla-ops"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name, type, labels and what it means.

    Attributes:
        name: As in the exposition, `_total` included.
        type: OpenMetrics type.
        labels: Label names, in the order in which people read them.
        help: One sentence, with the unit.
        by: Who makes it: `exporter`, `probe`, `process` (both) or `rules`.
    """

    name: str
    type: Literal["gauge", "counter", "histogram"]
    labels: tuple[str, ...]
    help: str
    by: Literal["exporter", "probe", "process", "rules"]


_PROMISE = (SERVICE, AGREEMENT, KIND)
_WINDOWED = (*_PROMISE, WINDOW)
# What is promised about a value has an agreement and a kind, what is only watched a measure.
_VALUED = (SERVICE, AGREEMENT, KIND, MEASURE, WINDOW, CURRENCY)
_SAMPLED = (SERVICE, AGREEMENT, KIND, MEASURE, PART, WINDOW)
_PROBED = (SERVICE, STEP, JOURNEY, LOCATION)

# --- counted from records -----------------------------------------------------------------
WINDOW_EVENTS = Metric(
    "xla_window_events",
    "gauge",
    (*_PROMISE, PART, WINDOW),
    "Records of an agreement by event time in the window: good, total, pending or excluded.",
    "exporter",
)

WINDOW_RESTATED = Metric(
    "xla_window_restated_events",
    "gauge",
    (*_PROMISE, PART, WINDOW),
    "Records of a closed period as they are known now, beside xla_window_events as it was frozen.",
    "exporter",
)
PERIOD_CLOSED = Metric(
    "xla_period_closed",
    "gauge",
    _WINDOWED,
    "Whether the last period of a prev_ window is frozen: 1, or 0 while late rows may still come.",
    "exporter",
)
PERIOD_RESTATEMENTS = Metric(
    "truegreen_period_restatements_total",
    "counter",
    _PROMISE,
    "Corrections that reached a closed period of an agreement after it was frozen, over all runs.",
    "exporter",
)
WINDOW_VALUE = Metric(
    "xla_window_value",
    "gauge",
    _VALUED,
    "Value of a measure by event time in the window, durations in seconds; absent without rows.",
    "exporter",
)
WINDOW_VALUE_RESTATED = Metric(
    "xla_window_restated_value",
    "gauge",
    _VALUED,
    "Value of a closed period as it is known now, beside xla_window_value as it was frozen.",
    "exporter",
)
WINDOW_VALUE_LOWER = Metric(
    "xla_window_value_lower",
    "gauge",
    _VALUED,
    "Lower 95 % bound of a sample's value; the value itself of a census.",
    "exporter",
)
WINDOW_VALUE_UPPER = Metric(
    "xla_window_value_upper",
    "gauge",
    _VALUED,
    "Upper 95 % bound of a sample's value; the value itself of a census.",
    "exporter",
)
WINDOW_QUOTIENT = Metric(
    "xla_window_quotient",
    "gauge",
    (SERVICE, AGREEMENT, KIND, MEASURE, PART, WINDOW, CURRENCY),
    "Exact sums whose quotient a measure is: numerator or denominator. They add up; it does not.",
    "exporter",
)
WINDOW_SAMPLE = Metric(
    "xla_window_sample",
    "gauge",
    _SAMPLED,
    "Records behind a measure by event time in the window: total, pending or excluded.",
    "exporter",
)

# Shown apart are families of their own, so that nobody adds a part to the whole.
STRATUM_EVENTS = Metric(
    "xla_stratum_events",
    "gauge",
    (*_PROMISE, BY, STRATUM, PART, WINDOW),
    "Records of an agreement in the window by the value of a column: good, total, pending ….",
    "exporter",
)
STRATUM_VALUE = Metric(
    "xla_stratum_value",
    "gauge",
    (SERVICE, AGREEMENT, KIND, MEASURE, BY, STRATUM, WINDOW, CURRENCY),
    "Value of a measure in the window by the value of a column; absent without rows.",
    "exporter",
)
WINDOW_EXCLUDED = Metric(
    "xla_window_excluded",
    "gauge",
    (SERVICE, AGREEMENT, KIND, MEASURE, REASON, WINDOW),
    "Records of an agreement or a measure that were left out of the window, by reason.",
    "exporter",
)

# --- green outside, red inside: closed periods ----------------------------------------------
CLOSED_WATERMELON = Metric(
    "xla_watermelon_state",
    "gauge",
    (SERVICE, WINDOW, STATE),
    "Whether a service was green outside and red inside in its last closed period; one state is 1.",
    "exporter",
)
WATERMELON_PERIOD = Metric(
    "xla_watermelon_period_timestamp_seconds",
    "gauge",
    (SERVICE, WINDOW),
    "Beginning of the closed period that xla_watermelon_state is about, in Unix time.",
    "exporter",
)
WATERMELON_SUSPECTED = Metric(
    "xla_watermelon_suspected",
    "gauge",
    (SERVICE, WINDOW),
    "Whether point estimates say watermelon and intervals cannot confirm it: 1 or 0.",
    "exporter",
)
WATERMELON_DEPTH = Metric(
    "xla_watermelon_depth_ratio",
    "gauge",
    (SERVICE, WINDOW),
    "Worst SLA less worst XLA of the closed period, each as a share of its target.",
    "exporter",
)
WATERMELON_PERIODS = Metric(
    "xla_watermelon_periods",
    "gauge",
    (SERVICE, WINDOW),
    "Closed periods in a row, up to the last one, in which a service was a watermelon.",
    "exporter",
)
WATERMELON_FIRST = Metric(
    "xla_watermelon_first_timestamp_seconds",
    "gauge",
    (SERVICE, WINDOW),
    "Beginning of the first closed period in which a service was a watermelon; absent for never.",
    "exporter",
)
WATERMELON_PORTFOLIO = Metric(
    "xla_watermelon_portfolio",
    "gauge",
    (BY, CURRENCY, STATE, WINDOW),
    "Services by state in their last closed period: their number, or their revenue a currency.",
    "exporter",
)
SLA_CASES = Metric(
    "xla_sla_cases",
    "gauge",
    (SERVICE, AGREEMENT, PROMISE, EXPERIENCE, WINDOW),
    "Cases of an SLA by whether it was met and what the experience was, in closed periods.",
    "exporter",
)
SLA_ANSWERS = Metric(
    "xla_sla_answers",
    "gauge",
    (SERVICE, AGREEMENT, PROMISE, WINDOW),
    "Cases of an SLA whose customer answered, by whether it was met, in closed periods.",
    "exporter",
)
SLA_LIFT = Metric(
    "xla_sla_lift",
    "gauge",
    (SERVICE, AGREEMENT, BOUND, WINDOW),
    "How much likelier a bad experience is where the SLA was missed than where it was met.",
    "exporter",
)
SLA_AUC = Metric(
    "xla_sla_auc",
    "gauge",
    (SERVICE, AGREEMENT, BOUND, WINDOW),
    "Chance that an SLA ranks a bad case below a good one: 0.5 says nothing, 1 all.",
    "exporter",
)
SLA_INFORMATION = Metric(
    "xla_sla_information",
    "gauge",
    (SERVICE, AGREEMENT, VERDICT, WINDOW),
    "What an SLA tells of experience: informative, contrary, nothing or undetectable; one is 1.",
    "exporter",
)

# --- what moves the business ----------------------------------------------------------------
OUTCOME_CORRELATION = Metric(
    "xla_outcome_correlation",
    "gauge",
    (SERVICE, MEASURE, OUTCOME, LAG, BOUND),
    "Rank correlation of an indicator with a later outcome; absent where chance explains it.",
    "exporter",
)
OUTCOME_SAMPLE = Metric(
    "xla_outcome_correlation_sample",
    "gauge",
    (SERVICE, MEASURE, OUTCOME, LAG),
    "Periods behind a published correlation, as many as they are worth if they were independent.",
    "exporter",
)
LEADING_VALIDATED = Metric(
    "xla_leading_validated",
    "gauge",
    (SERVICE, MEASURE),
    "Whether a leading indicator has shown on own history that the outcome follows it: 1 or 0.",
    "exporter",
)
LEADING_WARNING = Metric(
    "xla_leading_warning",
    "gauge",
    (SERVICE, MEASURE),
    "Whether a validated leading indicator is as bad as in its worst tenth of periods: 1 or 0.",
    "exporter",
)
SCORE = Metric(
    "xla_score",
    "gauge",
    (SERVICE, WINDOW),
    "XLA score of a closed period: 0 to 100, below 50 while any XLA in it is breached.",
    "exporter",
)
SCORE_VETOED = Metric(
    "xla_score_vetoed",
    "gauge",
    (SERVICE, WINDOW),
    "Whether an agreement with a veto is breached, which makes the score 0: 1 or 0.",
    "exporter",
)

# --- cases that go through the steps of a process -----------------------------------------
_STEPPED = (SERVICE, STEP, VENDOR)
STEP_CASES = Metric(
    "xla_step_cases",
    "gauge",
    (*_STEPPED, OUTCOME, WINDOW),
    "Cases of which a step began in the window, by what became of it: satisfied, pending ….",
    "exporter",
)
STEP_REWORKED = Metric(
    "xla_step_reworked_cases",
    "gauge",
    (*_STEPPED, WINDOW),
    "Cases of which a step began in the window and was visited more than once.",
    "exporter",
)
STEP_TIME = Metric(
    "xla_step_time_seconds",
    "gauge",
    (*_STEPPED, PART, WINDOW),
    "Time of the cases of which a step began in the window: working, or waiting.",
    "exporter",
)
STEP_OVERRUN_SHOWN = Metric(
    "xla_step_overrun_seconds",
    "gauge",
    (*_STEPPED, WINDOW),
    "Time above what is tolerated of a step, of all cases of which it began in the window.",
    "exporter",
)
PROCESS_CASES = Metric(
    "xla_process_cases",
    "gauge",
    (SERVICE, STATE, WINDOW),
    "Cases of a process: begun in the window, completed in it, or begun in it and still open.",
    "exporter",
)
PROCESS_OVERRUN_SHOWN = Metric(
    "xla_process_overrun_seconds",
    "gauge",
    (SERVICE, WINDOW),
    "Time above the end-to-end target, of all cases that began in the window.",
    "exporter",
)
OVERRUN_SHARE_SHOWN = Metric(
    "xla_overrun_share_seconds",
    "gauge",
    (*_STEPPED, METHOD, WINDOW),
    "A step's share of the time above the end-to-end target, case by case; below 0 for a credit.",
    "exporter",
)
OVERRUN_UNATTRIBUTED_SHOWN = Metric(
    "xla_overrun_unattributed_seconds",
    "gauge",
    (SERVICE, METHOD, WINDOW),
    "Share of the time above the end-to-end target that no timestamps explain: nobody's.",
    "exporter",
)
UNKNOWN_VISITS = Metric(
    "truegreen_process_unknown_visits",
    "gauge",
    (SERVICE,),
    "Rows that are visits to no step with thresholds; they are left out of the process.",
    "exporter",
)

CALENDAR_ACTIVE = Metric(
    "xla_calendar_active",
    "gauge",
    (CALENDAR,),
    "Whether a calendar is active now: 1 or 0.",
    "exporter",
)

# --- settled by contracts -----------------------------------------------------------------
_TERMS = (VENDOR, CLIENT, CONTRACT)
PENALTY = Metric(
    "xla_penalty",
    "gauge",
    (*_TERMS, WINDOW, CURRENCY, BOUND),
    "Money that a vendor owes us, or we owe a client, for a period; expected while it runs.",
    "exporter",
)
REWARD = Metric(
    "xla_reward",
    "gauge",
    (*_TERMS, WINDOW, CURRENCY, BOUND),
    "Money that a vendor, or we from a client, earned beyond the promise; expected while it runs.",
    "exporter",
)
CONTRACT_AT_RISK = Metric(
    "xla_contract_at_risk",
    "gauge",
    (*_TERMS, WINDOW, CURRENCY),
    "Money that credits of a period are shares of; absent while an invoice is not known.",
    "exporter",
)
CONTRACT_LINE = Metric(
    "xla_contract_line",
    "gauge",
    (*_TERMS, LINE, SERVICE, AGREEMENT, WINDOW, CURRENCY),
    "Money a line of the last period's statement moves; the lines but the reward are the penalty.",
    "exporter",
)
CONTRACT_CLOSED = Metric(
    "xla_contract_closed",
    "gauge",
    (*_TERMS, WINDOW),
    "Whether the statement of the last period is final: 1, or 0 while it settles.",
    "exporter",
)
CONTRACT_EVENTS = Metric(
    "xla_contract_events",
    "gauge",
    (*_TERMS, LINE, SERVICE, AGREEMENT, KIND, PART, WINDOW),
    "Events a line of a contract is judged by, in its period and zone: good, total, pending ….",
    "exporter",
)
CONTRACT_BOUND = Metric(
    "xla_contract_bound",
    "gauge",
    (*_TERMS, LINE, SERVICE, AGREEMENT),
    "Attainment below which a line of a contract credits something, a ratio.",
    "exporter",
)
CONTRACT_MISS = Metric(
    "xla_contract_miss_probability",
    "gauge",
    (*_TERMS, LINE, SERVICE, AGREEMENT, WINDOW),
    "Probability that a line of a contract is missed by the end of the running period, 0 to 1.",
    "exporter",
)

# --- expected from history, and what it is worth ------------------------------------------
EXPECTED_TRANSACTIONS = Metric(
    "xla_expected_transactions_per_minute",
    "gauge",
    (SERVICE, CHANNEL, BOUND),
    "Transactions of a channel that history lets expect in a minute of this hour, and bounds.",
    "exporter",
)
EXPECTED_VALUE = Metric(
    "xla_expected_value_per_minute",
    "gauge",
    (SERVICE, CHANNEL, CURRENCY, BASIS, BOUND),
    "What the transactions expected in a minute are worth: as revenue, and as declared margin.",
    "exporter",
)
CRITICAL_FACTOR = Metric(
    "xla_critical_factor",
    "gauge",
    (SERVICE,),
    "By how much more a service matters now: the factor of its critical period, 1 outside of one.",
    "exporter",
)
FX_RATE = Metric(
    "xla_fx_rate",
    "gauge",
    (FROM, TO),
    "Declared rate in force: so much of the reporting currency is one unit of the other.",
    "exporter",
)
FX_RATE_DATE = Metric(
    "xla_fx_rate_timestamp_seconds",
    "gauge",
    (FROM, TO),
    "The day of the declared rate that is in force, in Unix time.",
    "exporter",
)

# --- lost in outages, avoided and saved ---------------------------------------------------
LOSS = Metric(
    "xla_loss",
    "gauge",
    (SERVICE, VENDOR, WINDOW, CURRENCY, BOUND),
    "Net loss booked for outages of the window, by who answers for them; vendors add up.",
    "exporter",
)
LOSS_STRATUM = Metric(
    "xla_loss_stratum",
    "gauge",
    (SERVICE, BY, STRATUM, WINDOW, CURRENCY),
    "The booked net loss of the window told apart by domain, channel, step, vendor or severity.",
    "exporter",
)
LOST_TRANSACTIONS = Metric(
    "xla_lost_transactions",
    "gauge",
    (SERVICE, CHANNEL, PART, WINDOW),
    "Transactions behind booked losses of the window: gross, recovered after the outage, or net.",
    "exporter",
)
DEFERRED_COST = Metric(
    "xla_deferred_cost",
    "gauge",
    (SERVICE, WINDOW, CURRENCY),
    "What it costs that sales came later than they would have, of booked losses of the window.",
    "exporter",
)
LOSS_EPISODES = Metric(
    "xla_loss_episodes",
    "gauge",
    (SERVICE, CHANNEL, STATE, WINDOW),
    "Outages of the window by what became of them in the ledger of losses.",
    "exporter",
)
LOSS_RESTATEMENTS = Metric(
    "truegreen_loss_restatements_total",
    "counter",
    (SERVICE, CHANNEL),
    "Corrections of what the ledger of losses had written down, over all runs.",
    "exporter",
)
LOSS_BOOKING = Metric(
    "xla_loss_booking",
    "gauge",
    (SERVICE, CHANNEL),
    "Whether losses are booked: 1, or 0 while placebo windows show that intervals do not hold.",
    "exporter",
)
PLACEBO_WINDOWS = Metric(
    "xla_loss_placebo_windows",
    "gauge",
    (SERVICE, CHANNEL),
    "Windows of clean history on which the estimate of losses was last tried.",
    "exporter",
)
PLACEBO_COVERAGE = Metric(
    "xla_loss_placebo_coverage_ratio",
    "gauge",
    (SERVICE, CHANNEL),
    "Share of placebo windows whose true number lay inside the 95 % interval.",
    "exporter",
)
PLACEBO_BIAS = Metric(
    "xla_loss_placebo_bias_ratio",
    "gauge",
    (SERVICE, CHANNEL),
    "Expected less actual over actual, of all placebo windows together; 0 is unbiased.",
    "exporter",
)
PLACEBO_BOOKED = Metric(
    "xla_loss_placebo_booked_ratio",
    "gauge",
    (SERVICE, CHANNEL),
    "Share of placebo windows in which a loss would have been booked, where there was none.",
    "exporter",
)
INCIDENT_SEVERITY = Metric(
    "xla_incident_severity",
    "gauge",
    (SERVICE, SEVERITY, BY_MONEY, WINDOW),
    "Incidents of the window by the severity that was recorded and the one their money gives.",
    "exporter",
)
COST = Metric(
    "xla_cost",
    "gauge",
    (SERVICE, BUSINESS_UNIT, COMPONENT, WINDOW, CURRENCY),
    "Effective cost of cost lines by service and business unit; empty: nobody's. They add up.",
    "exporter",
)
AVOIDED_LOSS = Metric(
    "xla_avoided_loss",
    "gauge",
    (SERVICE, VENDOR, WINDOW, CURRENCY, BOUND),
    "What prevented outages would have cost by own history: an opinion, never netted with losses.",
    "exporter",
)
AVOIDED_CASES = Metric(
    "xla_avoided_loss_cases",
    "gauge",
    (SERVICE, WINDOW),
    "Preventions of the window with detection, action and return to normal on record.",
    "exporter",
)
SAVED = Metric(
    "xla_saving",
    "gauge",
    (SERVICE, SAVING, KIND, WINDOW, CURRENCY),
    "Cost of the declared time before less cost since, for the same number of days.",
    "exporter",
)

# --- walked by journeys -------------------------------------------------------------------
STEP_OUTCOMES = Metric(
    "xla_step_outcomes_total",
    "counter",
    (*_PROBED, OUTCOME),
    "Steps of a journey by outcome, judged from the intended start.",
    "probe",
)
STEP_DURATION = Metric(
    "xla_step_duration_seconds",
    "histogram",
    (*_PROBED, CLOCK),
    "Duration of a step of a journey; the bounds hold the satisfied and tolerated thresholds.",
    "probe",
)
RUNS = Metric(
    "xla_journey_runs_total",
    "counter",
    (SERVICE, JOURNEY, LOCATION, STATE),
    "Runs of a journey by what became of them from end to end: within the target, or over it.",
    "probe",
)
RUN_OVERRUN = Metric(
    "xla_journey_overrun_seconds_total",
    "counter",
    (SERVICE, JOURNEY, LOCATION),
    "Time of runs above the end-to-end target of their journey.",
    "probe",
)
RUN_OVERRUN_SHARE = Metric(
    "xla_journey_overrun_share_seconds_total",
    "counter",
    (*_PROBED, METHOD),
    "A step's share of the time above the end-to-end target, run by run; no step: nobody's.",
    "probe",
)
RUN_OVERRUN_CREDIT = Metric(
    "xla_journey_overrun_credit_seconds_total",
    "counter",
    (*_PROBED, METHOD),
    "What Shapley's value takes off the others' overrun because a step was quick.",
    "probe",
)
RUN_STEP_OVERRUN = Metric(
    "xla_journey_step_overrun_seconds_total",
    "counter",
    _PROBED,
    "Time above what is tolerated of a step, of all runs.",
    "probe",
)
STEP_PHASE = Metric(
    "xla_step_phase_seconds",
    "histogram",
    (*_PROBED, PHASE),
    "Duration of a phase of a step's request: dns, connect, tls, first_byte or body.",
    "probe",
)
PAGE_LOAD = Metric(
    "xla_step_page_load_seconds",
    "histogram",
    _PROBED,
    "Time from the beginning of a page's navigation to the end of its load event, in a browser.",
    "probe",
)
LARGEST_PAINT = Metric(
    "xla_step_largest_contentful_paint_seconds",
    "histogram",
    _PROBED,
    "Largest Contentful Paint of a page in a browser: until its main content was painted.",
    "probe",
)
JOURNEY_SLOTS = Metric(
    "xla_journey_slots_total",
    "counter",
    (JOURNEY, LOCATION, STATE, REASON),
    "Slots of a journey's schedule by what became of them.",
    "probe",
)

# --- told by a process of itself ----------------------------------------------------------
PLAN_INFO = Metric(
    "truegreen_plan_info",
    "gauge",
    (COMPONENT, DIGEST, REVISION),
    "The plan a process runs, always 1.",
    "process",
)
PLAN_RELOAD_SUCCESSFUL = Metric(
    "truegreen_plan_last_reload_successful",
    "gauge",
    (COMPONENT,),
    "Whether the plan file could be taken over when it was last looked at: 1 or 0.",
    "process",
)
PLAN_RELOAD_SUCCESS_TIMESTAMP = Metric(
    "truegreen_plan_last_reload_success_timestamp_seconds",
    "gauge",
    (COMPONENT,),
    "When the plan that runs was taken over, in Unix time.",
    "process",
)
OTLP_PUSHES = Metric(
    "truegreen_otlp_pushes_total",
    "counter",
    (COMPONENT, OUTCOME),
    "Pushes of metrics over OTLP: sent, failed, or dropped because an earlier one was not over.",
    "process",
)
OTLP_SPANS = Metric(
    "truegreen_otlp_spans_total",
    "counter",
    (COMPONENT, OUTCOME),
    "Spans pushed over OTLP: sent, failed, or dropped because the collector was too slow for them.",
    "process",
)
OTLP_REJECTED_POINTS = Metric(
    "truegreen_otlp_rejected_points_total",
    "counter",
    (COMPONENT,),
    "Data points of pushes that the collector took without them.",
    "process",
)
OTLP_LAST_SUCCESS = Metric(
    "truegreen_otlp_last_success_timestamp_seconds",
    "gauge",
    (COMPONENT,),
    "When a push was last taken by the collector, in Unix time; absent before.",
    "process",
)
CYCLE_DURATION = Metric(
    "truegreen_cycle_duration_seconds",
    "gauge",
    (COMPONENT,),
    "How long the last cycle of reading and counting took.",
    "exporter",
)
CYCLE_PHASE_DURATION = Metric(
    "truegreen_cycle_phase_duration_seconds",
    "gauge",
    (COMPONENT, PHASE),
    "How long a phase of the last cycle took: read, count or audit.",
    "exporter",
)
STATE_SIZE = Metric(
    "truegreen_state_size_bytes",
    "gauge",
    (COMPONENT,),
    "Size of the state file; absent when records are kept in memory.",
    "exporter",
)
EXPOSED_SERIES = Metric(
    "truegreen_exposed_series",
    "gauge",
    (COMPONENT,),
    "Series of the last cycle, without those of the process itself.",
    "exporter",
)
SERIES_OVER_BUDGET = Metric(
    "truegreen_series_over_budget_total",
    "counter",
    (METRIC, DEFINITION),
    "Series that were not exposed because their definition had used up its budget of series.",
    "process",
)
AUDIT_DIFFERENCE = Metric(
    "truegreen_audit_difference",
    "gauge",
    (SOURCE, CHECK),
    "By how many rows two books of a source differ: rows, store or parts; 0 when all is well.",
    "exporter",
)
AUDIT_LAST_ROUND = Metric(
    "truegreen_audit_last_round_timestamp_seconds",
    "gauge",
    (COMPONENT,),
    "When every agreement had last been counted again from its rows, in Unix time.",
    "exporter",
)
REMOVED_ROWS = Metric(
    "truegreen_removed_rows_total",
    "counter",
    (TABLE,),
    "Rows that went because their table keeps no rows so old.",
    "exporter",
)
SOURCE_UP = Metric(
    "truegreen_source_up",
    "gauge",
    (SOURCE,),
    "Whether the last reading of a source went well: 1 or 0.",
    "exporter",
)
SOURCE_LAST_SUCCESS = Metric(
    "truegreen_source_last_success_timestamp_seconds",
    "gauge",
    (SOURCE,),
    "When a source was last read without a fault, in Unix time.",
    "exporter",
)
SOURCE_LAG = Metric(
    "truegreen_source_lag_seconds",
    "gauge",
    (SOURCE,),
    "Age of the newest record of a source.",
    "exporter",
)
SOURCE_ROWS = Metric(
    "truegreen_source_rows_total",
    "counter",
    (SOURCE,),
    "Rows read from a source and kept, over all runs.",
    "exporter",
)
SOURCE_UNMATCHED = Metric(
    "truegreen_source_unmatched_rows_total",
    "counter",
    (SOURCE,),
    "Rows of a source that belong to no service, over all runs.",
    "exporter",
)
SOURCE_REJECTED = Metric(
    "truegreen_source_rejected_rows_total",
    "counter",
    (SOURCE, REASON),
    "Rows of a source that were refused, by reason, over all runs.",
    "exporter",
)
SOURCE_STANDING = Metric(
    "truegreen_source_standing_rows",
    "gauge",
    (SOURCE, STANDING),
    "Rows of a source that stay in its own database, by what becomes of them.",
    "exporter",
)
HUB_LAG = Metric(
    "truegreen_probe_hub_lag_seconds",
    "gauge",
    (LOCATION,),
    "How late the prober's own event loop woke last: delay that is the prober's, not the target's.",
    "probe",
)
ORPHANS = Metric(
    "truegreen_probe_cleanup_failures_total",
    "counter",
    (JOURNEY, LOCATION),
    "Cleanup requests of a journey that failed and may have left a record behind.",
    "probe",
)

CERTIFICATE_EXPIRY = Metric(
    "truegreen_probe_certificate_expiry_timestamp_seconds",
    "gauge",
    (JOURNEY, LOCATION),
    "When the certificate of a journey's target ends, in Unix time; absent until one was seen.",
    "probe",
)
RECEIVED_BYTES = Metric(
    "truegreen_probe_received_bytes_total",
    "counter",
    _PROBED,
    "Bytes received by the requests of a step, heads and packed bodies included.",
    "probe",
)
TAINTED_SAMPLES = Metric(
    "truegreen_probe_tainted_samples_total",
    "counter",
    (*_PROBED, REASON),
    "Samples kept out of every count because the prober itself was late or failed, by reason.",
    "probe",
)
CONFIRMATIONS = Metric(
    "truegreen_probe_confirmations_total",
    "counter",
    (JOURNEY, LOCATION, RESULT),
    "Failed runs that were done again at once: confirmed when all of them failed, else passed.",
    "probe",
)
SCHEDULED_SLOTS = Metric(
    "truegreen_probe_scheduled_slots_total",
    "counter",
    (JOURNEY, LOCATION),
    "Slots of a journey's schedule that are over: always started, missed and windowed together.",
    "probe",
)
OPEN_COMPENSATIONS = Metric(
    "truegreen_probe_orphans",
    "gauge",
    (JOURNEY, LOCATION),
    "What runs that are over may have left behind in the business and is not yet taken back.",
    "probe",
)
ORPHAN_AGE = Metric(
    "truegreen_probe_orphan_age_seconds",
    "gauge",
    (JOURNEY, LOCATION),
    "Age of the oldest thing that was left behind; 0 when there is none.",
    "probe",
)

# --- recorded: parts ----------------------------------------------------------------------
GOOD_5M = Metric(
    "xla:good:increase5m", "gauge", _PROMISE, "Good events of the last 5 minutes.", "rules"
)
TOTAL_5M = Metric(
    "xla:total:increase5m", "gauge", _PROMISE, "All events of the last 5 minutes.", "rules"
)
GOOD_SUM = Metric("xla:good:sum", "gauge", _WINDOWED, "Good events of the window.", "rules")
TOTAL_SUM = Metric("xla:total:sum", "gauge", _WINDOWED, "All events of the window.", "rules")

# --- recorded: ratios and verdicts --------------------------------------------------------
OBJECTIVE = Metric("xla:objective:ratio", "gauge", _WINDOWED, "The promised share.", "rules")
ATTAINMENT = Metric(
    "xla:attainment:ratio", "gauge", _WINDOWED, "Good over total; absent without events.", "rules"
)
ATTAINMENT_LOWER = Metric(
    "xla:attainment_lower:ratio",
    "gauge",
    _WINDOWED,
    "Lower Wilson 95 % bound of a sample's attainment; the attainment itself of a census.",
    "rules",
)
ATTAINMENT_UPPER = Metric(
    "xla:attainment_upper:ratio",
    "gauge",
    _WINDOWED,
    "Upper Wilson 95 % bound of a sample's attainment; the attainment itself of a census.",
    "rules",
)
BUDGET_REMAINING = Metric(
    "xla:budget_remaining:ratio",
    "gauge",
    _WINDOWED,
    "Share of the error budget that is left, of the events so far; below 0 when overspent.",
    "rules",
)
BURN_RATE = Metric(
    "xla:burn_rate:ratio",
    "gauge",
    (*_PROMISE, OVER),
    "Error ratio over the budget ratio: 1 spends the budget exactly.",
    "rules",
)
BUDGET_EXHAUSTION = Metric(
    "xla:budget_exhaustion:seconds",
    "gauge",
    _WINDOWED,
    "Time until the error budget is spent at the present pace; absent while it will not be.",
    "rules",
)
VALUE = Metric(
    "xla:value",
    "gauge",
    (*_WINDOWED, CURRENCY),
    "Value of a measure, durations in seconds; absent without records.",
    "rules",
)
VALUE_LOWER = Metric(
    "xla:value_lower",
    "gauge",
    (*_WINDOWED, CURRENCY),
    "Lower 95 % bound of a sample's value; the value itself of a census.",
    "rules",
)
VALUE_UPPER = Metric(
    "xla:value_upper",
    "gauge",
    (*_WINDOWED, CURRENCY),
    "Upper 95 % bound of a sample's value; the value itself of a census.",
    "rules",
)
TARGET = Metric(
    "xla:target",
    "gauge",
    (*_WINDOWED, CURRENCY),
    "What was promised of a measure: its value may reach this.",
    "rules",
)
STATE_OF = Metric(
    "xla:state", "gauge", (*_WINDOWED, STATE), "State of an agreement; one is 1.", "rules"
)
WATERMELON = Metric(
    "xla:watermelon:state",
    "gauge",
    (SERVICE, WINDOW, STATE),
    "Whether a service is green outside and red inside; one state is 1.",
    "rules",
)

# --- recorded: money ----------------------------------------------------------------------
IMPACT = Metric(
    "xla:impact:ratio",
    "gauge",
    (SERVICE, CHANNEL, PRODUCTION),
    "Share of a channel's or a production's business that its degraded steps put at risk now.",
    "rules",
)
VALUE_AT_RISK = Metric(
    "xla:value_at_risk:per_minute",
    "gauge",
    (SERVICE, CHANNEL, CURRENCY),
    "Expected value per minute times the impact share: at risk, never lost; absent if unknown.",
    "rules",
)
REPORTED_VALUE_AT_RISK = Metric(
    "xla:reported_value_at_risk:per_minute",
    "gauge",
    (SERVICE, CHANNEL, CURRENCY),
    "The same in the reporting currency, at the declared rate; absent without one.",
    "rules",
)
PRODUCTION_AT_RISK = Metric(
    "xla:production_at_risk:per_hour",
    "gauge",
    (SERVICE, PRODUCTION, UNIT),
    "Units per hour that a production would make, times the impact share.",
    "rules",
)
OUTAGE_COST = Metric(
    "xla:outage_cost:per_minute",
    "gauge",
    (SERVICE, CHANNEL, PRODUCTION, COMPONENT, CURRENCY),
    "What a minute of complete outage would cost now, each component apart; absent if unknown.",
    "rules",
)
REPORTED_OUTAGE_COST = Metric(
    "xla:reported_outage_cost:per_minute",
    "gauge",
    (SERVICE, CURRENCY),
    "The sum of these, each at its declared rate to the reporting currency; absent if one is.",
    "rules",
)
REPUTATION = Metric(
    "xla:reputation:events",
    "gauge",
    (SERVICE, INDICATOR, WINDOW),
    "Customers who left, or conversions that were lost, where tables carry them.",
    "rules",
)

# --- recorded: what was declared ----------------------------------------------------------
SERVICE_INFO = Metric(
    "xla_service_info",
    "gauge",
    (SERVICE, TITLE, DOMAIN, BUSINESS_UNIT, OWNER, CRITICALITY),
    "A service in business words, always 1.",
    "rules",
)
AGREEMENT_INFO = Metric(
    "xla_agreement_info",
    "gauge",
    (*_WINDOWED, OWNER, VENDOR, DOMAIN, BUSINESS_UNIT),
    "An agreement and who answers for it, always 1.",
    "rules",
)
STEP_TOLERANCE = Metric(
    "xla:step_tolerance:seconds",
    "gauge",
    (SERVICE, STEP, LEVEL),
    "Declared latency threshold of a step: level satisfied or tolerated.",
    "rules",
)

# --- recorded: whose overruns are, of cases and of runs -----------------------------------
_OVERRUN = (SERVICE, ORIGIN, PART, STEP, VENDOR, METHOD)
OVERRUN_5M = Metric(
    "xla:overrun:increase5m",
    "gauge",
    _OVERRUN,
    "Overruns of the last five minutes, of runs or by histograms: seconds, or numbers of runs.",
    "rules",
)
OVERRUN_SUM = Metric(
    "xla:overrun:sum",
    "gauge",
    (*_OVERRUN, WINDOW),
    "The same of the last whole UTC day, which longer windows are made of.",
    "rules",
)
OVERRUN_RUNS = Metric(
    "xla:overrun_runs:sum",
    "gauge",
    (SERVICE, ORIGIN, PART, STEP, WINDOW),
    "Runs whose overruns are told: all, and those over the target (which histograms cannot tell).",
    "rules",
)
STEP_OVERRUN = Metric(
    "xla:step_overrun:seconds",
    "gauge",
    (*_STEPPED, ORIGIN, WINDOW),
    "Time above what is tolerated of a step, of all cases or runs of which it began in the window.",
    "rules",
)
PROCESS_OVERRUN = Metric(
    "xla:process_overrun:seconds",
    "gauge",
    (SERVICE, ORIGIN, WINDOW),
    "Time above the end-to-end target, of all cases or runs that began in the window.",
    "rules",
)
OVERRUN_SHARE = Metric(
    "xla:overrun_share:seconds",
    "gauge",
    (*_STEPPED, METHOD, ORIGIN, WINDOW),
    "A step's share of the time above the end-to-end target, case by case; below 0 for a credit.",
    "rules",
)
OVERRUN_UNATTRIBUTED = Metric(
    "xla:overrun_unattributed:seconds",
    "gauge",
    (SERVICE, METHOD, ORIGIN, WINDOW),
    "Share of the time above the end-to-end target that no timestamps explain: nobody's.",
    "rules",
)

REVIEW_DUE = Metric(
    "xla_definition_review_due_timestamp_seconds",
    "gauge",
    (SERVICE,),
    "When the definition of a service is to be looked at again, in Unix time.",
    "rules",
)

ALL: tuple[Metric, ...] = tuple(v for v in list(vars().values()) if isinstance(v, Metric))
ALL_BY_NAME: dict[str, Metric] = {metric.name: metric for metric in ALL}
