"""Journeys of the plan, compiled: everything that can be known before the first request.

Compiling finds what is missing or wrong (a secret, a variable that nothing extracts), so that a
run can only fail for reasons of the system under test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.expressions.templates import check_variables
from truegreen_definitions.target import parse_target
from truegreen_synthetics.assertions import compile_assertion
from truegreen_synthetics.jsonpath import getter
from truegreen_synthetics.rendering import secret_names
from truegreen_synthetics.steps import compile_action
from truegreen_synthetics.steps.step_type import Kit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from truegreen_definitions import plan
    from truegreen_definitions.plan import Client
    from truegreen_definitions.secret_values import Secrets
    from truegreen_definitions.target import Target
    from truegreen_synthetics.steps.step_type import Check, CompiledAction

__all__ = ["CompiledCleanup", "CompiledJourney", "CompiledStep", "compile_journey", "secrets_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStep:
    """A step: what it does, what it takes from the response, and what must hold of that.

    Attributes:
        extract: (variable, getter of its value) pairs.
        checks: Each returns what is wrong, or nothing.
    """

    name: str
    satisfied_seconds: float
    tolerated_seconds: float
    timeout_seconds: float
    action: CompiledAction
    extract: tuple[tuple[str, Callable[[object], object]], ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledCleanup:
    """What undoes what the journey made once the variable `when` has a value."""

    when: str
    action: CompiledAction


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledJourney:
    """A journey that is ready to run.

    Attributes:
        cleanup_seconds: Time a cleanup has: the longest timeout of the steps.
        mask: Takes secrets out of a text.
        client: How its requests travel.
    """

    name: str
    service: str
    every_seconds: float
    target: Target
    steps: tuple[CompiledStep, ...]
    cleanup: tuple[CompiledCleanup, ...]
    cleanup_seconds: float
    mask: Callable[[str], str]
    client: Client


def secrets_of(journey: plan.Journey) -> frozenset[str]:
    """Return the names of the secrets a journey needs."""
    return secret_names(journey.texts)


def compile_journey(
    journey: plan.Journey, synthetic: plan.Synthetic | None, secrets: Secrets, agent: str
) -> CompiledJourney:
    """Return a journey that is ready to run.

    Args:
        journey: Of the plan.
        synthetic: The mark of synthetic traffic, sent with every request.
        secrets: All that `secrets_of` names.
        agent: Value of the `User-Agent` header.

    Raises:
        TerminalError: Something of it cannot be run; the message has the definition's line.
    """
    known: set[str] = set()
    steps = []
    place = journey.origin
    try:
        target = parse_target(journey.target)
        kit = Kit(secrets=secrets, agent=agent, mark=synthetic, target=target)
        for step in journey.steps:
            place = step.origin
            steps.append(_step(step, _checked(step.action, known, kit)))
            known.update(extraction.name for extraction in step.extract)
        cleanup = []
        for undo in journey.cleanup:
            place = undo.origin
            check_variables(f"${{{undo.when}}}", known)
            cleanup.append(
                CompiledCleanup(when=undo.when, action=_checked(undo.action, known, kit))
            )
    except ValueError as error:
        raise TerminalError(f"{place}: journey {journey.name} cannot run: {error}") from error
    return CompiledJourney(
        name=journey.name,
        service=journey.service,
        every_seconds=journey.every_seconds,
        target=target,
        steps=tuple(steps),
        cleanup=tuple(cleanup),
        cleanup_seconds=max(step.timeout_seconds for step in steps),
        mask=secrets.mask,
        client=journey.client,
    )


def _checked(action: plan.Action, known: Collection[str], kit: Kit) -> CompiledAction:
    for text in action.texts:
        check_variables(text, known)
    return compile_action(action, kit)


def _step(step: plan.JourneyStep, action: CompiledAction) -> CompiledStep:
    asserted = tuple(compile_assertion(assertion) for assertion in step.asserts)
    about_status = any(assertion.subject == "status" for assertion in step.asserts)
    return CompiledStep(
        name=step.step,
        satisfied_seconds=step.satisfied_seconds,
        tolerated_seconds=step.tolerated_seconds,
        timeout_seconds=step.timeout_seconds,
        action=action,
        extract=tuple((one.name, getter(one.path)) for one in step.extract),
        checks=asserted if about_status else (*action.usual_checks, *asserted),
    )
