"""Indicator kind `journey`: whether a robot customer came to the end of a journey.

A run of the journey is over when its last step is done, or with the first step that failed. It is
good when the last step did not fail, however long the steps took: how they felt is `latency`.
Runs are counted when they end, over all locations, and are a `sample` of what customers would
have met. A slot in which no run began is no data.

Fields: `journey`, one of the service, whose last step it visits once; `manual` for people.

Passes:
    kind: journey
    journey: buy

Fails:
    kind: journey
    journey: buys
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.expressions.promql import WINDOW, Matcher, metric_name, with_matchers
from truegreen_definitions.kinds.asked import Asked, IndicatorKind, Lowered
from truegreen_definitions.kinds.scope import matchers_of_scope
from truegreen_definitions.models.indicator import IndicatorSpec, JourneyIndicator
from truegreen_definitions.names import OutcomeValue
from truegreen_definitions.plan import Signal
from truegreen_definitions.suggestions import suggestion

if TYPE_CHECKING:
    from truegreen_definitions.models.journey import JourneySpec

__all__ = ["JOURNEY"]


def _lower(spec: IndicatorSpec, asked: Asked) -> Lowered | None:
    if not isinstance(spec, JourneyIndicator):
        raise InvariantError(f"a journey indicator is expected, not {spec.kind}")
    name = asked.read(spec.journey, "journey")
    journey = _journey(asked, name) if name else None
    if journey is None:
        return None
    *before, last = (visit.step for visit in journey.steps)
    if last in before:
        asked.report(
            "journey/last-step-twice",
            f"the journey `{name}` visits its last step `{last}` before its end too",
            "journey",
            hint="its runs cannot be told from its visits: end it with a step of its own",
        )
        return None
    of = (
        Matcher(names.SERVICE, "=", asked.service.name),
        Matcher(names.JOURNEY, "=", name),
        *matchers_of_scope(asked),
    )
    at_end = Matcher(names.STEP, "=", last)
    ended = _visits(*of, at_end)
    if before:
        early = Matcher(names.STEP, "=~", "|".join(dict.fromkeys(before)))
        failed = Matcher(names.OUTCOME, "=", OutcomeValue.FAILED)
        ended = f"{ended} or {_visits(*of, early, failed)}"
    came = _visits(*of, at_end, Matcher(names.OUTCOME, "!=", OutcomeValue.FAILED))
    return Lowered(parts=Signal(good=f"sum({came})", total=f"sum({ended})"), sampling="sample")


def _journey(asked: Asked, name: str) -> JourneySpec | None:
    mine = {
        key: one.model.spec
        for key, one in asked.catalog.journeys.items()
        if one.model.spec.service == asked.service.name
    }
    if name not in mine and not asked.catalog.may_exist("Journey", name):
        asked.report(
            "reference/unknown",
            f"there is no journey `{name}` of the service `{asked.service.name}`",
            "journey",
            hint=suggestion(name, mine) if mine else "define a Journey of this service",
        )
    return mine.get(name)


def _visits(*matchers: Matcher) -> str:
    selector = with_matchers(metric_name(names.STEP_OUTCOMES.name), matchers)
    return f"increase({selector}[{WINDOW}])"


JOURNEY = IndicatorKind("journey", _lower)
