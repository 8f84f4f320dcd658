"""What a journey proves itself with: hidden in texts, kept until it ends, got anew if refused."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.names import PhaseValue
from truegreen_definitions.plan import BasicAuth, OAuth2
from truegreen_definitions.secret_values import Secrets
from truegreen_definitions.target import parse_target
from truegreen_synthetics.authentication import compile_auth
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.http.responses import Response
from truegreen_synthetics.steps import compile_action
from truegreen_synthetics.steps.step_type import Kit, Scope

if TYPE_CHECKING:
    from truegreen_synthetics.authentication import Authenticate
    from truegreen_synthetics.http.exchanges import Request


@pytest.mark.parametrize(
    "auth",
    [
        BasicAuth(user="robot", password="${secret:PW}"),
        OAuth2(
            token_url="https://id.example/t",
            client_id="robot",
            client_secret="${secret:PW}",
            scope="",
        ),
    ],
)
def test_user_and_password_are_hidden_as_they_are_sent(auth: BasicAuth | OAuth2) -> None:
    """A server that repeats the Authorization header shows three stars."""
    secrets = Secrets({"PW": "open-sesame"})
    compile_auth(auth, secrets, "robot/1")
    sent = base64.b64encode(b"robot:open-sesame").decode()
    assert secrets.mask(f"you sent Basic {sent}") == "you sent Basic ***"


class Provider:
    """An identity provider, and a system that takes its newest token alone."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.given = 0
        self.accepted = "Bearer t1"
        self.told: dict[str, object] = {}
        self.asked: list[str] = []
        self.auth: Authenticate | None = None

    def send(self, request: Request, _timeout: float, exchange: Exchange) -> Response:
        """Give a token, or answer who shows one."""
        exchange.phases[PhaseValue.BODY] = 0.5
        shown = dict(request.headers)["authorization"]
        if shown.startswith("Basic "):
            self.given += 1
            told = {"access_token": f"t{self.given}", **self.told}
            return Response(200, {}, json.dumps(told).encode())
        self.asked.append(shown)
        return Response(200 if shown == self.accepted else 401, {}, b"")

    def close(self) -> None:
        """Nothing is kept."""


def asked(provider: Provider) -> tuple[int, Exchange]:
    """Return (status, exchange) of a request that proves itself."""
    secrets = Secrets({"PW": "open-sesame"})
    target = parse_target("https://shop.example")
    kit = Kit(
        secrets=secrets, agent="robot/1", mark=None, target=target, authenticate=provider.auth
    )
    action = compile_action(plans.BUY.steps[0].action, kit)
    lent = Equipment(clock=lambda: provider.now, reach=lambda _target: provider)
    scope = Scope(variables={}, connection=provider, trace_headers=tuple, equipment=lent)
    exchange = Exchange()
    return action.run(scope, 5.0, exchange).status, exchange


def test_a_token_serves_all_runs_until_shortly_before_it_expires() -> None:
    """The provider is asked once for as long as its token lives less half a minute, then again."""
    provider = Provider()
    provider.told = {"expires_in": 100}
    auth = OAuth2(token_url="https://id.example/t", client_id="a", client_secret="b", scope="")
    provider.auth = compile_auth(auth, Secrets({}), "robot/1")
    for seconds, given in ((0, 1), (35, 1), (69.9, 1), (70, 2), (139.9, 2), (140, 3)):
        provider.now = 1_000.0 + seconds
        provider.accepted = f"Bearer t{given}"
        assert asked(provider)[0] == 200
        assert provider.given == given


def test_a_token_that_is_refused_is_dropped_and_the_request_sent_once_more() -> None:
    """A 401 with a kept token gets another and counts the second answer alone; with a new one not.

    So who may not do it at all costs the provider no token for every request.
    """
    provider = Provider()
    auth = OAuth2(token_url="https://id.example/t", client_id="a", client_secret="b", scope="")
    provider.auth = compile_auth(auth, Secrets({}), "robot/1")
    assert asked(provider)[0] == 200
    provider.now, provider.accepted = 1_100.0, "Bearer t2"  # somebody took the first one back
    status, exchange = asked(provider)
    assert (status, exchange.phases, exchange.started) == (200, {PhaseValue.BODY: 0.5}, 1_100.0)
    assert provider.asked == ["Bearer t1", "Bearer t1", "Bearer t2"]
    provider.accepted = "nothing"
    assert [asked(provider)[0] for _ in range(3)] == [401, 401, 401]
    assert (provider.given, len(provider.asked)) == (2, 6)
    provider.now += 60
    assert asked(provider)[0] == 401
    assert provider.given == 3
