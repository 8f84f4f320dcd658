"""Step type `browser`: a page in a real browser, and what a person does on it.

A Chromium of the machine is driven by Playwright, in a process of its own. All browser steps of a
run share one tab, without anything of earlier runs; what `request` steps know (cookies) it does
not. The step takes from the moment its page is asked for until all of `do` is done and the page's
load event is over. Where a page was opened, by `open` or by a click, its load time and its Largest
Contentful Paint are measured beside, and the phases of the request for it.

The answer's text is what a person can read on the page; as JSON it is `{"url": …, "title": …,
"page_load_seconds": …, "largest_paint_seconds": …}`; status and headers are the last page's. The
synthetic mark, `traceparent` and what proves who asks go to the target's own origin alone.
Certificates are judged by the browser's own roots. A browser that does not start or ends is the
prober's fault: such a sample is kept out and counted. Stress does not drive browsers.

Fields of `browser`: `open`, a path below the target; `do`, a list of `click`, `fill` and `select`
(both with `with`), `press`, `wait_for` and `see`. Selectors are Playwright's: CSS, or such as
`text=Buy` and `role=button[name="Buy"]`.

Passes:
    step: browse
    browser:
      open: '/login?lang=de'
      do:
        - {fill: '#user', with: robot}
        - {fill: '#password', with: '${secret:SHOP_PASSWORD}'}
        - {click: 'button[type=submit]'}
        - {see: Welcome}
    assert: [{json: $.largest_paint_seconds, lt: 2.5}]

Fails:
    step: browse
    browser: {do: [{click: 'text=Buy'}]}
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.expressions.templates import RUN_VARIABLE
from truegreen_definitions.names import PhaseValue
from truegreen_synthetics.assertions import acceptable_status
from truegreen_synthetics.browsing.visits import Deed, Visit
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.rendering import plain_text, secret_names, url_path
from truegreen_synthetics.steps.step_type import StepType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions import plan
    from truegreen_synthetics.assertions import Check
    from truegreen_synthetics.authentication import Authenticate
    from truegreen_synthetics.browsing.visits import Seen
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.rendering import Renderer
    from truegreen_synthetics.steps.step_type import Kit, Scope

__all__ = ["BROWSER"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gesture:
    name: str
    what: Renderer
    value: Renderer
    secret: bool

    def ready(self, variables: Mapping[str, object]) -> Deed:
        what, value = self.what(variables), self.value(variables)
        return Deed(name=self.name, what=what, value=value, secret=self.secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Visit:
    journey: str
    origin: str
    prefix: str
    path: Renderer | None
    gestures: tuple[_Gesture, ...]
    headers: tuple[tuple[str, str], ...]
    agent: str
    proxy: str
    authenticate: Authenticate | None

    @property
    def usual_checks(self) -> tuple[Check, ...]:
        """The page's status is below 400."""
        return (acceptable_status,)

    def run(self, scope: Scope, timeout_seconds: float, exchange: Exchange) -> Response:
        """Do it once, in the run's own tab."""
        equipment, variables = scope.equipment, scope.variables
        proof: tuple[tuple[str, str], ...] = ()
        if self.authenticate is not None:
            proof = (("authorization", self.authenticate(equipment, timeout_seconds)),)
        path = "" if self.path is None else self.path(variables)
        asked = Visit(
            run=str(variables[RUN_VARIABLE]),
            origin=self.origin,
            url=f"{self.origin}{self.prefix}{path}" if path else "",
            deeds=tuple(one.ready(variables) for one in self.gestures),
            headers=(*self.headers, *scope.trace_headers(), *proof),
            agent=self.agent,
            proxy=self.proxy,
            timeout_seconds=timeout_seconds,
            picture=equipment.browsers.picture_of(self.journey),
        )
        exchange.stage = PhaseValue.FIRST_BYTE  # whatever fails now may have been carried out
        seen = equipment.browsers.visit(asked)
        _tell(seen, exchange)
        if seen.reason:
            shown = f" (picture: {seen.picture})" if seen.picture else ""
            raise ExchangeError(Reason(seen.reason), f"{seen.detail}{shown}")
        return _response(seen)

    def left_behind(self, scope: Scope, response: Response) -> str:  # noqa: ARG002  the protocol's
        """Return nothing: nothing is taken back in a browser."""
        return ""


def _tell(seen: Seen, exchange: Exchange) -> None:
    exchange.started, exchange.ended = seen.started, seen.ended
    exchange.status = seen.status
    exchange.received_bytes = seen.received_bytes
    exchange.certificate_expiry = seen.certificate_expiry
    exchange.page_load_seconds = seen.page_load_seconds
    exchange.largest_paint_seconds = seen.largest_paint_seconds
    for phase, seconds in seen.phases.items():
        exchange.took(PhaseValue(phase), seconds)


def _response(seen: Seen) -> Response:
    document = {
        "url": seen.url,
        "title": seen.title,
        "page_load_seconds": seen.page_load_seconds,
        "largest_paint_seconds": seen.largest_paint_seconds,
    }
    return Response(seen.status, seen.headers, seen.text.encode(), _document=document)


def _compile(visit: plan.BrowserVisit, kit: Kit) -> _Visit:
    if importlib.util.find_spec("playwright") is None:
        raise TerminalError("browser steps need Playwright: pip install 'truegreen[browser]'")
    if kit.shows_certificate:
        raise ValueError("a browser step shows no client certificate: ask by request instead")
    secrets, target = kit.secrets, kit.target
    mark = () if kit.mark is None else ((kit.mark.header.lower(), kit.mark.value),)
    return _Visit(
        journey=kit.journey,
        origin=target.origin,
        prefix=target.prefix,
        path=url_path(visit.path, secrets) if visit.path else None,
        gestures=tuple(
            _Gesture(
                name=one.name,
                what=plain_text(one.what, secrets),
                value=plain_text(one.value, secrets),
                secret=bool(secret_names((one.value,))),
            )
            for one in visit.gestures
        ),
        headers=mark,
        agent=kit.agent,
        proxy=kit.proxy,
        authenticate=kit.authenticate,
    )


BROWSER = StepType(kind="browser", compile=_compile)
