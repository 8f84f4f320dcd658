"""The TLS context that a web config asks for."""

from __future__ import annotations

import os
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from truegreen_telemetry.web.config import TlsServer

__all__ = ["context_of", "files_of"]

_VERSIONS = {"TLS12": ssl.TLSVersion.TLSv1_2, "TLS13": ssl.TLSVersion.TLSv1_3}
_CLIENTS = {
    "NoClientCert": ssl.CERT_NONE,
    "VerifyClientCertIfGiven": ssl.CERT_OPTIONAL,
    "RequireAndVerifyClientCert": ssl.CERT_REQUIRED,
}
# Go's names of the suites of TLS 1.2 in OpenSSL's words; those of TLS 1.3 are always on.
_SUITES = {
    f"TLS_ECDHE_{key}_WITH_{theirs}": f"ECDHE-{key}-{ours}"
    for key in ("ECDSA", "RSA")
    for theirs, ours in (
        ("AES_128_GCM_SHA256", "AES128-GCM-SHA256"),
        ("AES_256_GCM_SHA384", "AES256-GCM-SHA384"),
        ("CHACHA20_POLY1305_SHA256", "CHACHA20-POLY1305"),
    )
}


def files_of(config: TlsServer, folder: Path) -> tuple[Path, ...]:
    """Return the files that a context is made of, which may be renewed while a process runs."""
    named = (config.cert_file, config.key_file, config.client_ca_file)
    return tuple(folder / name for name in named if name)


def context_of(config: TlsServer, folder: Path) -> ssl.SSLContext:
    """Return a server's context.

    Args:
        config: What is asked for.
        folder: What paths are relative to.

    Raises:
        TerminalError: A certificate or key cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _VERSIONS[config.min_version]
    context.maximum_version = _VERSIONS[config.max_version]
    context.set_alpn_protocols(["http/1.1"])
    context.verify_mode = _CLIENTS[config.client_auth_type]
    if config.prefer_server_cipher_suites:
        context.options |= ssl.OP_CIPHER_SERVER_PREFERENCE
    if config.cipher_suites:
        context.set_ciphers(":".join(_SUITES[suite] for suite in config.cipher_suites))
    try:
        _load_own(context, config, folder)
        if config.client_ca or config.client_ca_file:
            file = str(folder / config.client_ca_file) if config.client_ca_file else None
            context.load_verify_locations(file, cadata=config.client_ca or None)
    except OSError as error:  # ssl.SSLError is one
        why = error.strerror or str(error)
        raise TerminalError(
            f"cannot use the certificate or key of the web config: {why}"
        ) from error
    return context


def _load_own(context: ssl.SSLContext, config: TlsServer, folder: Path) -> None:
    """Load certificate and key; OpenSSL takes files, so inline ones are written for a moment."""
    with tempfile.TemporaryDirectory() as private:  # readable by us alone
        paths: list[str] = []
        for name, text, file in (
            ("cert", config.cert, config.cert_file),
            ("key", config.key, config.key_file),
        ):
            path = folder / file if file else Path(private) / name
            if not file:
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
                    out.write(text)
            paths.append(str(path))
        context.load_cert_chain(paths[0], paths[1])
