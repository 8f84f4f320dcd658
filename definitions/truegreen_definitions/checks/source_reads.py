"""What a source reads from others is asked for safely, and is what can be read.

Passes:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: desk}
    spec:
      table: orders
      read: {sql: desk.orders, url: '${secret:DESK_URL}', cursor: [updated, id]}
      columns: {order_id: id}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: desk-posts}
    spec:
      table: orders
      read: {webhook: /hooks/desk, signature: {github: '${secret:DESK_KEY}'}}
      columns: {order_id: id}

source/unsigned (warning)
-------------------------
Anybody who reaches the exporter may post rows.

A webhook without a signature believes whoever knows its address, and what it takes becomes the
figures of a contract.

Mend: write `signature:` with `github`, `hmac` or `bearer`, and the key as `${secret:NAME}`.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: desk-posts}
    spec: {table: orders, read: {webhook: /hooks/desk}, columns: {order_id: id}}

source/plain-http (warning)
---------------------------
Rows and passwords would travel in the clear.

Over `http://` everybody on the way can read what is asked and answered, and change it.

Mend: write `https://`; a server on the same machine (127.0.0.1, localhost) needs none.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: desk}
    spec: {table: orders, read: {http: 'http://desk.example/api/orders'}, columns: {order_id: id}}

source/query
------------
What a source asks of a database is neither a table nor one SELECT.

It is read page by page around that question, in a transaction that may only read; several
statements, or one that changes something, cannot be asked in this way.

Mend: write the name of a table, such as `desk.orders`, or one SELECT without a final ORDER BY.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: desk}
    spec: {table: orders, read: {sql: 'delete from orders', url: '${secret:DESK_URL}'},
           columns: {order_id: id}}

source/webhook-taken
--------------------
Two sources are posted to at one address.

A post is one source's: the second would never get a row, and nobody would see it.

Mend: give each source a path of its own.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: desk-posts}
    spec:
      table: orders
      read: {webhook: /hooks/desk, signature: {github: '${secret:DESK_KEY}'}}
      columns: {order_id: id}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: other-posts}
    spec:
      table: orders
      read: {webhook: /hooks/desk, signature: {github: '${secret:DESK_KEY}'}}
      columns: {order_id: id}

source/hours
------------
A table cannot hold the hours of agreements, or of overruns, that Prometheus counts.

Contracts are settled from it, so it must say whose hour it is, and how many were good of all, or
how much was overrun.

Mend: give the table the key `[id, hour]` and the columns `id: text`, `hour: timestamp`,
`good: decimal` and `total: decimal`; with `of: overruns`, `amount: decimal` in place of the last.

Fails:
    apiVersion: truegreen/v1
    kind: Table
    metadata: {name: orders}
    spec: {key: [order_id], columns: {order_id: text}}
    ---
    apiVersion: truegreen/v1
    kind: Source
    metadata: {name: signals}
    spec: {table: orders, read: {prometheus: 'http://127.0.0.1:9090'}, columns: {order_id: id}}
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from truegreen_definitions.checks.check import Check
from truegreen_definitions.models.reads.http import HttpRead
from truegreen_definitions.models.reads.prometheus import PrometheusRead
from truegreen_definitions.models.reads.sql import SqlRead
from truegreen_definitions.models.reads.webhook import WebhookRead
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.source import Source
    from truegreen_definitions.models.table import Table
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

UNSIGNED, PLAIN = "source/unsigned", "source/plain-http"
QUERY, HOURS, TAKEN = "source/query", "source/hours", "source/webhook-taken"
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
_TABLE = re.compile(r"\w+(\.\w+){0,2}")
_DIALECTS = ("postgres", "mysql", "tsql", "oracle", "sqlite")
_HOURS = {
    "agreements": {"id": "text", "hour": "timestamp", "good": "decimal", "total": "decimal"},
    "overruns": {"id": "text", "hour": "timestamp", "amount": "decimal"},
}


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of what each source reads."""
    for source in catalog.sources.values():
        read = source.model.spec.read
        at = ("spec", "read", read.format)
        if isinstance(read, WebhookRead) and read.signature is None:
            message = f"anybody may post to `{read.webhook}`"
            hint = "write signature: {github: '${secret:NAME}'}, or hmac, or bearer"
            yield source.problem(UNSIGNED, message, *at, hint=hint, severity=Severity.WARNING)
        if isinstance(read, HttpRead | PrometheusRead) and _is_plain(read.location):
            message = f"`{read.location}` is asked in the clear"
            hint = "write https://"
            yield source.problem(PLAIN, message, *at, hint=hint, severity=Severity.WARNING)
        if isinstance(read, SqlRead) and not _is_question(read.sql):
            message = "this is neither a table nor one SELECT"
            hint = "write a table's name, such as desk.orders, or one SELECT whose brackets close"
            yield source.problem(QUERY, message, *at, hint=hint)
        if isinstance(read, PrometheusRead):
            yield from _hours(source, catalog.tables.get(source.model.spec.table), read.of)
    yield from _taken(catalog)


def _is_plain(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and not _LOOPBACK.fullmatch(parts.hostname or "")


def _is_question(text: str) -> bool:
    """Return whether a text is a table's name, or one query in any of the usual dialects."""
    if _TABLE.fullmatch(text.strip()):
        return True
    import sqlglot  # noqa: PLC0415  only where a database is read
    from sqlglot import exp  # noqa: PLC0415  as above
    from sqlglot.errors import SqlglotError  # noqa: PLC0415  as above

    from truegreen_definitions.expressions.sql_brackets import (  # noqa: PLC0415  as above
        missing_bracket,
    )

    for dialect in _DIALECTS:
        try:
            found = [one for one in sqlglot.parse(text, read=dialect) if one is not None]
            closed = missing_bracket(sqlglot.tokenize(text, read=dialect)) is None
        except SqlglotError:
            continue
        writes = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Into)
        if closed and len(found) == 1 and isinstance(found[0], exp.Query):
            return found[0].find(*writes) is None
    return False


def _taken(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem at every webhook but the first, by place, of one path."""
    first: dict[str, Definition[Source]] = {}
    for source in sorted(catalog.sources.values(), key=lambda source: source.place()):
        read = source.model.spec.read
        if not isinstance(read, WebhookRead):
            continue
        other = first.setdefault(read.webhook, source)
        if other is not source:
            message = (
                f"`{read.webhook}` is Source `{other.name}`'s already: nothing would come here"
            )
            hint = f"write another path, such as /hooks/{source.name}"
            yield source.problem(TAKEN, message, "spec", "read", "webhook", hint=hint)


def _hours(
    source: Definition[Source], table: Definition[Table] | None, of: str
) -> Iterator[Problem]:
    if table is None:
        return
    spec = table.model.spec
    columns, needed = spec.columns, _HOURS[of]
    wrong = [name for name, kind in needed.items() if columns.get(name) != kind]
    wrong += [name for name in needed if name in columns and name not in source.model.spec.columns]
    if set(spec.key) != {"id", "hour"} or wrong:
        message = f"Table `{table.name}` cannot hold the hours of {of}"
        listed = ", ".join(f"{name}: {kind}" for name, kind in needed.items())
        hint = f"give it the key [id, hour] and the columns {{{listed}}}, and fill them here"
        yield source.problem(HOURS, message, "spec", "table", hint=hint)


CHECK = Check((UNSIGNED, PLAIN, QUERY, TAKEN, HOURS), check)
