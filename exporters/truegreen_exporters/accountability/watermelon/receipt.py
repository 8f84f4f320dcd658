"""The receipt of a service: what its closed months say, and what each was judged by.

See `document` for what it holds; the queries in it count the cases again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_definitions import names
from truegreen_exporters.accountability.recorded_receipt import series_lines, series_of
from truegreen_exporters.accountability.watermelon.render import text

if TYPE_CHECKING:
    from truegreen_definitions.names import Metric
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["RECORDED", "is_service", "service_receipt", "service_text"]

FORMAT = 1
RECORDED: tuple[Metric, ...] = (
    names.WATERMELON,
    names.OVERRUN_RUNS,
    names.PROCESS_OVERRUN,
    names.OVERRUN_UNATTRIBUTED,
)
"""What rules make of the whole service, now and over windows; the receipt has their expressions."""


def is_service(plan: Plan, name: str) -> bool:
    """Return whether a name is that of a service."""
    return any(service.name == name for service in plan.services)


def service_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt of a service as plain data."""
    plan = asked.loaded.plan
    found = asked.reader.ask("watermelon", {"service": asked.name, **asked.moment})
    recorded = series_of(plan, plan.service(asked.name), {names.SERVICE: asked.name})
    live = [one for one in recorded if one["name"] in {metric.name for metric in RECORDED}]
    return {"format": FORMAT, **found, "live": live}


def service_text(document: dict[str, Any]) -> str:
    """Return the receipt of a service to be read."""
    return (
        "\n".join([f"Receipt of {text(document)}".rstrip(), *series_lines(document["live"])]) + "\n"
    )
