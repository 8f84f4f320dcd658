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
from truegreen_synthetics.assertions import acceptable_status, compile_assertion
from truegreen_synthetics.client import Request
from truegreen_synthetics.jsonpath import getter
from truegreen_synthetics.rendering import header_text, json_body, secret_names, url_path

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from truegreen_definitions import plan
    from truegreen_definitions.target import Target
    from truegreen_synthetics.rendering import Renderer
    from truegreen_synthetics.responses import Response
    from truegreen_synthetics.secret_values import Secrets

__all__ = [
    "CompiledCleanup",
    "CompiledJourney",
    "CompiledRequest",
    "CompiledStep",
    "compile_journey",
    "secrets_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRequest:
    """A request whose texts wait for variables.

    Attributes:
        headers: Names in lower case, sorted.
        body: None for no body.
    """

    method: str
    path: Renderer
    headers: tuple[tuple[str, Renderer], ...]
    body: Renderer | None

    def prepare(
        self, variables: Mapping[str, object], more: tuple[tuple[str, str], ...]
    ) -> Request:
        """Return the request with its variables filled in and more headers added.

        Raises:
            RenderError: A variable has no value or one that does not fit.
        """
        headers = tuple([(name, value(variables)) for name, value in self.headers])
        body = b"" if self.body is None else self.body(variables).encode()
        return Request(
            method=self.method, path=self.path(variables), headers=headers + more, body=body
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStep:
    """A step: its request, what it takes from the response, and what must hold of that.

    Attributes:
        extract: (variable, getter of its value) pairs.
        checks: Each returns what is wrong, or nothing.
    """

    name: str
    satisfied_seconds: float
    tolerated_seconds: float
    timeout_seconds: float
    request: CompiledRequest
    extract: tuple[tuple[str, Callable[[object], object]], ...]
    checks: tuple[Callable[[Response], str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledCleanup:
    """A request that undoes what the journey made once the variable `when` has a value."""

    when: str
    request: CompiledRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledJourney:
    """A journey that is ready to run.

    Attributes:
        cleanup_seconds: Time a cleanup request has: the longest timeout of the steps.
        mask: Takes secrets out of a text.
    """

    name: str
    service: str
    every_seconds: float
    target: Target
    steps: tuple[CompiledStep, ...]
    cleanup: tuple[CompiledCleanup, ...]
    cleanup_seconds: float
    mask: Callable[[str], str]


def secrets_of(journey: plan.Journey) -> frozenset[str]:
    """Return the names of the secrets a journey needs."""
    requests = [step.request for step in journey.steps]
    requests += [undo.request for undo in journey.cleanup]
    return secret_names(text for request in requests for text in _texts(request))


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
    common = {"accept": "*/*", "accept-encoding": "gzip", "user-agent": agent}
    mark = {} if synthetic is None else {synthetic.header.lower(): synthetic.value}
    request = _RequestCompiler(common, mark, secrets)
    known: set[str] = set()
    steps = []
    place = journey.origin
    try:
        target = parse_target(journey.target)
        for step in journey.steps:
            place = step.origin
            steps.append(_step(step, request.compile(step.request, known)))
            known.update(extraction.name for extraction in step.extract)
        cleanup = []
        for undo in journey.cleanup:
            place = undo.origin
            check_variables(f"${{{undo.when}}}", known)
            compiled = request.compile(undo.request, known)
            cleanup.append(CompiledCleanup(when=undo.when, request=compiled))
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
    )


@dataclass(frozen=True, slots=True)
class _RequestCompiler:
    common: Mapping[str, str]
    mark: Mapping[str, str]
    secrets: Secrets

    def compile(self, request: plan.Request, known: Collection[str]) -> CompiledRequest:
        for text in _texts(request):
            check_variables(text, known)
        own = {name.lower(): value for name, value in request.headers}
        typed = {"content-type": "application/json"} if request.json else {}
        headers = {**self.common, **typed, **own, **self.mark}
        return CompiledRequest(
            method=request.method,
            path=url_path(request.path, self.secrets),
            headers=tuple((n, header_text(v, self.secrets)) for n, v in sorted(headers.items())),
            body=json_body(request.json, self.secrets) if request.json else None,
        )


def _step(step: plan.JourneyStep, request: CompiledRequest) -> CompiledStep:
    checks = [compile_assertion(assertion) for assertion in step.asserts]
    if not any(assertion.subject == "status" for assertion in step.asserts):
        checks.insert(0, acceptable_status)
    return CompiledStep(
        name=step.step,
        satisfied_seconds=step.satisfied_seconds,
        tolerated_seconds=step.tolerated_seconds,
        timeout_seconds=step.timeout_seconds,
        request=request,
        extract=tuple((one.name, getter(one.path)) for one in step.extract),
        checks=tuple(checks),
    )


def _texts(request: plan.Request) -> Iterable[str]:
    return (request.path, request.json, *(value for _, value in request.headers))
