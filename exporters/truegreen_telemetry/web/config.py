"""Web config files: TLS, basic auth and headers of our servers, in the form Prometheus's own take.

The form is exporter-toolkit's (its docs/web-configuration.md), so a file that serves Prometheus
or node_exporter serves us too:

    tls_server_config: {cert_file: server.crt, key_file: server.key}
    http_server_config: {headers: {Strict-Transport-Security: max-age=31536000}}
    basic_auth_users: {prometheus: $2y$10$…}     # bcrypt, as by `htpasswd -nBC 10 ""`

Refused, because Python's TLS cannot do it: taking client certificates without verifying them, and
choosing curves. HTTP/2 is not spoken, whatever `http2` says. Paths are relative to the file.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PlainValidator, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from truegreen_definitions.catalog.model_problems import model_problems
from truegreen_definitions.errors import TerminalError
from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import Boolean, Text
from truegreen_definitions.yaml_tree.nodes import to_data
from truegreen_definitions.yaml_tree.reader import read

__all__ = ["HttpServer", "TlsServer", "WebConfig", "read_web_config"]

_BCRYPT = re.compile(r"\$2[abxy]\$(0[4-9]|[12][0-9]|3[01])\$[./A-Za-z0-9]{53}")


def _bcrypt_hash(value: object) -> str:
    if not isinstance(value, str) or not _BCRYPT.fullmatch(value):
        message = "it is no bcrypt hash"
        hint = 'make one with `htpasswd -nBC 10 "" | tr -d ":\\n"`; the value is not shown here'
        raise PydanticCustomError("no_hash", "no hash", {"message": message, "hint": hint})
    return str(value)


class TlsServer(Model):
    """The section `tls_server_config`; certificate and key are files or stand in the file."""

    cert_file: Text = ""
    key_file: Text = ""
    cert: Text = ""
    key: Text = ""
    client_auth_type: Literal[
        "NoClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert"
    ] = "NoClientCert"
    client_ca_file: Text = ""
    client_ca: Text = ""
    min_version: Literal["TLS12", "TLS13"] = "TLS12"
    max_version: Literal["TLS12", "TLS13"] = "TLS13"
    cipher_suites: tuple[
        Literal[
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        ],
        ...,
    ] = ()
    prefer_server_cipher_suites: Boolean = True

    @model_validator(mode="after")
    def _whole(self) -> "TlsServer":
        if bool(self.cert_file) == bool(self.cert) or bool(self.key_file) == bool(self.key):
            raise _unusable("one of cert_file and cert is needed, and one of key_file and key")
        if self.client_ca_file and self.client_ca:
            raise _unusable("client_ca_file and client_ca say the same: leave one out")
        given = bool(self.client_ca_file or self.client_ca)
        if given != (self.client_auth_type != "NoClientCert"):
            raise _unusable("client_ca_file and a client_auth_type that verifies go together")
        if self.min_version > self.max_version:
            raise _unusable(f"min_version {self.min_version} is above {self.max_version}")
        return self


class HttpServer(Model):
    """The section `http_server_config`."""

    http2: Boolean = True
    headers: Mapping[
        Literal[
            "Content-Security-Policy",
            "Strict-Transport-Security",
            "X-Content-Type-Options",
            "X-Frame-Options",
            "X-XSS-Protection",
        ],
        Text,
    ] = Field(default_factory=dict)


class WebConfig(Model):
    """A web config file; without a section the server does without what it is about."""

    tls_server_config: TlsServer | None = None
    http_server_config: HttpServer = Field(default_factory=HttpServer)
    basic_auth_users: Mapping[Text, Annotated[str, PlainValidator(_bcrypt_hash)]] = Field(
        default_factory=dict
    )


def read_web_config(path: Path) -> WebConfig:
    """Return what a file says; an empty one asks for nothing.

    Raises:
        TerminalError: It cannot be read, or says what we do not understand; never with a secret.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TerminalError(f"cannot read web config {path}: {error.strerror}") from error
    documents, problems = read(str(path), data)
    if not documents and [problem.id for problem in problems] == ["yaml/empty"]:
        return WebConfig()
    if not problems and len(documents) == 1:
        root = documents[0].root
        try:
            return WebConfig.model_validate(to_data(root))
        except ValidationError as error:
            problems = tuple(model_problems(root, error))
    told = [
        f"{one.place}: {one.message}" + (f" ({one.hint})" if one.hint else "") for one in problems
    ]
    raise TerminalError("\n".join(told or [f"{path}: more than one document"]))


def _unusable(message: str) -> PydanticCustomError:
    return PydanticCustomError("unusable", "unusable", {"message": message})
