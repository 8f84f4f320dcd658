"""A source fills what identifies a row, and says in one way whose the row is.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, service: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {csv: 'orders*.csv'}, service: shop, columns: {order_id: id}}

source/unmapped-key
-------------------
A source does not fill a key column of its table.

Rows could not be told apart, so a corrected row would count twice.

Mend: map the column under `columns:`.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, amount: decimal}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {csv: 'orders*.csv'}, columns: {amount: total}}

source/service-twice
--------------------
A source says twice whose a row is.

The column `service` is filled by the source's `service:`; mapping it as well leaves two answers.

Mend: keep `service:`, which also counts the rows of no service.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text, service: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: export}
    spec: {table: orders, read: {csv: 'orders*.csv'}, service: shop,
           columns: {order_id: id, service: app}}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

UNMAPPED, TWICE = "source/unmapped-key", "source/service-twice"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of each source whose table is there."""
    for source in catalog.sources.values():
        spec = source.model.spec
        table = catalog.tables.get(spec.table)
        if table is None:
            continue
        for key in table.model.spec.key:
            if key not in spec.columns and not (key == "service" and spec.service):
                message = f"`columns` does not say what the key column `{key}` is made of"
                hint = f"add `{key}: …`; Table `{table.name}` tells its rows apart by it"
                yield source.problem(UNMAPPED, message, "spec", "columns", key=True, hint=hint)
        if spec.service is not None and "service" in spec.columns:
            message = "the column `service` is mapped beside `service:`"
            hint = "keep `service:`, which also counts the rows of no service"
            path = ("spec", "columns", "service")
            yield source.problem(TWICE, message, *path, key=True, hint=hint)


CHECK = Check((UNMAPPED, TWICE), check)
