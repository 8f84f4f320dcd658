"""The receipt of a measure: its value over a window with the parts, the SQL and sample rows.

The SQL gives rows, pending, excluded, the upper and the lower sum, and what a rank or a count of
different values gives; durations are microseconds in it. Its digest is made as that of every
receipt (`receipt`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_exporters.digests import digest
from truegreen_exporters.intake.mapping import literal

if TYPE_CHECKING:
    from datetime import datetime

    from truegreen_definitions.plan import Plan
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.reading.reader import Reader

__all__ = ["is_measure", "value_receipt", "value_text"]

FORMAT = 1
SHOWN = "5"
_SAMPLES = ("counted", "pending", "excluded")
_TOLD = ("window", "start", "end", "value", "lower", "upper", "total", "pending", "excluded")
_SUMS = ("numerator", "denominator")


def is_measure(plan: Plan, name: str) -> bool:
    """Return whether an id is that of a measure."""
    return any(one.id == name for one in plan.measurements)


def value_receipt(
    loaded: LoadedPlan,
    name: str,
    reader: Reader,
    *,
    at: datetime | None,
    window: str | None,
) -> dict[str, Any]:
    """Return a receipt as plain data, with its digest.

    Args:
        loaded: The plan.
        name: Id of a measure.
        reader: Of the records.
        at: The moment it is seen from; None: now.
        window: The window; None: the measure's own.

    Raises:
        UsageError: It has no such window.
    """
    plan = loaded.plan
    measurement = next(one for one in plan.measurements if one.id == name)
    moment = {} if at is None else {"at": at.isoformat()}
    measured = reader.ask("value", {"measure": name, **moment})
    found = {one["window"]: one for one in measured["windows"]}
    wanted = window or measurement.window.label
    if wanted not in found:
        raise UsageError(f"{name} is not measured over {wanted!r}: there are {', '.join(found)}")
    about = {"measure": name, "window": wanted, "at": measured["at"], "limit": SHOWN}
    values = measurement.parts
    document = {
        "format": FORMAT,
        "measure": name,
        "definition": str(measurement.origin),
        "plan": measured["plan"],
        "at": measured["at"],
        "aggregate": values.aggregate,
        "unit": values.unit,
        **{key: found[wanted][key] for key in (*_TOLD, *_SUMS)},
        "sql": f"SET TimeZone = {literal(plan.service(measurement.service).zone)};\n"
        + found[wanted]["sql"],
        "exclusions": [{"reason": one.reason, "sql": one.sql} for one in values.exclusions],
        "rows": {
            part: reader.ask("value_rows", {**about, "part": part})["rows"] for part in _SAMPLES
        },
        "rejected": {
            one.name: reader.ask("rejects", {"source": one.name, "limit": SHOWN})["rejects"]
            for one in plan.sources
            if one.table == values.table
        },
        "closed": reader.ask("closed_values", {"measure": name})["periods"],
    }
    return {**document, "digest": digest(document)}


def value_text(document: dict[str, Any]) -> str:
    """Return a receipt to be read."""
    out = [f"Receipt of {document['measure']}, window {document['window']}"]
    out += [f"  defined in: {document['definition']} (plan {document['plan'][:12]})"]
    out += [f"  seen from: {document['at']}"]
    out += [f"  from: {document['start'] or 'the beginning'} up to {document['end']}"]
    value = "none" if document["value"] is None else f"{document['value']} {document['unit']}"
    out += [f"  value ({document['aggregate']}): {value}"]
    if document["lower"] not in (None, document["value"]):
        out += [f"  interval: {document['lower']} to {document['upper']}"]
    out += [f"  rows: {document['total']}"]
    out += [f"  {part}: {document[part]}" for part in ("pending", "excluded")]
    out += [f"  {part}: {document[part]}" for part in _SUMS if document[part] is not None]
    out += ["  measured by:", *(f"    {line}" for line in document["sql"].splitlines())]
    for one in document["exclusions"]:
        out.append(f"  excluded as {one['reason']}: {one['sql']}")
    for part, rows in document["rows"].items():
        out += [f"  {part} rows, for example:"] * bool(rows)
        out += [f"    {json.dumps(row, ensure_ascii=False, sort_keys=True)}" for row in rows]
    for source, refused in document["rejected"].items():
        out += [f"  refused rows of {source}, the newest:"] * bool(refused)
        for one in refused:
            out.append(f"    {one['path']}:{one['line']}: {one['reason']}: {one['detail']}")
    for period in document["closed"]:
        out.append(f"  closed period: {json.dumps(period, ensure_ascii=False, sort_keys=True)}")
    return "\n".join([*out, f"  digest: {document['digest']}"]) + "\n"
