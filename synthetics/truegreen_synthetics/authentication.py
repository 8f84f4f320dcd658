"""How a journey proves who it is: the header its requests carry.

An OAuth 2 token is got with the journey's own request to the identity provider, outside of any
step's time, and kept until shortly before it expires: fetched for every run, it would be the
provider that is measured, and its limits that are hit. One that is refused all the same was taken
back by somebody: it is dropped, and the request is sent once more with another.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote_plus, urlencode

from truegreen_definitions.plan import BasicAuth, BearerAuth
from truegreen_definitions.target import parse_target
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange, Request
from truegreen_synthetics.rendering import header_text

if TYPE_CHECKING:
    from truegreen_definitions.plan import Auth, OAuth2
    from truegreen_definitions.secret_values import Secrets
    from truegreen_synthetics.equipment import Equipment
    from truegreen_synthetics.http.responses import Response

__all__ = ["Authenticate", "compile_auth"]

FRESH_SECONDS = 30.0
USUAL_LIFE_SECONDS = 300.0
_OK = 200


class Authenticate(Protocol):
    """Gives the value of `Authorization`."""

    def __call__(self, equipment: Equipment, timeout_seconds: float, /) -> str:
        """Return it; raises ExchangeError."""

    def refused(self, value: str, equipment: Equipment, /) -> bool:
        """Take note that a value was refused (401); return whether another one may help."""


def compile_auth(auth: Auth, secrets: Secrets, agent: str) -> Authenticate:
    """Return what gives the value of `Authorization`.

    Raises:
        ValueError: Something of it cannot be read.
    """
    if isinstance(auth, BasicAuth):
        pair = f"{_text(auth.user, secrets)}:{_text(auth.password, secrets)}"
        return _Fixed(_basic(pair, secrets))
    if isinstance(auth, BearerAuth):
        return _Fixed(f"Bearer {_text(auth.token, secrets)}")
    return _Tokens(auth, secrets, agent)


def _basic(pair: str, secrets: Secrets) -> str:
    """Return user and password as they are sent, and hide that form of them as well."""
    encoded = base64.b64encode(pair.encode()).decode()
    secrets.hide(encoded)
    return f"Basic {encoded}"


def _text(text: str, secrets: Secrets) -> str:
    return header_text(text, secrets)({})


class _Fixed:
    """A value that is always the same."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, _equipment: Equipment, _timeout_seconds: float) -> str:
        """Return it."""
        return self._value

    def refused(self, _value: str, _equipment: Equipment) -> bool:
        """Return that there is no other."""
        return False


class _Tokens:
    """Client credentials, and the token got for them last."""

    def __init__(self, auth: OAuth2, secrets: Secrets, agent: str) -> None:
        self._target = parse_target(auth.token_url)
        user, password = (_text(one, secrets) for one in (auth.client_id, auth.client_secret))
        # RFC 6749, section 2.3.1: both are form-encoded before they are put together.
        pair = f"{quote_plus(user)}:{quote_plus(password)}"
        fields = {"grant_type": "client_credentials"}
        fields |= {"scope": _text(auth.scope, secrets)} if auth.scope else {}
        self._request = Request(
            method="POST",
            path="",
            headers=(
                ("accept", "application/json"),
                ("authorization", _basic(pair, secrets)),
                ("content-type", "application/x-www-form-urlencoded"),
                ("user-agent", agent),
            ),
            body=urlencode(fields).encode(),
        )
        self._hide = secrets.hide
        self._value = ""
        self._got = self._until = 0.0

    def __call__(self, equipment: Equipment, timeout_seconds: float) -> str:
        """Return a token that is still good for half a minute."""
        if not self._value or equipment.clock() >= self._until:
            self._fetch(equipment, timeout_seconds)
        return self._value

    def refused(self, value: str, equipment: Equipment) -> bool:
        """Drop a token that was refused; one that is new would be refused again, and stays."""
        if value != self._value:
            return True
        if equipment.clock() < self._got + FRESH_SECONDS:
            return False
        self._value = ""
        return True

    def _fetch(self, equipment: Equipment, timeout_seconds: float) -> None:
        asked = equipment.clock()
        connection = equipment.reach(self._target)
        try:
            response = connection.send(self._request, timeout_seconds, Exchange())
        except ExchangeError as error:
            raise ExchangeError(Reason.AUTH, f"no token: {error}") from error
        finally:
            connection.close()
        token, life = _granted(response)
        self._hide(token)
        self._value = f"Bearer {token}"
        self._got = asked
        self._until = asked + max(life - FRESH_SECONDS, life / 2)


def _granted(response: Response) -> tuple[str, float]:
    """Return (token, seconds it lives), RFC 6749, section 5.1."""
    if response.status != _OK:
        message = f"no token: the identity provider answered with {response.status}"
        raise ExchangeError(Reason.AUTH, message)
    try:
        document = response.document()
    except ValueError:
        document = None
    found = document if isinstance(document, dict) else {}
    token, life = found.get("access_token"), found.get("expires_in", USUAL_LIFE_SECONDS)
    if not isinstance(token, str) or not token or not token.isprintable():
        raise ExchangeError(Reason.AUTH, "no token: the answer has no access_token")
    timed = isinstance(life, int | float) and not isinstance(life, bool) and life > 0
    return token, float(life) if timed else USUAL_LIFE_SECONDS
