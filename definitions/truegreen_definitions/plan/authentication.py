"""How a journey proves who it is; secrets stand as `${secret:NAME}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Auth", "BasicAuth", "BearerAuth", "ClientCertificate", "OAuth2"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BasicAuth:
    """HTTP Basic authentication (RFC 7617)."""

    kind: Literal["basic"] = "basic"
    user: str
    password: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.user, self.password)


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerAuth:
    """A token that does not expire."""

    kind: Literal["bearer"] = "bearer"
    token: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.token,)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth2:
    """OAuth 2 client credentials (RFC 6749, section 4.4); `scope` may be empty."""

    kind: Literal["oauth2"] = "oauth2"
    token_url: str
    client_id: str
    client_secret: str
    scope: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.client_id, self.client_secret, self.scope)


Auth: TypeAlias = BasicAuth | BearerAuth | OAuth2
"""Told apart by `kind`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """Files of mutual TLS, on the probe's machine."""

    certificate: str
    key: str
