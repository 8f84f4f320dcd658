"""The receipt of an agreement that is counted from records: its parts, and rows of each.

It has the line of the definition, the SQL that counts the parts, the parts, sample rows of each
(good, bad, pending, excluded), the newest rows that its sources refused, and the revisions of its
closed periods.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.plan import Records
from truegreen_exporters.asked import questions
from truegreen_exporters.receipt.counted import (
    SHOWN,
    evidence,
    evidence_lines,
    head_lines,
    over_window,
)

if TYPE_CHECKING:
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["agreement_receipt", "agreement_text"]

FORMAT = 1
_PARTS = ("good", "bad", "pending", "excluded")


def agreement_receipt(asked: Asked) -> dict[str, Any]:
    """Return a receipt as plain data.

    Raises:
        UsageError: No such agreement is counted from records, or it has no such window.
    """
    name, reader = asked.name, asked.reader
    agreement = next((one for one, _ in questions(asked.loaded.plan) if one.id == name), None)
    if agreement is None or not isinstance(agreement.parts, Records):
        raise UsageError(f"{name} is not counted from records, so there is no receipt of rows")
    counted = reader.ask("parts", {"agreement": name, **asked.moment})
    window = asked.window or agreement.windows[0].window.label
    found = over_window(counted["windows"], window, f"{name} is not counted")
    about = {"agreement": name, "window": window, "at": counted["at"], "limit": SHOWN}
    rows = {part: _sample(asked, {**about, "part": part}) for part in _PARTS}
    return {
        "format": FORMAT,
        "agreement": name,
        "definition": str(agreement.origin),
        "plan": counted["plan"],
        "at": counted["at"],
        **{key: found[key] for key in ("window", "start", "end", "good", "total")},
        **{key: found[key] for key in ("pending", "excluded")},
        **evidence(asked, agreement.service, agreement.parts, found["sql"], rows),
        "closed": reader.ask("closed", {"agreement": name})["periods"],
    }


def agreement_text(document: dict[str, Any]) -> str:
    """Return a receipt to be read."""
    out = head_lines(document["agreement"], document)
    out += [f"  {part}: {document[part]}" for part in ("good", "total", "pending", "excluded")]
    out += ["  counted by:", *(f"    {line}" for line in document["sql"].splitlines())]
    return "\n".join([*out, *evidence_lines(document)]) + "\n"


def _sample(asked: Asked, about: dict[str, str]) -> list[dict[str, Any]]:
    plain = json.loads(json.dumps(asked.reader.ask("rows", about), default=str))
    columns = plain["columns"]
    return [
        row if isinstance(row, dict) else dict(zip(columns, row, strict=True))
        for row in plain["rows"]
    ]
