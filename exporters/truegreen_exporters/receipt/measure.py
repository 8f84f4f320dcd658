"""The receipt of a measure: its value over a window with the parts, the SQL and sample rows.

The SQL gives rows, pending, excluded, the upper and the lower sum, and what a rank or a count of
different values gives; durations are microseconds in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_exporters.receipt.counted import (
    SHOWN,
    evidence,
    evidence_lines,
    head_lines,
    over_window,
)

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["is_measure", "measure_receipt", "measure_text"]

FORMAT = 1
_SAMPLES = ("counted", "pending", "excluded")
_TOLD = ("window", "start", "end", "value", "lower", "upper", "total", "pending", "excluded")
_SUMS = ("numerator", "denominator")


def is_measure(plan: Plan, name: str) -> bool:
    """Return whether an id is that of a measure."""
    return any(one.id == name for one in plan.measurements)


def measure_receipt(asked: Asked) -> dict[str, Any]:
    """Return a receipt as plain data.

    Raises:
        UsageError: It has no such window.
    """
    name, reader = asked.name, asked.reader
    measurement = next(one for one in asked.loaded.plan.measurements if one.id == name)
    measured = reader.ask("value", {"measure": name, **asked.moment})
    window = asked.window or measurement.window.label
    found = over_window(measured["windows"], window, f"{name} is not measured")
    about = {"measure": name, "window": window, "at": measured["at"], "limit": SHOWN}
    values = measurement.parts
    rows = {part: reader.ask("value_rows", {**about, "part": part})["rows"] for part in _SAMPLES}
    return {
        "format": FORMAT,
        "measure": name,
        "definition": str(measurement.origin),
        "plan": measured["plan"],
        "at": measured["at"],
        "aggregate": values.aggregate,
        "unit": values.unit,
        **{key: found[key] for key in (*_TOLD, *_SUMS)},
        **evidence(asked, measurement.service, values, found["sql"], rows),
        "closed": reader.ask("closed_values", {"measure": name})["periods"],
    }


def measure_text(document: dict[str, Any]) -> str:
    """Return a receipt to be read."""
    out = head_lines(document["measure"], document)
    value = "none" if document["value"] is None else f"{document['value']} {document['unit']}"
    out += [f"  value ({document['aggregate']}): {value}"]
    if document["lower"] not in (None, document["value"]):
        out += [f"  interval: {document['lower']} to {document['upper']}"]
    out += [f"  rows: {document['total']}"]
    out += [f"  {part}: {document[part]}" for part in ("pending", "excluded")]
    out += [f"  {part}: {document[part]}" for part in _SUMS if document[part] is not None]
    out += ["  measured by:", *(f"    {line}" for line in document["sql"].splitlines())]
    return "\n".join([*out, *evidence_lines(document)]) + "\n"
