"""Journeys of the plan, compiled: everything that can be known before the first request.

Compiling finds what is missing or wrong (a secret, a variable that nothing extracts), so that a
run can only fail for reasons of the system under test.
"""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.expressions.templates import RUN_VARIABLE, check_variables, references
from truegreen_definitions.target import parse_target
from truegreen_synthetics.assertions import compile_assertion
from truegreen_synthetics.authentication import compile_auth
from truegreen_synthetics.data_rows import read_rows
from truegreen_synthetics.extraction import compile_extraction
from truegreen_synthetics.http.proxies import parse_proxy
from truegreen_synthetics.rendering import secret_names
from truegreen_synthetics.steps import compile_action
from truegreen_synthetics.steps.step_type import Kit
from truegreen_synthetics.windows import window_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from truegreen_definitions import plan
    from truegreen_definitions.names import MethodValue
    from truegreen_definitions.plan import Client
    from truegreen_definitions.secret_values import Secrets
    from truegreen_definitions.target import Target
    from truegreen_synthetics.assertions import Check
    from truegreen_synthetics.data_rows import Rows
    from truegreen_synthetics.http.responses import Response
    from truegreen_synthetics.steps.step_type import CompiledAction

__all__ = ["CompiledCleanup", "CompiledJourney", "CompiledStep", "compile_journey", "secrets_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStep:
    """A step: what it does, what it takes from the response, and what must hold of that.

    Attributes:
        extract: (variable, getter of its value) pairs.
        checks: Each returns what is wrong, or nothing.
        think_seconds: How long the robot waits before it.
        creates: Variables of it that stand for something it made, which a cleanup takes back.
        browses: Whether it is done in a browser.
    """

    name: str
    satisfied_seconds: float
    tolerated_seconds: float
    timeout_seconds: float
    action: CompiledAction
    extract: tuple[tuple[str, Callable[[Response], object]], ...]
    checks: tuple[Check, ...]
    think_seconds: float
    creates: frozenset[str]
    browses: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledCleanup:
    """What undoes what the journey made.

    Attributes:
        when: Variable of what was made.
        needs: Variables its texts need, `when` among them only where a text names it.
    """

    when: str
    action: CompiledAction
    needs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledJourney:
    """A journey that is ready to run.

    Attributes:
        cleanup_seconds: Time a cleanup has: the longest timeout of the steps.
        mask: Takes secrets out of a text.
        client: How its requests travel.
        rows: Values that runs take turns with.
        confirm: How often a failed run is done again.
        writes_per_day: The most runs that may make something; 0 for any number.
        cron: When slots begin, by the clock of `zone`; empty for every so many seconds.
        windowed: Whether a slot at a Unix time is left out.
        tls: Returns the context that shows the client's certificate; None for the usual one.
        certificate: Files of that certificate and its key.
        within_seconds: How long a run may take; None for as long as its steps tolerate together.
        methods: How its overruns are shared among its steps.
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
    rows: Rows
    confirm: int
    writes_per_day: int
    cron: str
    zone: str
    windowed: Callable[[float], bool]
    tls: Callable[[], ssl.SSLContext] | None
    certificate: tuple[str, str] | None
    within_seconds: float | None
    methods: tuple[MethodValue, ...]

    @property
    def writes(self) -> bool:
        """Whether a run may make something that is to be taken back."""
        return any(step.creates for step in self.steps)


def secrets_of(journey: plan.Journey) -> frozenset[str]:
    """Return the names of the secrets a journey needs."""
    return secret_names(journey.texts)


def _no_files(name: str) -> str:
    raise FileNotFoundError(2, "there is no folder of data", name)


def compile_journey(
    journey: plan.Journey,
    synthetic: plan.Synthetic | None,
    secrets: Secrets,
    agent: str,
    *,
    calendars: Mapping[str, plan.Calendar] = MappingProxyType({}),
    read: Callable[[str], str] = _no_files,
) -> CompiledJourney:
    """Return a journey that is ready to run.

    Args:
        journey: Of the plan.
        synthetic: The mark of synthetic traffic, sent with every request.
        secrets: All that `secrets_of` names.
        agent: Value of the `User-Agent` header.
        calendars: By name, all that the journey goes by.
        read: Returns the text of a file in the folder of data.

    Raises:
        TerminalError: Something of it cannot be run; the message has the definition's line.
    """
    rows = read_rows(journey.data, read)
    columns = () if journey.data is None else journey.data.columns
    shown = journey.client_certificate
    with _telling(journey, journey.origin):
        target = parse_target(journey.target)
        if journey.client.proxy and journey.client.engine == "lean":
            parse_proxy(journey.client.proxy)
        authenticate = None if journey.auth is None else compile_auth(journey.auth, secrets, agent)
        tls = _shown(shown)
    kit = Kit(
        secrets=secrets,
        agent=agent,
        mark=synthetic,
        target=target,
        authenticate=authenticate,
        journey=journey.name,
        proxy=journey.client.proxy,
        shows_certificate=shown is not None,
    )
    known = {RUN_VARIABLE, *columns}
    steps = tuple(_steps(journey, known, kit))
    return CompiledJourney(
        name=journey.name,
        service=journey.service,
        every_seconds=journey.every_seconds,
        target=target,
        steps=steps,
        cleanup=tuple(_cleanups(journey, known, kit)),
        cleanup_seconds=max(step.timeout_seconds for step in steps),
        mask=secrets.mask,
        client=journey.client,
        rows=rows,
        confirm=journey.confirm,
        writes_per_day=journey.writes_per_day,
        cron=journey.cron,
        zone=journey.zone,
        windowed=window_of(journey, calendars),
        tls=tls,
        certificate=None if shown is None else (shown.certificate, shown.key),
        within_seconds=journey.within_seconds,
        methods=journey.methods,
    )


@contextmanager
def _telling(journey: plan.Journey, place: plan.Origin) -> Iterator[None]:
    """Say of what cannot be run where it is defined."""
    try:
        yield
    except ValueError as error:
        raise TerminalError(f"{place}: journey {journey.name} cannot run: {error}") from error


def _steps(journey: plan.Journey, known: set[str], kit: Kit) -> Iterator[CompiledStep]:
    """Yield the steps; what each extracts is known from then on."""
    undone = frozenset(undo.when for undo in journey.cleanup)
    for step in journey.steps:
        with _telling(journey, step.origin):
            found = _step(step, _checked(step.action, known, kit), undone)
        yield found
        known.update(extraction.name for extraction in step.extract)


def _cleanups(journey: plan.Journey, known: set[str], kit: Kit) -> Iterator[CompiledCleanup]:
    for undo in journey.cleanup:
        with _telling(journey, undo.origin):
            check_variables(f"${{{undo.when}}}", known)
            needs = frozenset(
                one.name for text in undo.action.texts for one in references(text) if not one.rest
            )
            action = _checked(undo.action, known, kit)
        yield CompiledCleanup(when=undo.when, action=action, needs=needs)


def _shown(found: plan.ClientCertificate | None) -> Callable[[], ssl.SSLContext] | None:
    """Return what gives a context that shows a certificate.

    Raises:
        ValueError: Its files cannot be used.
    """
    if found is None:
        return None
    context = ssl.create_default_context()
    try:
        context.load_cert_chain(found.certificate, found.key)
    except (OSError, ssl.SSLError) as error:
        message = f"the client certificate {found.certificate} cannot be used: {error}"
        raise ValueError(message) from error
    return lambda: context


def _checked(action: plan.Action, known: Collection[str], kit: Kit) -> CompiledAction:
    for text in action.texts:
        check_variables(text, known)
    return compile_action(action, kit)


def _step(step: plan.JourneyStep, action: CompiledAction, undone: frozenset[str]) -> CompiledStep:
    asserted = tuple(compile_assertion(assertion) for assertion in step.asserts)
    about_status = any(assertion.subject == "status" for assertion in step.asserts)
    return CompiledStep(
        name=step.step,
        satisfied_seconds=step.satisfied_seconds,
        tolerated_seconds=step.tolerated_seconds,
        timeout_seconds=step.timeout_seconds,
        action=action,
        extract=tuple((one.name, compile_extraction(one)) for one in step.extract),
        checks=asserted if about_status else (*action.usual_checks, *asserted),
        think_seconds=step.think_seconds,
        creates=undone & {one.name for one in step.extract},
        browses=step.action.kind == "browser",
    )
