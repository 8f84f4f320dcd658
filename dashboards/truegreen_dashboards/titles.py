"""Titles for the names that stand in labels, so that people read what they know."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan

__all__ = ["titles_of", "window_title"]


def titles_of(plan: Plan) -> dict[str, dict[str, str]]:
    """Return titles by label and value; agreements, measures and steps by `service/name`."""
    return {
        "service": {one.name: one.title for one in plan.services},
        "vendor": {one.name: one.title for one in plan.vendors},
        "contract": {one.name: one.title for one in plan.contracts},
        "owner": {one.name: one.title for one in plan.teams},
        "agreement": {one.id: one.title for one in plan.agreements}
        | {one.id: one.title for one in plan.measurements},
        "step": {
            f"{service.name}/{step.name}": step.title
            for service in plan.services
            for step in service.steps
        },
    }


def window_title(window: str) -> str:
    """Return the label of a window as people say it: `last month`."""
    return window.replace("prev_", "last ")
