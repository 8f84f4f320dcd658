"""Fields that the language takes and this version does not compile are reported.

Passes:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: csat, use: csat, objective: 85%, window: 30d}]

agreement/not-compiled (warning)
--------------------------------
This version does not do what a field of an agreement asks for.

The figure differs from what the definition says, or there is none: an exclusion by calendar is
not applied to records. What depends on the indicator is reported by whoever leaves it out.

Mend: know that the figure is wider than the promise, or write the promise so that it needs no
such field.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: csat, use: csat, objective: 85%, window: 30d,
              exclusions: [{calendar: strikes, reason: nobody could answer}]}]

contract/not-compiled (warning)
-------------------------------
This version does not settle what a field of a contract asks for.

Contracts are settled from records. An agreement that Prometheus counts is settled from its hours,
and no source pulls them, so its measure has no data. An invoice is found in rows, and no source
fills its table. A share of latency is of a vendor's steps: by the rows of the services' processes,
and, from the hours that a source pulls `of: overruns`, by the runs of journeys and the histograms
of steps. Where none of them knows a step of the vendor, nothing is known of it. A client is owed
none.

Mend: write a Source with `read: {prometheus: …}`, which pulls the hours into a table, or one that
fills the table of charges; charge a share of latency to vendors alone.

Fails:
    apiVersion: truegreen/v1
    kind: Contract
    metadata: {name: paygate-2026}
    spec:
      vendor: paygate
      period: month
      zone: UTC
      currency: EUR
      at_risk:
        invoice_share: 10%
        invoices: {table: costs, amount: billed_cost, at: charge_period_start}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.kinds import NOT_COMPILED, is_signal
from truegreen_definitions.models.agreement import MeasureObjective
from truegreen_definitions.models.indicator import LatencyIndicator, MetricSource
from truegreen_definitions.models.reads.prometheus import PrometheusRead
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.models.contract import Contract, LatencyShare
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

CONTRACT = "contract/not-compiled"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield what is not compiled, at the field that asks for it."""
    for service in catalog.services.values():
        for section, index, agreement in service.model.spec.agreements():
            if is_signal(catalog, agreement):
                continue
            for path, message in _of_agreement(agreement):
                at = ("spec", section, index, *path)
                yield service.problem(
                    NOT_COMPILED, message, *at, key=True, severity=Severity.WARNING
                )
    yield from _of_contracts(catalog)


def _of_contracts(catalog: Catalog) -> Iterator[Problem]:
    signals = {
        f"{service.name}/{agreement.name}"
        for service in catalog.services.values()
        for _, _, agreement in service.model.spec.agreements()
        if is_signal(catalog, agreement)
    }
    values = {
        f"{service.name}/{agreement.name}"
        for service in catalog.services.values()
        for _, _, agreement in service.model.spec.agreements()
        if isinstance(agreement.objective, MeasureObjective)
    }
    reads = [source.model.spec.read for source in catalog.sources.values()]
    pulls = {read.of for read in reads if isinstance(read, PrometheusRead)}
    for contract in catalog.contracts.values():
        spec = contract.model.spec
        named = [("measures", i, one.agreement) for i, one in enumerate(spec.measures)]
        minimums = enumerate(spec.significant_minimums)
        named += [("significant_minimums", i, one.agreement) for i, one in minimums]
        for part, index, agreement in named:
            path: tuple[Step, ...] = ("spec", part, index, "agreement")
            if agreement in values:
                message = f"`{agreement}` is about a value, and contracts settle shares of good"
                hint = "promise the share of rows that are within a bound, with `records`"
                yield contract.problem(
                    CONTRACT, message, *path, hint=hint, severity=Severity.WARNING
                )
            if agreement in signals and "agreements" not in pulls:
                message = f"`{agreement}` is counted in Prometheus, and no source pulls its hours"
                hint = "write a Source with read: {prometheus: …}"
                yield contract.problem(
                    CONTRACT, message, *path, hint=hint, severity=Severity.WARNING
                )
        if spec.latency_share is not None and spec.client is not None:
            message = "`latency_share` is a vendor's: nothing is charged for it to us"
            path = ("spec", "latency_share")
            yield contract.problem(CONTRACT, message, *path, key=True, severity=Severity.WARNING)
        elif spec.latency_share is not None:
            yield from _untold_share(catalog, contract, spec.latency_share, pulls)
        invoices = spec.at_risk.invoices
        if (
            invoices is not None
            and invoices.table in catalog.tables
            and not any(
                source.model.spec.table == invoices.table for source in catalog.sources.values()
            )
        ):
            message = f"no Source fills Table `{invoices.table}`, so no invoice is known"
            path = ("spec", "at_risk", "invoices", "table")
            hint = f"add one: `kind: Source` with `table: {invoices.table}`"
            yield contract.problem(CONTRACT, message, *path, hint=hint, severity=Severity.WARNING)


def _untold_share(
    catalog: Catalog, contract: Definition[Contract], share: LatencyShare, pulls: Collection[str]
) -> Iterator[Problem]:
    """Yield that nothing tells a vendor's share, as far as the contract asks."""
    vendor = contract.model.spec.vendor
    if catalog.has_broken("Service") or catalog.has_broken("Journey"):
        return
    told = _tellers(catalog, vendor)
    asked = {share.origin} if share.origin else {"records", "journey", "histogram"}
    known = asked & told
    if known and ("overruns" in pulls or "records" in known):
        return
    if known:
        message = f"what a {min(known)} tells of `{vendor}` is not pulled: nothing is charged"
        hint = "write a Source with read: {prometheus: …, of: overruns}"
    elif share.origin in (None, "records"):
        message = f"no service with `process` has a step of `{vendor}`: nothing is charged"
        hint = "say in the service where rows tell how cases go through its steps"
    else:
        message = f"no {share.origin} tells of a step of `{vendor}`: nothing is charged"
        hint = f"what tells of its steps: {', '.join(sorted(told)) or 'nothing'}"
    path = ("spec", "latency_share")
    yield contract.problem(CONTRACT, message, *path, key=True, hint=hint, severity=Severity.WARNING)


def _tellers(catalog: Catalog, vendor: str | None) -> set[str]:
    """Return what knows how long any step of a vendor took: rows, journeys, histograms."""
    found = set()
    for service in catalog.services.values():
        spec = service.model.spec
        theirs = {step.name for step in spec.steps if step.vendor == vendor}
        if theirs and spec.process is not None:
            found.add("records")
        journeys = catalog.journeys_of.get(service.name, ())
        if any(one.step in theirs for journey in journeys for one in journey.model.spec.steps):
            found.add("journey")
        indicators = [one.indicator for _, _, one in spec.agreements()]
        if any(_step_of_histogram(one) in theirs for one in indicators):
            found.add("histogram")
    return found


def _step_of_histogram(indicator: object) -> str:
    """Return the step that an application's histogram times; empty for none."""
    if isinstance(indicator, LatencyIndicator) and isinstance(indicator.source, MetricSource):
        return indicator.step
    return ""


def _of_agreement(agreement: Agreement) -> Iterator[tuple[tuple[Step, ...], str]]:
    for index, exclusion in enumerate(agreement.exclusions):
        if exclusion.calendar is not None:
            message = "records are excluded by `where` only: what this leaves out is counted"
            yield ("exclusions", index, "calendar"), message


CHECK = Check((NOT_COMPILED, CONTRACT), check)
