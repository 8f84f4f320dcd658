"""The receipt of a step: what became of the cases that came to it, and which were the slowest.

The query it names gives the rows of all cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions.units import number_text
from truegreen_exporters.engines.sql_terms import in_zone

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["is_step", "step_receipt", "step_text"]

FORMAT = 1
SHOWN = "5"
SECOND = 1_000_000


def is_step(plan: Plan, name: str) -> bool:
    """Return whether an id is that of a step that is followed, and of nothing else counted."""
    service, _, step = name.partition("/")
    counted = {one.id for one in plan.agreements} | {one.id for one in plan.measurements}
    followed = (found for found in plan.services if found.name == service)
    return name not in counted and any(
        step == one.name for found in followed for one in found.followed
    )


def step_receipt(asked: Asked) -> dict[str, Any]:
    """Return a receipt as plain data; by default of the first window that cases are counted over.

    Args:
        asked: For `service/step`.
    """
    service, _, step = asked.name.partition("/")
    about = {"service": service, "step": step, "limit": SHOWN, **asked.moment}
    about |= {"window": asked.window} if asked.window else {}
    found = asked.reader.ask("step", about)
    owner = asked.loaded.plan.service(service)
    declared = next(one for one in owner.followed if one.name == step)
    zone = f"{in_zone(owner.zone)}\n"
    return {
        "format": FORMAT,
        "step": asked.name,
        "definition": str(declared.origin),
        "vendor": declared.vendor,
        "satisfied_seconds": declared.satisfied_seconds,
        "tolerated_seconds": declared.tolerated_seconds,
        "hours": declared.calendar,
        **{key: value for key, value in found.items() if key not in {"service", "step"}},
        "sql": zone + found["sql"],
    }


def step_text(document: dict[str, Any]) -> str:
    """Return a receipt to be read."""
    hours = f" in {document['hours']}" if document["hours"] else ""
    spent = {key: _seconds(value) for key, value in document["microseconds"].items()}
    out = [
        f"Receipt of {document['step']}, window {document['window']}",
        f"  defined in: {document['definition']} (plan {document['plan'][:12]})",
        f"  tolerated up to {number_text(document['tolerated_seconds'])} s{hours}",
        f"  seen from: {document['at']}",
        f"  from: {document['start'] or 'the beginning'} up to {document['end']}",
        *(f"  {outcome}: {count}" for outcome, count in document["outcomes"].items()),
        f"  reworked: {document['reworked']}",
        f"  worked: {spent['worked']}, waited: {spent['waited']}, above: {spent['overrun']}",
    ]
    for one in document["shares"]:
        out.append(
            f"  {one['over']} of {one['cases']} cases are above the target by "
            f"{_seconds(one['overrun'])} ({one['method']}, from {one['origin']}):"
        )
        out += [f"    {step}: {_seconds(part)}" for step, part in one["by_step"].items()]
        out.append(f"    unattributed: {_seconds(one['unattributed'])}")
    out += ["  the slowest:"] * bool(document["slowest"])
    out += [
        f"    {case['case']}: {case['outcome']}, {_seconds(case['took'])} since {case['begun']}"
        + (f", done {case['done']}" if case["done"] else ", open")
        for case in document["slowest"]
    ]
    return "\n".join(out) + "\n"


def _seconds(microseconds: int) -> str:
    return f"{number_text(microseconds / SECOND)} s"
