"""A measure explained: what is measured, over which rows, what was promised, who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.explanations.answers import answers
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.explanations.explanation import Explanation, Fact, fact
from truegreen_definitions.explanations.series import (
    alert_lines,
    group_lines,
    rules_about,
    series_lines,
)
from truegreen_definitions.units import duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Measurement, Plan, Values

__all__ = ["explain_measurement"]

_EXPORTED = (names.WINDOW_VALUE.name, names.WINDOW_SAMPLE.name)


def explain_measurement(
    plan: Plan, measurement: Measurement, artifacts: Sequence[Artifact]
) -> Explanation:
    """Return what follows from a measure."""
    promised = measurement.bound is not None
    label = names.AGREEMENT if promised else names.MEASURE
    labels = {names.SERVICE: measurement.service, label: measurement.name}
    rules = rules_about(plan, measurement.service, labels) if promised else ()
    recorded = [line.partition(" ")[0] for line in series_lines(rules)]
    return Explanation(
        id=measurement.id,
        what="agreement about a value" if promised else "measure",
        title=measurement.title,
        origin=measurement.origin,
        facts=(
            *fact("description", measurement.description),
            *fact("promise", _promise(measurement)),
            *fact("indicator", measurement.indicator),
            *_measured(measurement.parts),
            *fact("windows", (one.label for one in measurement.windows)),
            *fact("rules", group_lines(plan, measurement.service, rules) if rules else ()),
            *fact("series", series_lines(rules)),
            *fact("exported", _EXPORTED),
            *fact("alerts", alert_lines(rules)),
            *fact("boards", board_lines(artifacts, [*recorded, *_EXPORTED], labels)),
            *answers(plan, measurement.owner, measurement.vendor),
        ),
    )


def _promise(measurement: Measurement) -> str:
    bound, unit = measurement.bound, measurement.parts.unit
    if bound is None:
        return ""
    timed = unit == "seconds"
    amount = duration_label(bound.target) if timed else f"{number_text(bound.target)} {unit}"
    words = bound.direction.replace("_", " ")
    return f"{words} {amount.rstrip()} over {measurement.window.label}, {measurement.kind.upper()}"


def _measured(parts: Values) -> tuple[Fact, ...]:
    which = f" {number_text(parts.quantile)}" if parts.quantile is not None else ""
    by = f" by {duration_label(parts.rate_seconds)}" if parts.rate_seconds else ""
    alive = f", alive until `{parts.until}`" if parts.until else ""
    mature = duration_label(parts.mature_after_seconds) if parts.mature_after_seconds else ""
    elapsed = parts.elapsed
    took = f"{elapsed.start} to {elapsed.end or 'the end of the window'}" if elapsed else ""
    return (
        *fact("measured by", f"rows of table `{parts.table}`, by the time `{parts.at}`{alive}"),
        *fact("aggregate", f"{parts.aggregate}{which}{by}"),
        *fact("value", parts.value),
        *fact("duration", took),
        *fact("weighted by", elapsed.weight if elapsed else ""),
        *fact("overlaps", "count once, by the greatest weight" if elapsed and elapsed.once else ""),
        *fact("clock", f"calendar `{elapsed.calendar}`" if elapsed and elapsed.calendar else ""),
        *fact("divided by", parts.denominator or (parts.over.table if parts.over else "")),
        *fact("unit", parts.unit),
        *fact("only where", parts.where),
        *fact("of each", f"{parts.each} by `{parts.per}`" if parts.each else ""),
        *fact("excluded", (f"{one.sql}  -- {one.reason}" for one in parts.exclusions)),
        *fact("pending until", f"{mature} old" if mature else ""),
        *fact("least sample", str(parts.min_sample) if parts.min_sample else ""),
        *fact("cohort", parts.cohort),
    )
