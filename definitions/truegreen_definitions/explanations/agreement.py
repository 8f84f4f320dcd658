"""An agreement explained: what is promised, how it is counted, what follows, who answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.backing import backed_share, backing
from truegreen_definitions.explanations.answers import answers
from truegreen_definitions.explanations.boards import board_lines
from truegreen_definitions.explanations.explanation import Explanation, Fact, fact
from truegreen_definitions.explanations.series import (
    alert_lines,
    group_lines,
    rules_about,
    series_lines,
)
from truegreen_definitions.plan import Records
from truegreen_definitions.units import duration_label, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from truegreen_definitions.artifacts import Artifact
    from truegreen_definitions.plan import Agreement, Plan, Signal

__all__ = ["explain_agreement", "promise_words"]

_JUDGED = {
    "census": "every case counts: judged by arithmetic",
    "sample": "a sample: judged with a Wilson interval of 95 %",
}


def promise_words(agreement: Agreement) -> str:
    """Return the promise in words: `99.9% over 30d, SLA`."""
    return f"{percent(agreement.objective)} over {agreement.window.label}, {agreement.kind.upper()}"


def explain_agreement(
    plan: Plan, agreement: Agreement, artifacts: Sequence[Artifact]
) -> Explanation:
    """Return what follows from an agreement."""
    labels = {names.SERVICE: agreement.service, names.AGREEMENT: agreement.name}
    rules = rules_about(plan, agreement.service, labels)
    recorded = [line.partition(" ")[0] for line in series_lines(rules)]
    metrics = [*recorded, *_exported(agreement)]
    return Explanation(
        id=agreement.id,
        what="agreement",
        title=agreement.title,
        origin=agreement.origin,
        facts=(
            *fact("description", agreement.description),
            *fact("promise", promise_words(agreement)),
            *fact("depends on", _depends_on(agreement)),
            *fact("needed by", _needed_by(plan, agreement)),
            *fact("indicator", agreement.indicator),
            *fact("step", agreement.step),
            *_measured(agreement.parts),
            *fact("sampling", _JUDGED[agreement.sampling]),
            *fact("windows", _windows(agreement)),
            *fact("rules", group_lines(plan, agreement.service, rules)),
            *fact("series", series_lines(rules)),
            *fact("exported", _exported(agreement)),
            *fact("alerts", alert_lines(rules)),
            *fact("boards", board_lines(artifacts, metrics, labels)),
            *answers(plan, agreement.owner, agreement.vendor),
        ),
    )


def _depends_on(agreement: Agreement) -> Iterator[str]:
    """Yield the promises it rests on, and what is left when all of them are just kept."""
    shares = []
    for one in agreement.depends_on:
        yield f"{one.on}: {percent(one.objective)} over {one.window.label}"
        shares.append(backed_share(one.objective, one.window, agreement.window))
    known = [share for share in shares if share is not None]
    if known:
        backed = backing(known)
        words = f"they back {percent(backed.independent)} over {agreement.window.label}"
        together = f", {percent(backed.together)} where they fail at the same moments"
        yield words + (together if len(known) > 1 else "")


def _needed_by(plan: Plan, agreement: Agreement) -> Iterator[str]:
    for other in plan.agreements:
        if any(one.by == "us" and one.on == agreement.id for one in other.depends_on):
            yield f"{other.id}: {promise_words(other)}"


def _measured(parts: Signal | Records) -> tuple[Fact, ...]:
    if not isinstance(parts, Records):
        return (
            *fact("measured by", "signal: counters in Prometheus"),
            *fact("good", parts.good),
            *fact("total", parts.total),
        )
    mature = duration_label(parts.mature_after_seconds)
    excluded = (f"{one.sql}  -- {one.reason}" for one in parts.exclusions)
    return (
        *fact("measured by", f"records: rows of table `{parts.table}`, by the time `{parts.at}`"),
        *fact("good", parts.good),
        *fact("total", parts.total),
        *fact("only where", parts.where),
        *fact("excluded", excluded),
        *fact("pending until", f"{mature} old" if parts.mature_after_seconds else ""),
        *fact("least sample", str(parts.min_sample) if parts.min_sample else ""),
    )


def _windows(agreement: Agreement) -> Iterator[str]:
    for one in agreement.windows:
        roles = ["judged"] * one.judged + ["live"] * one.live + ["burn rate"] * one.burns
        yield f"{one.label} ({', '.join(roles)})" if roles else one.label


def _exported(agreement: Agreement) -> tuple[str, ...]:
    return (names.WINDOW_EVENTS.name,) if isinstance(agreement.parts, Records) else ()
