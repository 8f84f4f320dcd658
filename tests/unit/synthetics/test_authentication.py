"""What a journey proves itself with is kept out of texts in every form it is sent."""

from __future__ import annotations

import base64

import pytest

from truegreen_definitions.plan import BasicAuth, OAuth2
from truegreen_definitions.secret_values import Secrets
from truegreen_synthetics.authentication import compile_auth


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
