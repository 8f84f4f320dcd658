"""The receipt of a service: what its closed months say, and what each was judged by.

See `document` for what it holds; the queries in it count the cases again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from truegreen_exporters.accountability.watermelon.render import text

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["is_service", "service_receipt", "service_text"]

FORMAT = 1


def is_service(plan: Plan, name: str) -> bool:
    """Return whether a name is that of a service."""
    return any(service.name == name for service in plan.services)


def service_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt of a service as plain data."""
    found = asked.reader.ask("watermelon", {"service": asked.name, **asked.moment})
    return {"format": FORMAT, **found}


def service_text(document: dict[str, Any]) -> str:
    """Return the receipt of a service to be read."""
    return f"Receipt of {text(document)}"
