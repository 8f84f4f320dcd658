"""The Policy in the plan: what holds for the whole company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.burn import workbook_pairs
from truegreen_definitions.expressions.errors import attempt
from truegreen_definitions.expressions.promql import parse_matchers
from truegreen_definitions.plan import Burn, Policy, Smtp, Synthetic
from truegreen_definitions.planner.alerting import company_alerting
from truegreen_definitions.planner.forms import forms_of
from truegreen_definitions.planner.worth import rates_of
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.policy import Policy as PolicyModel
    from truegreen_definitions.models.policy import PolicySpec
    from truegreen_definitions.models.policy import Smtp as SmtpModel
    from truegreen_definitions.models.policy import Synthetic as SyntheticModel
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step as PathStep

__all__ = ["burn_of", "policy_of"]


def policy_of(
    definition: Definition[PolicyModel], catalog: Catalog, problems: list[Problem]
) -> Policy:
    """Return the policy of the plan; what is wrong with it is added to the problems."""
    spec = definition.model.spec
    problems += _fractions(definition)
    if spec.synthetic is not None:
        problems += _unusable_marks(definition, spec.synthetic, catalog)
    return Policy(
        prometheus_version=spec.prometheus.version,
        retention_seconds=int(spec.prometheus.retention),
        scrape_interval_seconds=int(spec.prometheus.scrape_interval),
        burn=burn_of(spec),
        synthetic=_synthetic(spec.synthetic),
        lateness_seconds=int(spec.lateness),
        smtp=_smtp(spec.smtp),
        alerting=company_alerting(spec),
        forms=forms_of(spec.forms),
        boards_url=(spec.addresses.boards or "").rstrip("/"),
        catalogue_url=(spec.addresses.catalogue or "").rstrip("/"),
        records_url=(spec.addresses.records or "").rstrip("/"),
        traces_url=spec.addresses.traces or "",
        reporting_currency=spec.money.reporting if spec.money else "",
        rates=rates_of(spec.money),
    )


def _fractions(definition: Definition[PolicyModel]) -> Iterator[Problem]:
    """Yield the times that are no whole seconds, in which Prometheus and records are planned."""
    spec = definition.model.spec
    times: list[tuple[tuple[PathStep, ...], Decimal]] = [
        (("prometheus", "retention"), spec.prometheus.retention),
        (("prometheus", "scrape_interval"), spec.prometheus.scrape_interval),
        (("lateness",), spec.lateness),
    ]
    for index, pair in enumerate(spec.burn_pairs):
        path: tuple[PathStep, ...] = (*spec.burn_path, index)
        times += [((*path, "long"), pair.long), ((*path, "short"), pair.short)]
    for path, seconds in times:
        if seconds % 1:
            message = f"`{path[-1]}` is {duration_label(seconds)}, not whole seconds"
            hint = "write whole seconds or more, such as 1s, 15s or 1m"
            yield definition.problem("policy/whole-seconds", message, "spec", *path, hint=hint)


def _unusable_marks(
    definition: Definition[PolicyModel], declared: SyntheticModel, catalog: Catalog
) -> Iterator[Problem]:
    """Yield what would keep synthetic traffic from being left out."""
    path = ("spec", "synthetic")
    if declared.promql is not None:
        found: list[Problem] = []
        attempt(found, definition.place(*path, "promql"), declared.promql, parse_matchers)
        yield from found
    for table, column in declared.columns.items():
        columns = catalog.tables[table].model.spec.columns if table in catalog.tables else {}
        kind = columns.get(column, "boolean")  # a column that is missing is reported by a check
        if kind != "boolean":
            message = f"`{column}` is a column of type {kind}, not boolean"
            hint = "name a column that is true for synthetic rows"
            at = (*path, "columns", table)
            yield definition.problem("policy/not-a-flag", message, *at, hint=hint)


def burn_of(spec: PolicySpec) -> tuple[Burn, ...]:
    """Return the pairs, fastest first; one written here replaces the workbook's of its windows."""
    shared = workbook_pairs() if spec.uses_workbook else ()
    pairs = {(pair.long, pair.short): pair for pair in (*shared, *spec.burn_pairs)}
    return tuple(
        Burn(
            long=duration_label(long),
            short=duration_label(short),
            long_seconds=int(long),
            short_seconds=int(short),
            factor=_plain(pair.factor),
            severity=pair.severity,
        )
        for (long, short), pair in sorted(pairs.items())
    )


def _plain(number: Decimal) -> Decimal:
    """Return the same number with no zeros at its end, so that 6 and 6.0 give the same plan."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


def _synthetic(declared: SyntheticModel | None) -> Synthetic | None:
    if declared is None:
        return None
    header, value = next(iter(declared.header.items()))  # the model has exactly one
    return Synthetic(header=header, value=value)


def _smtp(declared: SmtpModel | None) -> Smtp | None:
    if declared is None:
        return None
    return Smtp(
        smarthost=declared.smarthost,
        sender=declared.sender,
        username=declared.username or "",
        password_file=declared.password_file or "",
    )
