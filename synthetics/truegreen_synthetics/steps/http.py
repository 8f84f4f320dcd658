"""Step type `request`: one HTTP request over the run's own connection.

Every request carries the Policy's synthetic mark and a W3C `traceparent`. What a variable holds is
encoded for its place. Without an assertion about the status, one below 400 is expected. A cleanup
that is answered with 404 or 410 found nothing to undo, which is as good as having undone it.

Fields of `request`: one of `get`, `post`, `put`, `patch`, `delete`, with path and query; `json` or
`form` (application/x-www-form-urlencoded, as a page sends it) for a body; `headers`.

Passes:
    step: browse
    request: {get: '/products?page=1', headers: {accept-language: de}}
    assert: [{status: 200}, {json: '$.items[0].sku', exists: true}]

Passes:
    step: browse
    request: {post: /login, form: {user: robot, password: '${secret:SHOP_PASSWORD}'}}

Fails:
    step: browse
    request: {get: '/products/${sku}'}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_synthetics.assertions import acceptable_status
from truegreen_synthetics.http.content_codings import ACCEPTED
from truegreen_synthetics.http.exchanges import CARRIED, Request, lines_of
from truegreen_synthetics.rendering import Constant, form_body, header_text, json_body, url_path
from truegreen_synthetics.steps.step_type import StepType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions import plan
    from truegreen_definitions.secret_values import Secrets
    from truegreen_synthetics.assertions import Check
    from truegreen_synthetics.authentication import Authenticate
    from truegreen_synthetics.http.exchanges import Exchange
    from truegreen_synthetics.http.responses import Response
    from truegreen_synthetics.rendering import Renderer
    from truegreen_synthetics.steps.step_type import Kit, Scope

__all__ = ["HTTP", "CompiledRequest"]

FIRST_BAD_STATUS = 400
GONE_ALREADY = (404, 410)
UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRequest:
    """A request whose texts wait for variables.

    Attributes:
        headers: Names in lower case, sorted.
        body: None for no body.
        redirects: How many it follows.
        carried: Names of headers that go to another host too.
        authenticate: Gives the value of `Authorization`, if the journey has one.
        fixed: (Headers, the same as they are sent), where none of them has a variable.
    """

    method: str
    path: Renderer
    headers: tuple[tuple[str, Renderer], ...]
    body: Renderer | None
    redirects: int
    carried: frozenset[str]
    authenticate: Authenticate | None = None
    fixed: tuple[tuple[tuple[str, str], ...], str] | None = None

    @property
    def usual_checks(self) -> tuple[Check, ...]:
        """The status is below 400."""
        return (acceptable_status,)

    def prepare(
        self, variables: Mapping[str, object], more: tuple[tuple[str, str], ...]
    ) -> Request:
        """Return the request with its variables filled in and more headers added.

        Raises:
            RenderError: A variable has no value or one that does not fit.
        """
        if self.fixed is None:
            headers = tuple([(name, value(variables)) for name, value in self.headers]) + more
            lines = ""
        else:
            headers, lines = self.fixed[0] + more, self.fixed[1] + lines_of(more)
        return Request(
            method=self.method,
            path=self.path(variables),
            headers=headers,
            body=b"" if self.body is None else self.body(variables).encode(),
            redirects=self.redirects,
            carried=self.carried,
            lines=lines,
        )

    def run(self, scope: Scope, timeout_seconds: float, exchange: Exchange) -> Response:
        """Send it once."""
        more = scope.trace_headers()
        if self.authenticate is None:
            exchange.request = self.prepare(scope.variables, more)
            return scope.connection.send(exchange.request, timeout_seconds, exchange)
        return self._proven(self.authenticate, more, scope, timeout_seconds, exchange)

    def _proven(
        self,
        authenticate: Authenticate,
        more: tuple[tuple[str, str], ...],
        scope: Scope,
        timeout_seconds: float,
        exchange: Exchange,
    ) -> Response:
        """Send it with a proof of who asks; once more with another one if that is too old.

        Getting a token is the identity provider's time, not the step's.
        """
        for _ in range(2):
            value = authenticate(scope.equipment, timeout_seconds)
            request = self.prepare(scope.variables, (*more, ("authorization", value)))
            exchange.request = request
            exchange.started = scope.equipment.clock()
            response = scope.connection.send(request, timeout_seconds, exchange)
            if response.status != UNAUTHORIZED or not authenticate.refused(value, scope.equipment):
                break
            exchange.phases.clear()
        return response

    def left_behind(self, scope: Scope, response: Response) -> str:
        """Return what says that something may be left: neither success nor gone already."""
        if response.status < FIRST_BAD_STATUS or response.status in GONE_ALREADY:
            return ""
        return f"{self.method} {self.path(scope.variables)} was answered with {response.status}"


def _body(request: plan.Request, secrets: Secrets) -> tuple[str, Renderer | None]:
    """Return (media type, renderer) of what is sent; none where nothing is."""
    if request.form:
        return "application/x-www-form-urlencoded", form_body(request.form, secrets)
    if request.json:
        return "application/json", json_body(request.json, secrets)
    return "", None


def _compile(request: plan.Request, kit: Kit) -> CompiledRequest:
    secrets = kit.secrets
    common = {"accept": "*/*", "accept-encoding": ACCEPTED, "user-agent": kit.agent}
    mark = {} if kit.mark is None else {kit.mark.header.lower(): kit.mark.value}
    own = {name.lower(): value for name, value in request.headers}
    kind, body = _body(request, secrets)
    typed = {"content-type": kind} if kind else {}
    texts = {**common, **typed, **own, **mark}
    headers = tuple((name, header_text(text, secrets)) for name, text in sorted(texts.items()))
    fixed = tuple((name, one.text) for name, one in headers if isinstance(one, Constant))
    return CompiledRequest(
        method=request.method,
        path=url_path(request.path, secrets),
        headers=headers,
        body=body,
        redirects=request.redirects,
        carried=CARRIED | mark.keys(),
        authenticate=None if "authorization" in own else kit.authenticate,
        fixed=(fixed, lines_of(fixed)) if len(fixed) == len(headers) else None,
    )


HTTP = StepType(kind="http", compile=_compile)
