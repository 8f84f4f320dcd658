"""The receipt of what rules alone make: of a production, and of a step that no rows follow.

It has what was declared and the expressions of the recorded series, which Prometheus answers for
any moment; it rests on no rows of ours.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.rule import Recording
from truegreen_definitions.explanations.series import rules_about
from truegreen_exporters.receipt.kind import is_promised

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from truegreen_definitions.plan import Plan, Production, Service, Step
    from truegreen_exporters.receipt.kind import Asked

__all__ = ["is_recorded", "recorded_receipt", "recorded_text", "series_lines", "series_of"]

FORMAT = 1


def is_recorded(plan: Plan, name: str) -> bool:
    """Return whether an id is that of a production or a step, and of no promise."""
    return _found(plan, name) is not None and not is_promised(plan, name)


def recorded_receipt(asked: Asked) -> dict[str, Any]:
    """Return the receipt as plain data."""
    plan, found = asked.loaded.plan, _found(asked.loaded.plan, asked.name)
    if found is None:
        return {}
    service, line, step = found
    labels = {names.SERVICE: service.name}
    labels |= {names.STEP: step.name} if step else {}
    labels |= {names.PRODUCTION: line.name} if line else {}
    return {
        "format": FORMAT,
        "recorded": asked.name,
        "definition": str(step.origin if step else service.origin),
        "plan": asked.loaded.digest,
        "declared": _declared(line) if line else _thresholds(step),
        "series": [*series_of(plan, service, labels)],
    }


def recorded_text(document: dict[str, Any]) -> str:
    """Return the receipt to be read."""
    out = [f"Receipt of {document['recorded']}"]
    out += [f"  defined in: {document['definition']} (plan {document['plan'][:12]})"]
    out += [f"  {name}: {value}" for name, value in document["declared"].items() if value]
    return "\n".join([*out, *series_lines(document["series"])]) + "\n"


def series_lines(series: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield recorded series with their expressions."""
    for one in series:
        labels = ", ".join(f'{name}="{value}"' for name, value in one["labels"].items())
        yield f"  {one['name']}{{{labels}}} ="
        yield from (f"    {line}" for line in one["expr"].splitlines())


def _found(plan: Plan, name: str) -> tuple[Service, Production | None, Step | None] | None:
    of, _, part = name.partition("/")
    for service in (one for one in plan.services if one.name == of):
        line = next((one for one in service.production if one.name == part), None)
        step = next((one for one in service.steps if one.name == part), None)
        if line or step:
            return service, line, step
    return None


def _declared(line: Production) -> dict[str, str]:
    plain = {name: value for name, value in asdict(line).items() if name != "at_risk"}
    told = {name: "" if value is None else str(value) for name, value in plain.items()}
    return told | {f"at risk by {one.agreement}, weight": str(one.weight) for one in line.at_risk}


def _thresholds(step: Step | None) -> dict[str, str]:
    if step is None:
        return {}
    return {
        "vendor": step.vendor,
        "satisfied_seconds": str(step.satisfied_seconds or ""),
        "tolerated_seconds": str(step.tolerated_seconds or ""),
    }


def series_of(plan: Plan, service: Service, labels: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the recorded series of a service with these labels, and their expressions."""
    for _, rule in rules_about(plan, service.name, labels):
        if isinstance(rule, Recording):
            yield {"name": rule.metric.name, "labels": dict(rule.labels), "expr": rule.expr}
