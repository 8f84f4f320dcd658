"""The contract's series for a plan, as OpenMetrics text that promtool makes blocks of.

A small story, computed and not written down: all is well, then the steps of vendors become
slow while every request succeeds. Counts come first and ratios are taken of them, as the rules
do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from math import sin
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.money import sums_outage, tells_reputation
from truegreen_definitions.emitters.rules.overruns import counted_of, told
from truegreen_definitions.names import (
    BoundValue,
    InformationValue,
    Metric,
    OutcomeValue,
    ReputationValue,
    StateValue,
    StepOutcomeValue,
    TimeValue,
    WatermelonValue,
)
from truegreen_definitions.plan import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import (
        Agreement,
        Contract,
        Journey,
        JourneyStep,
        Measurement,
        Plan,
        Service,
    )

__all__ = ["openmetrics"]

BOUNDS = (0.05, 0.1, 0.25, 0.4, 0.7, 1.0, 1.6, 2.8, 5.0, float("inf"))
LITTLE_BUDGET = 0.25
DAY = 86_400
Labels = tuple[tuple[str, str], ...]
Sample = tuple[str, Labels, float]


def openmetrics(plan: Plan, *, start: int, end: int, broken: int, step: int = 15) -> str:
    """Return the exposition of every series of the plan, one sample each `step` seconds.

    Args:
        plan: Whose agreements, services and journeys there are.
        start: First sample, Unix time.
        end: Last sample.
        broken: From when on the steps of vendors are slow.
        step: Seconds between samples.
    """
    series: dict[str, dict[Labels, list[str]]] = defaultdict(lambda: defaultdict(list))
    for now in range(start, end + 1, step):
        moment = Moment(plan=plan, now=now, age=now - start, hurt=max(0, now - broken))
        for name, labels, value in moment.samples():
            series[name][labels].append(f"{value!r} {now}")
    lines = [
        f"{name}{_braces(labels)} {sample}"
        for name, found in sorted(series.items())
        for labels, samples in sorted(found.items())
        for sample in samples
    ]
    return "\n".join((*lines, "# EOF", ""))


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One evaluation: when, seconds since the story began, and since vendors became slow."""

    plan: Plan
    now: int
    age: int
    hurt: int
    states: dict[tuple[str, str], set[tuple[str, StateValue]]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def samples(self) -> Iterator[Sample]:
        """Yield every series of the moment."""
        yield from self._processes()
        for source in self.plan.sources:
            yield from self._source(source.name)
        for journey in self.plan.journeys:
            yield from self._schedule(journey)
            for walked in journey.steps:
                yield from self._probe(journey, walked)
        for agreement in self.plan.agreements:
            yield from self._agreement(agreement)
        for measurement in self.plan.measurements:
            yield from self._measurement(measurement)
        for contract in self.plan.contracts:
            yield from self._contract(contract)
        yield from self._services()
        for service in self.plan.services:
            yield from self._process(service)
            yield from self._runs(service)
        yield from self._watermelons()
        yield from self._alerts()
        for service in self.plan.services:
            yield from self._money(service)
            yield from self._losses(service)
        for one in self.plan.services:
            yield from self._closed_month(one)
            yield from self._outcomes(one)
        yield from self._portfolio()

    def _processes(self) -> Iterator[Sample]:
        for component in ("exporter", "probe"):
            yield _say(names.PLAN_INFO, 1, component=component, digest="d1" * 32, revision="4f2c")
            yield _say(names.PLAN_RELOAD_SUCCESSFUL, 1, component=component)
            for outcome, share in (("sent", 0.95), ("failed", 0.05), ("dropped", 0.0)):
                pushes = self.age / 15 * share
                yield _say(names.OTLP_PUSHES, pushes, component=component, outcome=outcome)
        yield _say(names.CYCLE_DURATION, 0.4 + 0.1 * (self.age % 60) / 60, component="exporter")
        for location in {journey.locations[0] for journey in self.plan.journeys}:
            yield _say(names.HUB_LAG, 0.002, location=location)

    def _source(self, source: str) -> Iterator[Sample]:
        yield _say(names.SOURCE_UP, 1, source=source)
        yield _say(names.SOURCE_LAST_SUCCESS, float(self.now - self.now % 30), source=source)
        yield _say(names.SOURCE_LAG, 40.0 + self.hurt, source=source)
        yield _say(names.SOURCE_ROWS, self.age * 2.0, source=source)
        yield _say(names.SOURCE_UNMATCHED, self.age // 600, source=source)
        yield _say(names.SOURCE_REJECTED, self.age // 300, source=source, reason="bad_value")

    def _schedule(self, journey: Journey) -> Iterator[Sample]:
        of = {"journey": journey.name, "location": journey.locations[0]}
        late = self.hurt / 60
        for state, reason, slots in (
            ("started", "", self.age / 5 - late),
            ("missed", "overrun", late),
            ("missed", "prober", self.age // 1800),
            ("windowed", "", 0),
        ):
            yield _say(names.JOURNEY_SLOTS, slots, **of, state=state, reason=reason)
        yield _say(names.ORPHANS, self.hurt // 900, **of)

    def _probe(self, journey: Journey, walked: JourneyStep) -> Iterator[Sample]:
        of = {
            "service": journey.service,
            "step": walked.step,
            "journey": journey.name,
            "location": journey.locations[0],
        }
        slow = (self.hurt if walked.vendor else 0) / 2
        fast = self.age / 2 - slow
        usual, late = walked.satisfied_seconds * 0.6, walked.tolerated_seconds * 1.3
        for clock in ("service", "intended"):
            timed = {**of, "clock": clock}
            yield _say(names.STEP_DURATION, fast * usual + slow * late, "_sum", **timed)
            yield _say(names.STEP_DURATION, fast + slow, "_count", **timed)
            for bound in BOUNDS:
                within = fast * (usual <= bound) + slow * (late <= bound)
                le = repr(bound).replace("inf", "+Inf")
                yield _say(names.STEP_DURATION, within, "_bucket", **timed, le=le)
        shares = {
            OutcomeValue.SATISFIED: fast * 0.97,
            OutcomeValue.TOLERATED: fast * 0.029,
            OutcomeValue.FRUSTRATED: slow,
            OutcomeValue.FAILED: fast * 0.001,
        }
        for outcome, number in shares.items():
            yield _say(names.STEP_OUTCOMES, number, **of, outcome=outcome)

    def _agreement(self, one: Agreement) -> Iterator[Sample]:
        service = self.plan.service(one.service)
        of = {"service": one.service, "agreement": one.name, "kind": one.kind}
        who = {"owner": one.owner, "vendor": one.vendor}
        where = {"domain": service.domain, "business_unit": service.business_unit}
        yield _say(names.AGREEMENT_INFO, 1, **of, window=one.window.label, **who, **where)
        live = self.plan.policy.live_window
        records = isinstance(one.parts, Records)
        for counted in one.windows:
            if not (records or counted.judged):
                continue
            window = counted.label
            total = 120.0 if window == live else 20_000.0
            bad = round(total * self._bad_share(one, live=window == live))
            yield from _counted(of, one, window, total, bad)
            if records:
                yield from _parts(names.WINDOW_EVENTS, of, window, total, bad)
                if window.startswith("prev_"):  # one bad row came later
                    yield from _parts(names.WINDOW_RESTATED, of, window, total + 1, bad + 1)
            if counted.judged:
                yield from self._judged(of, one, window, 1 - bad / total)
        if not records:
            share = self._bad_share(one, live=True)
            yield _say(names.TOTAL_5M, 150.0, **of)
            yield _say(names.GOOD_5M, 150.0 * (1 - share), **of)
            for over in {
                label for burn in self.plan.policy.burn for label in (burn.long, burn.short)
            }:
                yield _say(names.BURN_RATE, share / (1 - float(one.objective)), **of, over=over)

    def _measurement(self, one: Measurement) -> Iterator[Sample]:
        of = {"service": one.service}
        promised = {**of, "agreement": one.name, "kind": one.kind}
        shown = promised if one.bound else {**of, "measure": one.name}
        for counted in one.windows:
            window = counted.label
            paid = {"currency": one.parts.currency}
            yield _say(names.WINDOW_VALUE, 1000.0 + self.hurt, **shown, **paid, window=window)
            if window.startswith("prev_"):
                yield _say(names.WINDOW_VALUE_RESTATED, 1010.0, **shown, **paid, window=window)
            yield _say(names.WINDOW_SAMPLE, 240.0, **shown, window=window, part="total")
            if one.bound:
                yield _say(names.TARGET, 2000.0, **promised, window=window)

    def _bad_share(self, one: Agreement, *, live: bool) -> float:
        usual = (1 - float(one.objective)) * 0.4
        if not (one.kind == "xla" and one.step and one.vendor):
            return usual
        spoilt = float(self.hurt > 0) if live else 0.3 * self.hurt / (self.age + 1)
        return min(1.0, usual + spoilt)

    def _judged(
        self, of: dict[str, str], one: Agreement, window: str, attained: float
    ) -> Iterator[Sample]:
        objective = float(one.objective)
        left = 1 - (1 - attained) / (1 - objective)
        yield _say(names.OBJECTIVE, objective, **of, window=window)
        yield _say(names.BUDGET_REMAINING, left, **of, window=window)
        state = StateValue.OK if left >= LITTLE_BUDGET else StateValue.AT_RISK
        state = state if left >= 0 else StateValue.BREACHED
        self.states[one.service, window].add((one.kind, state))
        for value in StateValue:
            yield _say(names.STATE_OF, float(value is state), **of, window=window, state=value)

    def _contract(self, one: Contract) -> Iterator[Sample]:
        of = {"vendor": one.vendor, "client": one.client, "contract": one.name}
        last, money = f"prev_{one.period}", {"currency": one.currency}
        risk = float(one.at_risk or 1000)
        lines = [("credit", measure.agreement) for measure in one.measures]
        lines += [("significant_minimum", low.agreement) for low in one.significant_minimums]
        share = min(1.0, self.hurt / 3600)
        for window in (one.period, last):
            yield _say(names.CONTRACT_AT_RISK, risk, **of, **money, window=window)
            for line, agreement in lines:
                service, _, name = agreement.partition("/")
                kind = next(a.kind for a in self.plan.agreements if a.id == agreement)
                what = {**of, "line": line, "service": service, "agreement": name}
                for part, number in {"good": 960.0, "total": 1000.0, "pending": 12.0}.items():
                    told = {**what, "kind": kind, "part": part}
                    yield _say(names.CONTRACT_EVENTS, number, **told, window=window)
        for line, agreement in lines:
            service, _, name = agreement.partition("/")
            what = {**of, "line": line, "service": service, "agreement": name}
            yield _say(names.CONTRACT_BOUND, 0.95, **what)
            yield _say(names.CONTRACT_MISS, 0.1 + 0.8 * share, **what, window=one.period)
            yield _say(names.CONTRACT_LINE, risk * 0.1, **what, **money, window=last)
        for bound, part in (("lower", 0.0), ("point", 0.2), ("upper", 0.6)):
            told = {**of, **money, "window": one.period, "bound": bound}
            yield _say(names.PENALTY, risk * part * share, **told)
            yield _say(names.REWARD, 100.0 * part, **told)
        yield _say(names.PENALTY, risk * 0.1 * len(lines), **of, **money, window=last)
        yield _say(names.REWARD, 0.0, **of, **money, window=last)
        yield _say(names.CONTRACT_CLOSED, 1, **of, window=last)

    def _alerts(self) -> Iterator[Sample]:
        """Yield Prometheus's own series of a page on each promise that vendors break."""
        for one in self.plan.agreements:
            if self.hurt and self._bad_share(one, live=True) == 1:
                of = {"service": one.service, "agreement": one.name, "kind": one.kind}
                told = {**of, "owner": one.owner, "alertname": "XlaBurn", "severity": "page"}
                labels = tuple(sorted({**told, "burn": "1h/5m"}.items()))
                firing = tuple(sorted({**dict(labels), "alertstate": "firing"}.items()))
                yield "ALERTS_FOR_STATE", labels, float(self.now - self.hurt)
                yield "ALERTS", firing, 1.0

    def _process(self, service: Service) -> Iterator[Sample]:
        for window in service.process.windows if service.process else ():
            of = {"service": service.name, "window": window.label}
            nobodys = 12_000.0
            whole = nobodys + sum(80_000 if step.vendor else 10_000 for step in service.followed)
            yield _say(names.PROCESS_OVERRUN, whole, **of, origin="records")
            for step in service.followed:
                own = {**of, "step": step.name, "vendor": step.vendor}
                late = 8 if step.vendor else 1
                for outcome, cases in zip(StepOutcomeValue, (70, 20, late, 3, 1), strict=True):
                    yield _say(names.STEP_CASES, cases, **own, outcome=outcome)
                for part, seconds in zip(TimeValue, (700_000.0, 300_000.0), strict=True):
                    yield _say(names.STEP_TIME, seconds, **own, part=part)
                yield _say(names.STEP_OVERRUN, late * 10_000.0, **own, origin="records")
                told = {"method": "proportional", "origin": "records"}
                yield _say(names.OVERRUN_SHARE, late * 10_000.0, **own, **told)
            told = {"method": "proportional", "origin": "records"}
            yield _say(names.OVERRUN_UNATTRIBUTED, nobodys, **of, **told)

    def _runs(self, service: Service) -> Iterator[Sample]:
        """Yield the overruns of journeys: more of vendors, and more the longer it hurts."""
        for one in counted_of(self.plan, service):
            for window in ("1d", "30d"):
                metric, labels = told(service, one, window)
                late = 40.0 if one.vendor else 2.0
                yield _say(metric, late * (1 + self.hurt / 3600), **labels)

    def _services(self) -> Iterator[Sample]:
        for one in self.plan.services:
            where = {"domain": one.domain, "business_unit": one.business_unit}
            who = {"owner": one.owner, "criticality": str(one.criticality)}
            yield _say(names.SERVICE_INFO, 1, service=one.name, title=one.title, **where, **who)
            for step in one.steps:
                bounds = {"satisfied": step.satisfied_seconds, "tolerated": step.tolerated_seconds}
                for level, bound in bounds.items():
                    if bound is not None:
                        of = {"service": one.name, "step": step.name, "level": level}
                        yield _say(names.STEP_TOLERANCE, bound, **of)

    def _money(self, service: Service) -> Iterator[Sample]:
        """Yield what is expected of each channel, and what of it is at risk while vendors are slow.

        It wavers with the time of day, so that a line can be told from a constant.
        """
        if service.critical_periods:
            yield _say(names.CRITICAL_FACTOR, 1.0, service=service.name)
        impact = 0.4 * min(1.0, self.hurt / 120)
        for place, value in enumerate(service.values, start=1):
            of = {"service": service.name, "channel": value.channel}
            paid = {**of, "currency": value.currency}
            orders = place * (2.0 + 0.5 * sin(self.now / 3600))
            each, margin = float(value.per_transaction or 50), float(value.margin or 1)
            for bound, factor in (("lower", 0.9), ("point", 1.0), ("upper", 1.1)):
                yield _say(names.EXPECTED_TRANSACTIONS, orders * factor, **of, bound=bound)
                revenue = orders * factor * each
                yield _say(names.EXPECTED_VALUE, revenue, **paid, basis="revenue", bound=bound)
                earned = revenue * margin
                yield _say(names.EXPECTED_VALUE, earned, **paid, basis="margin", bound=bound)
            earned = orders * each * margin
            yield _say(names.IMPACT, impact, **of)
            yield _say(names.VALUE_AT_RISK, earned * impact, **paid)
            yield _say(names.OUTAGE_COST, earned * 0.6, **paid, component="net_loss")
        currency = self.plan.policy.reporting_currency
        if sums_outage(self.plan.policy, service):
            of = {"service": service.name, "currency": currency}
            yield _say(names.REPORTED_OUTAGE_COST, 140.0, **of)

    def _losses(self, service: Service) -> Iterator[Sample]:
        """Yield what was booked: one outage in two windows, by our own team and by one vendor."""
        for indicator in ReputationValue if tells_reputation(service) else ():
            of = {"service": service.name, "indicator": indicator}
            yield _say(names.REPUTATION, 17.0, **of, window="30d")
        vendor = next((step.vendor for step in service.steps if step.vendor), "")
        for value in service.values:
            of = {"service": service.name, "channel": value.channel}
            yield _say(names.LOSS_BOOKING, 1, **of)
            yield _say(names.PLACEBO_WINDOWS, 96, **of)
            yield _say(names.PLACEBO_COVERAGE, 0.94, **of)
            yield _say(names.PLACEBO_BIAS, 0.01, **of)
            yield _say(names.PLACEBO_BOOKED, 0.02, **of)
        for currency in sorted({value.currency for value in service.values}):
            paid = {"service": service.name, "currency": currency}
            for window, factor in (("30d", 3), ("month", 1), ("prev_month", 2)):
                at = {**paid, "window": window}
                for party, lost in ((vendor, 700.0), ("", 310.0)):
                    for bound, share in (("lower", 0.6), ("point", 1.0), ("upper", 1.4)):
                        worth = lost * factor * share
                        yield _say(names.LOSS, worth, **at, vendor=party, bound=bound)
                        yield _say(names.AVOIDED_LOSS, worth / 4, **at, vendor=party, bound=bound)
                for step, lost in (("pay", 700.0), ("", 310.0)):
                    yield _say(names.LOSS_STRATUM, lost * factor, **at, by="step", stratum=step)
                yield _say(names.DEFERRED_COST, 12.0 * factor, **at)
                billed = {**at, "business_unit": service.business_unit}
                yield _say(names.COST, 900.0 * factor, **billed, component="compute")

    def _watermelons(self) -> Iterator[Sample]:
        for (service, window), found in self.states.items():
            if window != "prev_month" and {kind for kind, _ in found} == {"sla", "xla"}:
                for value in WatermelonValue:
                    of = {"service": service, "window": window, "state": value}
                    yield _say(names.WATERMELON, float(value is _verdict(found)), **of)

    def _closed_month(self, one: Service) -> Iterator[Sample]:
        """The last closed month: the first service was a watermelon for two, the rest never."""
        of = {"service": one.name, "window": "prev_month"}
        hurt = one.name == self.plan.services[0].name
        verdict = WatermelonValue.WATERMELON if hurt else WatermelonValue.GREEN
        for state in WatermelonValue:
            for metric in (names.CLOSED_WATERMELON, names.WATERMELON):
                yield _say(metric, float(state is verdict), **of, state=state)
        yield _say(names.WATERMELON_PERIOD, float(self.now - 45 * DAY), **of)
        yield _say(names.WATERMELON_SUSPECTED, 0, **of)
        yield _say(names.WATERMELON_DEPTH, 0.094 if hurt else 0.002, **of)
        yield _say(names.WATERMELON_PERIODS, 2.0 * hurt, **of)
        if hurt:
            yield _say(names.WATERMELON_FIRST, float(self.now - 75 * DAY), **of)
        yield _say(names.SCORE, 38.0 if hurt else 81.5, **of)
        yield _say(names.SCORE_VETOED, 0, **of)
        for sla in one.cases.slas if one.cases else ():
            yield from _cases({"service": one.name, "agreement": sla}, window="prev_month")
            yield from _cases({"service": one.name, "agreement": sla}, window="all")

    def _outcomes(self, one: Service) -> Iterator[Sample]:
        """The first measure of a service leads its outcome by a day; all others say nothing."""
        for measurement in [m for m in self.plan.measurements if m.service == one.name][:1]:
            about = {"service": one.name, "measure": measurement.name}
            pair = {**about, "outcome": "orders", "lag": "1d"}
            for bound, value in zip(BoundValue, (-0.71, -0.52, -0.27), strict=True):
                yield _say(names.OUTCOME_CORRELATION, value, **pair, bound=bound)
            yield _say(names.OUTCOME_SAMPLE, 58.0, **pair)
            yield _say(names.LEADING_VALIDATED, 1, **about)
            yield _say(names.LEADING_WARNING, float(self.hurt > 0), **about)

    def _portfolio(self) -> Iterator[Sample]:
        hurt, *rest = self.plan.services
        money = {value.currency for one in self.plan.services for value in one.values}
        for state in WatermelonValue:
            is_hurt, is_rest = state is WatermelonValue.WATERMELON, state is WatermelonValue.GREEN
            of = {"state": state, "window": "prev_month"}
            number = float(is_hurt) + is_rest * len(rest)
            yield _say(names.WATERMELON_PORTFOLIO, number, **of, by="services")
            for currency in sorted(money):
                revenue = 48_000.0 * is_rest + 12_500.0 * is_hurt * bool(hurt.values)
                yield _say(
                    names.WATERMELON_PORTFOLIO, revenue, **of, by="revenue", currency=currency
                )


def _cases(of: dict[str, str], window: str) -> Iterator[Sample]:
    """An SLA that says little: 190 cases met, 60 of them bad; 10 missed, 4 of them bad."""
    table = {"met": (120.0, 60.0, 10.0), "missed": (5.0, 4.0, 1.0)}
    for promise, (good, bad, unknown) in table.items():
        told = {**of, "promise": promise, "window": window}
        for experience, cases in (("good", good), ("bad", bad), ("unknown", unknown)):
            yield _say(names.SLA_CASES, cases, **told, experience=experience)
        yield _say(names.SLA_ANSWERS, (good + bad) / 3, **told)
    for metric, values in ((names.SLA_LIFT, (0.6, 1.33, 2.9)), (names.SLA_AUC, (0.48, 0.51, 0.55))):
        for bound, value in zip(BoundValue, values, strict=True):
            yield _say(metric, value, **of, window=window, bound=bound)
    for verdict in InformationValue:
        said = float(verdict is InformationValue.UNDETECTABLE)
        yield _say(names.SLA_INFORMATION, said, **of, window=window, verdict=verdict)


def _verdict(found: set[tuple[str, StateValue]]) -> WatermelonValue:
    bad = {kind for kind, state in found if state is StateValue.BREACHED}
    if not bad:
        return WatermelonValue.GREEN
    if bad == {"xla"}:
        return WatermelonValue.WATERMELON
    return WatermelonValue.INVERSE if bad == {"sla"} else WatermelonValue.RED


def _counted(
    of: dict[str, str], one: Agreement, window: str, total: float, bad: float
) -> Iterator[Sample]:
    attained = (total - bad) / total
    half = (one.sampling == "sample") * 0.002
    for metric, value in (
        (names.GOOD_SUM, total - bad),
        (names.TOTAL_SUM, total),
        (names.ATTAINMENT, attained),
        (names.ATTAINMENT_LOWER, max(0.0, attained - half)),
        (names.ATTAINMENT_UPPER, min(1.0, attained + half)),
    ):
        yield _say(metric, value, **of, window=window)


def _parts(
    metric: Metric, of: dict[str, str], window: str, total: float, bad: float
) -> Iterator[Sample]:
    parts = {"good": total - bad, "total": total, "pending": 12.0, "excluded": 3.0}
    for part, number in parts.items():
        yield _say(metric, number, **of, part=part, window=window)


def _say(metric: Metric, value: float, suffix: str = "", **labels: str) -> Sample:
    kept = {name: label for name, label in labels.items() if label}
    unknown = set(kept) - {*metric.labels, "le"}
    assert not unknown, f"{metric.name} has no {unknown}"
    return metric.name + suffix, tuple(sorted(kept.items())), value


def _braces(labels: Labels) -> str:
    def quoted(value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    inside = ",".join(f'{name}="{quoted(value)}"' for name, value in labels)
    return f"{{{inside}}}" if inside else ""
