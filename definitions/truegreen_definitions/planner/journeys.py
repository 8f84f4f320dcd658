"""Journeys in the plan: requests, thresholds and the variables that flow between steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.templates import check_variables
from truegreen_definitions.plan import (
    Assertion,
    Cleanup,
    Extraction,
    Journey,
    JourneyStep,
    Request,
)
from truegreen_definitions.planner.clients import client_of, redirects_of
from truegreen_definitions.suggestions import suggestion
from truegreen_definitions.units import duration_label
from truegreen_definitions.yaml_tree.nodes import MappingNode, ScalarNode, find

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.journey import Assertion as AssertionModel
    from truegreen_definitions.models.journey import Client, JourneyRequest
    from truegreen_definitions.models.journey import Journey as JourneyModel
    from truegreen_definitions.models.journey import JourneyStep as StepModel
    from truegreen_definitions.models.service import Latency, Service
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Node
    from truegreen_definitions.yaml_tree.nodes import Step as PathStep

__all__ = ["default_timeout", "journey_of"]


def default_timeout(latency: Latency) -> Decimal:
    """Return how long to wait for a response, in seconds.

    At least four times satisfied, so that what frustrates people is still measured and not cut
    off, and twice tolerated, so that a response just above it is told from none.
    """
    return max(4 * latency.satisfied, 2 * latency.tolerated)


def journey_of(
    definition: Definition[JourneyModel],
    service: Definition[Service],
    usual: Client,
    problems: list[Problem],
) -> Journey:
    """Return a journey of a service; what is wrong with it is added to the problems.

    Args:
        definition: The journey.
        service: Whose steps it takes.
        usual: What the Policy says of every journey's client.
        problems: Found so far.
    """
    spec = definition.model.spec
    reading = _Reading(definition, service, usual, problems)
    steps = tuple(
        step for index, one in enumerate(spec.steps) if (step := reading.step(index, one))
    )
    return Journey(
        name=definition.name,
        service=spec.service,
        every_seconds=float(spec.every),
        locations=tuple(sorted(set(spec.locations))),
        target=spec.target,
        steps=steps,
        cleanup=tuple(reading.cleanup(index) for index in range(len(spec.cleanup))),
        origin=definition.origin,
        client=client_of(spec.client, usual),
    )


class _Reading:
    """Reads one journey from its first step to its last, and knows the variables so far."""

    def __init__(
        self,
        definition: Definition[JourneyModel],
        service: Definition[Service],
        usual: Client,
        problems: list[Problem],
    ) -> None:
        self._definition = definition
        self._service = service
        self._clients = definition.model.spec.client, usual
        self._problems = problems
        self._variables: set[str] = set()

    def step(self, index: int, step: StepModel) -> JourneyStep | None:
        """Return a step with its thresholds; None when it has none (a check reports that)."""
        path: tuple[PathStep, ...] = ("spec", "steps", index)
        self._check_request(step.request, path)
        self._variables.update(step.extract)
        visited = self._service.model.spec.step(step.step)
        if visited is None or visited.latency is None:
            return None
        latency = visited.latency
        return JourneyStep(
            step=step.step,
            vendor=visited.vendor or "",
            satisfied_seconds=float(latency.satisfied),
            tolerated_seconds=float(latency.tolerated),
            timeout_seconds=float(self._timeout(step, latency, path)),
            action=self._request(step.request, step.asserts),
            extract=tuple(
                Extraction(name=name, path=step.extract[name]) for name in sorted(step.extract)
            ),
            asserts=tuple(
                Assertion(
                    subject=one.subject,
                    path=one.json_path or "",
                    operator=one.operator,
                    operand=one.operand,
                )
                for one in step.asserts
            ),
            origin=self._definition.origin_of(*path),
        )

    def cleanup(self, index: int) -> Cleanup:
        """Return a request that undoes what the steps have made."""
        cleanup = self._definition.model.spec.cleanup[index]
        path: tuple[PathStep, ...] = ("spec", "cleanup", index)
        self._check_request(cleanup.request, path)
        if cleanup.when not in self._variables:
            hint = f"a step extracts it; {suggestion(cleanup.when, sorted(self._variables))}"
            message = f"nothing gives {cleanup.when} a value"
            self._report("template/unknown-variable", message, hint, *path, "when")
        return Cleanup(
            when=cleanup.when,
            action=self._request(cleanup.request, ()),
            origin=self._definition.origin_of(*path),
        )

    def _timeout(self, step: StepModel, latency: Latency, path: tuple[PathStep, ...]) -> Decimal:
        """Return the timeout; one that would cut off what people put up with is refused."""
        if step.timeout is None:
            return default_timeout(latency)
        least = 4 * latency.satisfied
        if step.timeout < least or step.timeout <= latency.tolerated:
            message = f"a timeout of {duration_label(step.timeout)} cuts off what is to be measured"
            hint = (
                f"at least {duration_label(least)} (4 x satisfied) and more than "
                f"{duration_label(latency.tolerated)} (tolerated)"
            )
            self._report("journey/timeout", message, hint, *path, "timeout")
        return step.timeout

    def _check_request(self, request: JourneyRequest, path: tuple[PathStep, ...]) -> None:
        """Check every template of a request, at the text it stands in."""
        for field in (request.method.lower(), "json", "headers"):
            node = find(self._definition.root, (*path, "request", field))
            for text in _texts(node) if node else ():
                try:
                    check_variables(text.text, self._variables)
                except ExpressionError as error:
                    self._problems.append(error.at(text.place, text.text))

    def _request(self, request: JourneyRequest, asserts: tuple[AssertionModel, ...]) -> Request:
        return Request(
            method=request.method,
            path=request.path,
            json=request.body or "",
            headers=tuple(sorted(request.headers.items())),
            redirects=redirects_of(request, asserts, *self._clients),
        )

    def _report(self, problem: str, message: str, hint: str, *path: PathStep) -> None:
        self._problems.append(self._definition.problem(problem, message, *path, hint=hint))


def _texts(node: Node) -> Iterator[ScalarNode]:
    """Yield every text of a tree, keys as well as values."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, MappingNode):
        for entry in node.entries:
            yield ScalarNode(entry.key, plain=False, place=entry.key_place)
            yield from _texts(entry.value)
    else:
        for item in node.items:
            yield from _texts(item)
