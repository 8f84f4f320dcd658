"""Small plans, made by hand, for tests that need one without the compiler."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from truegreen_definitions.plan import (
    Agreement,
    Assertion,
    AtRisk,
    Bound,
    Burn,
    Calendar,
    Cleanup,
    Column,
    Contract,
    CriticalPeriod,
    Elapsed,
    Escalation,
    ExchangeRate,
    Exclusion,
    Extraction,
    FileRead,
    Journey,
    JourneyStep,
    Measure,
    Measurement,
    Origin,
    Outage,
    Period,
    Plan,
    Policy,
    Production,
    Receiver,
    Records,
    Request,
    Reward,
    Service,
    Signal,
    SignificantMinimum,
    Source,
    Span,
    SqlRead,
    Step,
    Synthetic,
    Table,
    Team,
    Tier,
    TransactionValue,
    Values,
    Vendor,
)
from truegreen_definitions.planner.windows import counted_windows, measured_windows
from truegreen_definitions.units import Window, parse_duration, parse_window

HERE = Origin(path="shop.yaml", line=7)


def burn(long: str, short: str, factor: str, severity: Literal["page", "ticket"] = "page") -> Burn:
    """Return a burn pair from its labels."""
    return Burn(
        long=long,
        short=short,
        long_seconds=int(parse_duration(long)),
        short_seconds=int(parse_duration(short)),
        factor=Decimal(factor),
        severity=severity,
    )


def over(agreement: Agreement, window: str, policy: Policy | None = None) -> Agreement:
    """Return the agreement over another window, counted as the policy (`POLICY`) asks."""
    own = parse_window(window)
    rule = policy or POLICY
    kept = rule.retention_seconds if isinstance(agreement.parts, Signal) else 0
    windows = counted_windows(own, agreement.parts, rule.burn, kept_seconds=kept)
    return replace(agreement, window=own, windows=windows)


def under(policy: Policy, plan: Plan | None = None) -> Plan:
    """Return a plan (`PLAN`) under another policy, its agreements counted as that asks."""
    plan = plan or PLAN
    agreements = tuple(over(one, one.window.label, policy) for one in plan.agreements)
    return replace(plan, policy=policy, agreements=agreements)


POLICY = Policy(
    prometheus_version="2.42",
    retention_seconds=90 * 86_400,
    scrape_interval_seconds=2,
    burn=(
        burn("2m", "30s", "14.4"),
        burn("1h", "5m", "14.4"),
        burn("6h", "30m", "6"),
        burn("1d", "2h", "3", "ticket"),
        burn("3d", "6h", "1", "ticket"),
    ),
    synthetic=Synthetic(header="x-synthetic", value="truegreen"),
    lateness_seconds=7 * 86_400,
)

TEAM = Team(
    name="checkout-team",
    title="Checkout team",
    contact="checkout@acme.example",
    page=Receiver(webhook="http://127.0.0.1:9099/page"),
    ticket=Receiver(webhook="http://127.0.0.1:9099/ticket"),
    origin=HERE,
    hours="office-hours",
    escalations=(Escalation(severity="page", after_seconds=1800, team="duty-managers"),),
)
VENDOR = Vendor(name="paygate", title="PayGate", contact="noc@paygate.example", origin=HERE)

BROWSE = Step(
    name="browse",
    title="Browse",
    vendor="",
    team="checkout-team",
    after=(),
    satisfied_seconds=0.25,
    tolerated_seconds=1,
    origin=HERE,
)
PAY = replace(
    BROWSE,
    name="pay",
    title="Pay",
    vendor="paygate",
    team="",
    after=("browse",),
    satisfied_seconds=0.7,
    tolerated_seconds=2.8,
)

SERVICE = Service(
    name="order-to-cash",
    title="Order to cash",
    description="Customers buy and Acme gets paid.",
    domain="Sales",
    business_unit="Retail",
    criticality=5,
    owner="checkout-team",
    process_lead="head-of-retail",
    zone="Europe/Berlin",
    steps=(BROWSE, PAY),
    origin=HERE,
    review_due=date(2027, 1, 1),
)

COUNTERS = Signal(
    good='sum(increase(shop_requests_total{code!~"5..",synthetic!="true"}[$window]))',
    total='sum(increase(shop_requests_total{synthetic!="true"}[$window]))',
)
_MONTH = Window(label="30d", seconds=30 * 86_400)
AVAILABILITY = Agreement(
    id="order-to-cash/availability",
    service="order-to-cash",
    name="availability",
    title="Requests answered without a server error",
    kind="sla",
    indicator="promql",
    objective=Decimal("0.999"),
    window=_MONTH,
    windows=counted_windows(_MONTH, COUNTERS, POLICY.burn, kept_seconds=90 * 86_400),
    sampling="census",
    step="",
    vendor="",
    owner="checkout-team",
    parts=COUNTERS,
    origin=HERE,
)

_PAY_STEPS = 'xla_step_outcomes_total{journey="buy-something",service="order-to-cash",step="pay"'
PAY_FELT = replace(
    AVAILABILITY,
    id="order-to-cash/pay-felt",
    name="pay-felt",
    title="Paying feels quick",
    kind="xla",
    indicator="latency",
    objective=Decimal("0.99"),
    sampling="sample",
    step="pay",
    vendor="paygate",
    parts=Signal(
        good=f'sum(increase({_PAY_STEPS},outcome="satisfied"}}[$window]))',
        total=f"sum(increase({_PAY_STEPS}}}[$window]))",
    ),
)

CSAT = over(
    replace(
        AVAILABILITY,
        id="order-to-cash/csat",
        name="csat",
        title="Customer satisfaction",
        kind="xla",
        indicator="csat",
        objective=Decimal("0.85"),
        sampling="sample",
        parts=Records(
            table="surveys",
            at="answered_at",
            where="",
            total="score is not null",
            good="score >= 4",
            mature_after_seconds=0,
            min_sample=30,
        ),
    ),
    "month",
)

assert isinstance(CSAT.parts, Records)
CSAT_EXCLUDING = replace(
    CSAT,
    parts=replace(CSAT.parts, exclusions=(Exclusion(sql="score = 3", reason="strike"),)),
)

SURVEYS = Table(
    name="surveys",
    key=("survey_id",),
    columns=(
        Column(name="survey_id", type="text"),
        Column(name="service", type="text"),
        Column(name="score", type="integer"),
        Column(name="answered_at", type="timestamp"),
    ),
    origin=HERE,
)
SURVEY_EXPORT = Source(
    name="survey-export",
    table="surveys",
    read=FileRead(format="csv", location="surveys*.csv"),
    zone="Europe/Berlin",
    columns=(
        ("survey_id", "id"),
        ("score", "try_cast(rating as integer)"),
        ("answered_at", "strptime(nullif(answered, ''), '%d/%m/%Y %H:%M')"),
    ),
    revision=("updated",),
    service="CASE WHEN application = 'webshop' THEN 'order-to-cash' END",
    origin=HERE,
)
HOURLY = SqlRead(
    location="${secret:DESK_URL}",
    query="answers",
    cursor=(),
    look_back_seconds=0,
    every_seconds=3600,
    page_rows=100,
    timeout_seconds=5,
)

BUY = Journey(
    name="buy-something",
    service="order-to-cash",
    every_seconds=2,
    locations=("fra",),
    target="http://127.0.0.1:8080",
    steps=(
        JourneyStep(
            step="browse",
            vendor="",
            satisfied_seconds=0.25,
            tolerated_seconds=1,
            timeout_seconds=4,
            action=Request(method="GET", path="/products", json="", headers=()),
            extract=(Extraction(name="sku", path="$.items[0].sku"),),
            asserts=(Assertion(subject="status", path="", operator="eq", operand="200"),),
            origin=HERE,
        ),
        JourneyStep(
            step="pay",
            vendor="paygate",
            satisfied_seconds=0.7,
            tolerated_seconds=2.8,
            timeout_seconds=11.2,
            action=Request(
                method="POST",
                path="/orders/${order}/pay",
                json='{"card":"${secret:TEST_CARD}"}',
                headers=(),
            ),
            extract=(),
            asserts=(Assertion(subject="json", path="$.state", operator="eq", operand='"paid"'),),
            origin=HERE,
        ),
    ),
    cleanup=(
        Cleanup(
            when="order",
            action=Request(method="DELETE", path="/orders/${order}", json="", headers=()),
            origin=HERE,
        ),
    ),
    origin=HERE,
)

OFFICE_HOURS = Calendar(
    name="office-hours",
    title="Office hours",
    zone="Europe/Berlin",
    recurs=True,
    rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    since=None,
    times=(Span(start_minute=480, end_minute=1080),),
    holidays="",
    days=(),
    skipped=(),
    periods=(),
    origin=HERE,
)
MAINTENANCE = replace(
    OFFICE_HOURS,
    name="maintenance",
    title="Agreed maintenance",
    rule="FREQ=MONTHLY;BYDAY=1SU",
    since=date(2026, 1, 1),
    times=(Span(start_minute=1320, end_minute=1560),),
    holidays="DE-BY",
    days=(date(2026, 11, 28),),
    skipped=(date(2026, 12, 24),),
    periods=(
        Period(
            start=datetime.fromisoformat("2026-11-30 22:00"),
            end=datetime.fromisoformat("2026-12-01 04:00"),
        ),
    ),
)

CONTRACT = Contract(
    name="desk-2016",
    title="Help desk 2016",
    vendor="desk",
    period="month",
    zone="Europe/Berlin",
    currency="EUR",
    at_risk=Decimal("1000.00"),
    invoice_share=None,
    measures=(
        Measure(
            agreement=CSAT.id,
            allocation=Decimal("0.4"),
            tiers=(Tier(below=Decimal("0.8"), credit=Decimal("0.5")),),
            repeat=(),
        ),
    ),
    significant_minimums=(
        SignificantMinimum(agreement=AVAILABILITY.id, floor=Decimal("0.995"), credit=Decimal(250)),
    ),
    reward=Reward(
        pool=Decimal(100), start=Decimal("0.9"), stretch=Decimal("0.99"), gates=("no_missed_xla",)
    ),
    cap=None,
    earn_back_periods=0,
    origin=Origin(path="people.yaml", line=7),
)

QUICK = Measurement(
    id="order-to-cash/quick",
    service="order-to-cash",
    name="quick",
    title="Answers come soon",
    kind="xla",
    indicator="measure",
    bound=Bound(direction="at_most", target=Decimal(259_200)),
    window=parse_window("month"),
    windows=measured_windows(parse_window("month"), judged=True, kept_seconds=0),
    sampling="census",
    step="",
    vendor="",
    owner="checkout-team",
    parts=Values(
        table="surveys",
        at="answered_at",
        where="score is not null",
        aggregate="quantile",
        quantile=Decimal("0.9"),
        elapsed=Elapsed(start="sent_at", end="answered_at"),
        min_sample=5,
        unit="seconds",
    ),
    origin=HERE,
)
LIKED = replace(
    QUICK,
    id="order-to-cash/liked",
    name="liked",
    title="How they liked it",
    bound=Bound(direction="at_least", target=Decimal(4)),
    sampling="sample",
    parts=Values(
        table="surveys",
        at="answered_at",
        where="",
        aggregate="mean",
        value="score",
        min_sample=30,
        unit="points",
    ),
)
BACKLOG = replace(
    QUICK,
    id="order-to-cash/backlog",
    name="backlog",
    title="Surveys not answered yet",
    kind="",
    bound=None,
    window=parse_window("30d"),
    windows=measured_windows(parse_window("30d"), judged=False, kept_seconds=0),
    parts=Values(
        table="surveys",
        at="sent_at",
        where="",
        aggregate="count",
        until="answered_at",
        unit="count",
    ),
)

PLAN = Plan(
    policy=POLICY,
    calendars=(MAINTENANCE, OFFICE_HOURS),
    teams=(TEAM,),
    vendors=(VENDOR,),
    services=(SERVICE,),
    agreements=(AVAILABILITY, CSAT, PAY_FELT),
    tables=(SURVEYS,),
    sources=(SURVEY_EXPORT,),
    journeys=(BUY,),
)

_LIVE = (
    AtRisk(agreement="availability", weight=Decimal(1)),
    AtRisk(agreement="pay-felt", weight=Decimal("0.6")),
)
WEB = TransactionValue(
    channel="web",
    currency="EUR",
    per_transaction=Decimal("84.20"),
    table="orders",
    amount="amount",
    margin=Decimal("0.31"),
    at="ordered_at",
    where="channel = 'web'",
    at_risk=_LIVE,
    recovered=Decimal("0.35"),
)
ABROAD = replace(
    WEB, channel="abroad", currency="USD", margin=None, at_risk=_LIVE[:1], recovered=None
)
ORDERS = replace(
    SURVEYS,
    name="orders",
    key=("order_id",),
    columns=(
        Column(name="amount", type="decimal"),
        Column(name="channel", type="text"),
        Column(name="order_id", type="text"),
        Column(name="ordered_at", type="timestamp"),
        Column(name="service", type="text"),
    ),
)
WORTH = replace(
    PLAN,
    policy=replace(
        POLICY,
        reporting_currency="EUR",
        rates=(
            ExchangeRate(currency="CHF", rate=Decimal("1.0650"), on=date(2026, 11, 2)),
            ExchangeRate(currency="USD", rate=Decimal("0.9188"), on=date(2026, 10, 1)),
            ExchangeRate(currency="USD", rate=Decimal("0.9215"), on=date(2026, 11, 2)),
        ),
    ),
    services=(
        replace(
            SERVICE,
            critical_periods=(CriticalPeriod(calendar="office-hours", factor=Decimal("1.5")),),
            values=(WEB, ABROAD),
            production=(
                Production(
                    name="packing",
                    unit="parcel",
                    per_hour=Decimal(40),
                    good=Decimal("0.98"),
                    value=Decimal("3.10"),
                    currency="EUR",
                    at_risk=_LIVE[1:],
                ),
            ),
            outage=Outage(
                penalties_per_minute=Decimal("12.50"),
                penalties_currency="EUR",
                overtime_per_hour=Decimal(248),
                overtime_currency="CHF",
                delay_days=Decimal(2),
                cost_of_capital=Decimal("0.08"),
                churned="backlog",
            ),
        ),
    ),
    agreements=(AVAILABILITY, PAY_FELT),
    measurements=(BACKLOG,),
    tables=(ORDERS, SURVEYS),
)
"""Two channels in two currencies, a production, and everything an outage may cost."""
