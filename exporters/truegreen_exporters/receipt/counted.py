"""What the receipts of an agreement and of a measure share: both are counted from rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_exporters.engines.sql_terms import in_zone

if TYPE_CHECKING:
    from truegreen_definitions.plan import Records, Values
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["SHOWN", "evidence", "evidence_lines", "head_lines", "over_window"]

SHOWN = "5"


def over_window(windows: list[dict[str, Any]], wanted: str, what: str) -> dict[str, Any]:
    """Return what an answer has of a window.

    Args:
        windows: The answer's.
        wanted: Label of the window.
        what: What was asked, as the message names it: `x is not counted`.

    Raises:
        UsageError: It has no such window.
    """
    found = {one["window"]: one for one in windows}
    if wanted not in found:
        raise UsageError(f"{what} over {wanted!r}: there are {', '.join(found)}")
    return found[wanted]


def evidence(
    asked: Asked,
    service: str,
    parts: Records | Values,
    sql: str,
    rows: dict[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return what stands behind a number, as the part of a document that comes last but one.

    Args:
        asked: For the plan, and for what its sources refused.
        service: Whose number it is: the query runs in its zone.
        parts: How rows are counted.
        sql: The query of the window.
        rows: Samples of each part.
    """
    plan = asked.loaded.plan
    return {
        "sql": f"{in_zone(plan.service(service).zone)}\n{sql}",
        "exclusions": [{"reason": one.reason, "sql": one.sql} for one in parts.exclusions],
        "rows": rows,
        "rejected": {
            one.name: asked.reader.ask("rejects", {"source": one.name, "limit": SHOWN})["rejects"]
            for one in plan.sources
            if one.table == parts.table
        },
    }


def head_lines(name: str, document: dict[str, Any]) -> list[str]:
    """Return the first lines: of what, over which window, where it is defined."""
    return [
        f"Receipt of {name}, window {document['window']}",
        f"  defined in: {document['definition']} (plan {document['plan'][:12]})",
        f"  seen from: {document['at']}",
        f"  from: {document['start'] or 'the beginning'} up to {document['end']}",
    ]


def evidence_lines(document: dict[str, Any]) -> list[str]:
    """Return the lines after those of the query."""
    out = [f"  excluded as {one['reason']}: {one['sql']}" for one in document["exclusions"]]
    for part, rows in document["rows"].items():
        out += [f"  {part} rows, for example:"] * bool(rows)
        out += [f"    {_json(row)}" for row in rows]
    for source, refused in document["rejected"].items():
        out += [f"  refused rows of {source}, the newest:"] * bool(refused)
        for one in refused:
            out.append(f"    {one['path']}:{one['line']}: {one['reason']}: {one['detail']}")
    return [*out, *(f"  closed period: {_json(period)}" for period in document["closed"])]


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, sort_keys=True)
