"""How a journey proves who it is; what is secret comes from the probe's environment or a file."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, ConfigDict, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import TargetUrl
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import Text, bad_value

__all__ = ["Auth", "Basic", "ClientCertificate", "JourneyOAuth2", "SecretText"]

FORMS = ("basic", "bearer", "oauth2")
_SECRET = r"\$\{secret:[A-Z_][A-Z0-9_]*\}"  # noqa: S105  the form of a reference, not a secret


def _secret(text: str) -> str:
    if not re.fullmatch(_SECRET, text):
        # The text may be the secret itself: it is not quoted back.
        bad_value(
            "a secret does not stand in a definition",
            "write ${secret:NAME}: the probe reads the environment variable NAME, or the file"
            " that NAME_FILE names",
        )
    return text


SecretText: TypeAlias = Annotated[Text, AfterValidator(_secret)]


class Basic(Model):
    """HTTP Basic authentication (RFC 7617).

    Attributes:
        user: Name to log in with.
        password: `${secret:NAME}`.
    """

    user: Text
    password: SecretText


class JourneyOAuth2(Model):
    """OAuth 2 client credentials (RFC 6749, section 4.4); a token is kept until it expires.

    Attributes:
        token_url: Where a token is got.
        client_id: Id of the client.
        client_secret: `${secret:NAME}`.
        scope: Scopes with spaces between them.
    """

    token_url: TargetUrl
    client_id: Text
    client_secret: SecretText
    scope: Text | None = None


class ClientCertificate(Model):
    """Mutual TLS: the certificate a probe shows. Both files are on the probe's machine.

    Attributes:
        certificate: PEM file of the certificate and its chain.
        key: PEM file of its key, without a passphrase.
    """

    certificate: Text
    key: Text


class Auth(Model):
    """How a journey's HTTP requests are authenticated: one of basic, bearer and oauth2.

    Attributes:
        basic: Name and password.
        bearer: A token that does not expire, `${secret:NAME}`.
        oauth2: Tokens of an identity provider.
    """

    model_config = ConfigDict(json_schema_extra=one_of(*FORMS))

    basic: Basic | None = None
    bearer: SecretText | None = None
    oauth2: JourneyOAuth2 | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Auth":
        if sum(getattr(self, form) is not None for form in FORMS) != 1:
            bad_value("there is one way to authenticate", f"write one of {', '.join(FORMS)}")
        return self
