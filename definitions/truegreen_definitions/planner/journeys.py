"""Journeys in the plan: requests, thresholds and the variables that flow between steps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.expressions.errors import ExpressionError
from truegreen_definitions.expressions.templates import RUN_VARIABLE, check_variables
from truegreen_definitions.plan import (
    Assertion,
    BasicAuth,
    BearerAuth,
    Cleanup,
    ClientCertificate,
    DataRows,
    Extraction,
    Journey,
    JourneyStep,
    OAuth2,
)
from truegreen_definitions.planner.actions import action_of, step_action_of
from truegreen_definitions.planner.clients import client_of, redirects_of
from truegreen_definitions.suggestions import suggestion
from truegreen_definitions.units import duration_label
from truegreen_definitions.yaml_tree.nodes import MappingNode, ScalarNode, find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.journey import Acting, Client, JourneyRequest, JourneySpec
    from truegreen_definitions.models.journey import Assertion as AssertionModel
    from truegreen_definitions.models.journey import Auth as AuthModel
    from truegreen_definitions.models.journey import Data as DataModel
    from truegreen_definitions.models.journey import Extraction as ExtractionModel
    from truegreen_definitions.models.journey import Journey as JourneyModel
    from truegreen_definitions.models.journey import JourneyStep as StepModel
    from truegreen_definitions.models.service import Latency, Service
    from truegreen_definitions.names import MethodValue
    from truegreen_definitions.plan import Auth
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
    methods: tuple[MethodValue, ...],
) -> Journey:
    """Return a journey of a service; what is wrong with it is added to the problems.

    Args:
        definition: The journey.
        service: Whose steps it takes.
        usual: What the Policy says of every journey's client.
        problems: Found so far.
        methods: How overruns of its runs are shared.
    """
    spec = definition.model.spec
    reading = _Reading(definition, service, usual, problems)
    reading.check_auth()
    steps = tuple(
        step for index, one in enumerate(spec.steps) if (step := reading.step(index, one))
    )
    reading.check_thinking()
    reading.check_target(steps)
    service_zone = service.model.spec.zone
    return Journey(
        name=definition.name,
        service=spec.service,
        every_seconds=float(spec.interval),
        locations=tuple(sorted(set(spec.locations))),
        target=spec.target,
        steps=steps,
        cleanup=tuple(reading.cleanup(index) for index in range(len(spec.cleanup))),
        origin=definition.origin,
        client=client_of(spec.client, usual),
        cron=spec.cron or "",
        zone=(spec.zone or service_zone) if spec.cron is not None else "",
        during=spec.during or "",
        pause=tuple(sorted(set(spec.pause))),
        auth=_auth(spec.auth),
        client_certificate=_client_certificate(spec),
        data=_data(spec.data),
        confirm=spec.confirm,
        writes_per_day=spec.writes_per_day or 0,
        within_seconds=None if spec.within is None else float(spec.within),
        methods=methods,
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
        data = definition.model.spec.data
        self._variables = {RUN_VARIABLE, *(data.names if data is not None else ())}

    def step(self, index: int, step: StepModel) -> JourneyStep | None:
        """Return a step with its thresholds; None when it has none (a check reports that)."""
        path: tuple[PathStep, ...] = ("spec", "steps", index)
        self._check_texts(step, path)
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
            action=step_action_of(step, self._redirects(step.request, step.asserts)),
            extract=tuple(_extraction(name, step.extract[name]) for name in sorted(step.extract)),
            asserts=tuple(
                Assertion(subject=one.subject, path=one.path, operator=operator, operand=operand)
                for one in step.asserts
                for operator, operand in one.comparisons()
            ),
            origin=self._definition.origin_of(*path),
            think_seconds=float(step.think),
        )

    def cleanup(self, index: int) -> Cleanup:
        """Return a request that undoes what the steps have made."""
        cleanup = self._definition.model.spec.cleanup[index]
        path: tuple[PathStep, ...] = ("spec", "cleanup", index)
        self._check_texts(cleanup, path)
        if cleanup.when not in self._variables:
            hint = f"a step extracts it; {suggestion(cleanup.when, sorted(self._variables))}"
            message = f"nothing gives {cleanup.when} a value"
            self._report("template/unknown-variable", message, hint, *path, "when")
        return Cleanup(
            when=cleanup.when,
            action=action_of(cleanup, self._redirects(cleanup.request, ())),
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

    def check_auth(self) -> None:
        """Check the templates of the authentication: no step has given a value before it."""
        self._check_node(find(self._definition.root, ("spec", "auth")))

    def check_thinking(self) -> None:
        """Refuse a robot that thinks longer than its schedule lets it."""
        spec = self._definition.model.spec
        thinking = sum((one.think for one in spec.steps), Decimal(0))
        if thinking >= spec.interval:
            message = (
                f"the robot thinks for {duration_label(thinking)} of the "
                f"{duration_label(spec.interval)} from one slot to the next"
            )
            last = max(i for i, one in enumerate(spec.steps) if one.think)
            hint = "think less, or run it less often"
            self._report("journey/thinks-too-long", message, hint, "spec", "steps", last, "think")

    def check_target(self, steps: tuple[JourneyStep, ...]) -> None:
        """Refuse a target that a run misses although all its steps are tolerated."""
        spec = self._definition.model.spec
        visited = (self._service.model.spec.step(one.step) for one in steps)
        needed = sum((one.latency.tolerated for one in visited if one and one.latency), Decimal(0))
        if spec.within is not None and spec.within < needed:
            tolerated = duration_label(needed)
            message = f"steps that are all tolerated take {tolerated}, longer than the run may"
            hint = f"write within: {tolerated} or more"
            self._report("journey/target-too-short", message, hint, "spec", "within")

    def _check_texts(self, acting: Acting, path: tuple[PathStep, ...]) -> None:
        """Check every template of what is done, at the text it stands in."""
        self._check_node(find(self._definition.root, (*path, acting.action_name)))

    def _check_node(self, node: Node | None) -> None:
        for text in _texts(node) if node else ():
            try:
                check_variables(text.text, self._variables)
            except ExpressionError as error:
                self._problems.append(error.at(text.place, text.text))

    def _redirects(
        self, request: JourneyRequest | None, asserts: tuple[AssertionModel, ...]
    ) -> int:
        return 0 if request is None else redirects_of(request, asserts, *self._clients)

    def _report(self, problem: str, message: str, hint: str, *path: PathStep) -> None:
        self._problems.append(self._definition.problem(problem, message, *path, hint=hint))


def _extraction(name: str, written: str | ExtractionModel) -> Extraction:
    if isinstance(written, str):
        return Extraction(name=name, path=written)
    path = written.json_path or (written.header or "").lower() or written.cookie or ""
    return Extraction(name=name, path=path, source=written.source, regex=written.regex or "")


def _auth(auth: AuthModel | None) -> Auth | None:
    if auth is None:
        return None
    if auth.basic is not None:
        return BasicAuth(user=auth.basic.user, password=auth.basic.password)
    if auth.oauth2 is not None:
        return OAuth2(
            token_url=auth.oauth2.token_url,
            client_id=auth.oauth2.client_id,
            client_secret=auth.oauth2.client_secret,
            scope=auth.oauth2.scope or "",
        )
    return BearerAuth(token=auth.bearer or "")


def _client_certificate(spec: JourneySpec) -> ClientCertificate | None:
    found = spec.client_certificate
    if found is None:
        return None
    return ClientCertificate(certificate=found.certificate, key=found.key)


def _data(data: DataModel | None) -> DataRows | None:
    if data is None:
        return None
    rows = tuple(tuple(row[name] for name in data.names) for row in data.rows or ())
    return DataRows(columns=data.names, rows=rows, csv=data.csv or "")


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
