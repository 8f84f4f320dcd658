"""The definitions that a draft becomes: a service with its steps, and the journey.

Thresholds are a beginning: three times what was recorded is satisfied, at least 200 ms, and four
times that tolerated.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.emitters.yaml_text import dumps

if TYPE_CHECKING:
    from truegreen_definitions.emitters.yaml_text import Value
    from truegreen_synthetics.har.draft import Draft
    from truegreen_synthetics.har.step import DraftStep

__all__ = ["definitions"]

HEAD = "# A draft from a recording: look over names, thresholds and assertions.\n"
LEAST_SATISFIED_MS = 200


def definitions(draft: Draft, *, name: str, service: str, owner: str, location: str) -> str:
    """Return a draft as YAML: two documents that `truegreen check` accepts beside a team."""
    promised: dict[str, Value] = {
        "apiVersion": "truegreen/v1",
        "kind": "Service",
        "metadata": {"name": service, "title": service.replace("-", " ").capitalize()},
        "spec": {
            "owner": owner,
            "zone": "UTC",
            "steps": [{"name": step.name, "latency": _latency(step)} for step in draft.steps],
        },
    }
    journey: dict[str, Value] = {
        "apiVersion": "truegreen/v1",
        "kind": "Journey",
        "metadata": {"name": name},
        "spec": {
            "service": service,
            "every": "60s",
            "locations": [location],
            "target": draft.target,
            "steps": [_step(step) for step in draft.steps],
        },
    }
    return f"{HEAD}{dumps(promised)}---\n{dumps(journey)}"


def _latency(step: DraftStep) -> dict[str, str]:
    satisfied = max(LEAST_SATISFIED_MS, round(3 * step.seconds * 10) * 100)
    return {"satisfied": f"{satisfied}ms", "tolerated": f"{4 * satisfied}ms"}


def _step(step: DraftStep) -> dict[str, Value]:
    request: dict[str, Value] = {step.method.lower(): step.path}
    if step.body is not None:
        request["form" if step.form else "json"] = _value(step.body)
    if step.headers:
        request["headers"] = dict(step.headers)
    found: dict[str, Value] = {"step": step.name, "request": request}
    if step.extract:
        found["extract"] = {
            name: place if isinstance(place, str) else dict(place)
            for name, place in step.extract.items()
        }
    found["assert"] = [{"status": step.status}]
    return found


def _value(node: object) -> Value:
    """Return JSON as what YAML is written from; a key without a value is left out."""
    if isinstance(node, dict):
        return {str(key): _value(value) for key, value in node.items() if value is not None}
    if isinstance(node, list):
        return [_value(value) for value in node if value is not None]
    if isinstance(node, float):
        return Decimal(repr(node))
    return node if isinstance(node, str | int) else str(node)
