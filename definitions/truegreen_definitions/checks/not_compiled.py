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

The figure differs from what the definition says, or there is none: an exclusion by calendar or
a scope is not applied. What depends on the indicator is reported by whoever
leaves it out.

Mend: know that the figure is wider than the promise, or write the promise so that it needs no
such field.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      xlas: [{name: csat, use: csat, objective: 85%, window: 30d, scope: {where: 'score > 0'}}]

source/not-compiled
-------------------
This version does not read rows in the way a source asks for.

Agreements over its table would be without data.

Mend: write the rows as `csv` or `jsonl` files below the exporter's data folder.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {parquet: 'orders*.parquet'}, columns: {order_id: id}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.kinds import NOT_COMPILED
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

SOURCE = "source/not-compiled"
_READ = ("csv", "jsonl")


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield what is not compiled, at the field that asks for it."""
    for service in catalog.services.values():
        for section, index, agreement in service.model.spec.agreements():
            for path, message in _of_agreement(agreement):
                at = ("spec", section, index, *path)
                yield service.problem(
                    NOT_COMPILED, message, *at, key=True, severity=Severity.WARNING
                )
    for source in catalog.sources.values():
        form = source.model.spec.read.format
        if form not in _READ:
            message = f"this version does not read `{form}`"
            hint = f"write {' or '.join(_READ)}"
            yield source.problem(SOURCE, message, "spec", "read", form, key=True, hint=hint)


def _of_agreement(agreement: Agreement) -> Iterator[tuple[tuple[Step, ...], str]]:
    for index, exclusion in enumerate(agreement.exclusions):
        if exclusion.calendar is not None:
            message = "this version excludes by `where` only: what this leaves out is counted"
            yield ("exclusions", index, "calendar"), message
    if agreement.scope is not None:
        yield ("scope",), "`scope` is not applied by this version: the whole service is counted"


CHECK = Check((NOT_COMPILED, SOURCE), check)
