"""The plan: its shape, `plan.json`, its text form, and the file on disk."""

from truegreen_definitions.plan.actions import Action, Request
from truegreen_definitions.plan.agreements import (
    Agreement,
    Component,
    CountedWindow,
    ExcludedTime,
    Exclusion,
    Judged,
    Records,
    Signal,
    Stratum,
)
from truegreen_definitions.plan.alerting import Alerting
from truegreen_definitions.plan.calendars import Calendar, Period, Span
from truegreen_definitions.plan.contracts import (
    Contract,
    Measure,
    Reward,
    SignificantMinimum,
    Tier,
)
from truegreen_definitions.plan.forms import Forms, GrafanaForm, MimirForm, OperatorForm
from truegreen_definitions.plan.journeys import (
    Assertion,
    Cleanup,
    Client,
    Extraction,
    Journey,
    JourneyStep,
)
from truegreen_definitions.plan.measurements import (
    Bound,
    Elapsed,
    Measurement,
    OtherRows,
    Pauses,
    Values,
)
from truegreen_definitions.plan.model import PLAN_FORMAT, Plan
from truegreen_definitions.plan.origin import Origin
from truegreen_definitions.plan.parties import Escalation, Receiver, Team, Vendor
from truegreen_definitions.plan.policy import Burn, Policy, Smtp, Synthetic
from truegreen_definitions.plan.reads import (
    Authentication,
    FileRead,
    HttpRead,
    Paging,
    PrometheusRead,
    Read,
    Signature,
    SqlRead,
    WebhookRead,
)
from truegreen_definitions.plan.services import (
    KnownIssue,
    Outcome,
    Raci,
    Service,
    Step,
    TransactionValue,
)
from truegreen_definitions.plan.tables import Column, Source, Table

__all__ = [
    "PLAN_FORMAT",
    "Action",
    "Agreement",
    "Alerting",
    "Assertion",
    "Authentication",
    "Bound",
    "Burn",
    "Calendar",
    "Cleanup",
    "Client",
    "Column",
    "Component",
    "Contract",
    "CountedWindow",
    "Elapsed",
    "Escalation",
    "ExcludedTime",
    "Exclusion",
    "Extraction",
    "FileRead",
    "Forms",
    "GrafanaForm",
    "HttpRead",
    "Journey",
    "JourneyStep",
    "Judged",
    "KnownIssue",
    "Measure",
    "Measurement",
    "MimirForm",
    "OperatorForm",
    "Origin",
    "OtherRows",
    "Outcome",
    "Paging",
    "Pauses",
    "Period",
    "Plan",
    "Policy",
    "PrometheusRead",
    "Raci",
    "Read",
    "Receiver",
    "Records",
    "Request",
    "Reward",
    "Service",
    "Signal",
    "Signature",
    "SignificantMinimum",
    "Smtp",
    "Source",
    "Span",
    "SqlRead",
    "Step",
    "Stratum",
    "Synthetic",
    "Table",
    "Team",
    "Tier",
    "TransactionValue",
    "Values",
    "Vendor",
    "WebhookRead",
]
