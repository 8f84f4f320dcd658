"""A certificate authority of a test, and a web config that uses it with basic auth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import bcrypt
import trustme

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PASSWORD", "USER", "Secured", "secured"]

USER, PASSWORD = "prometheus", "s3cret: with a colon"


@dataclass(frozen=True, slots=True)
class Secured:
    """A folder with a web config.

    Attributes:
        config: The web config file.
        authority: The certificate of the authority, for clients.
    """

    config: Path
    authority: Path


def issue(authority: trustme.CA, folder: Path) -> None:
    """Write a certificate for loopback and its key."""
    leaf = authority.issue_cert("127.0.0.1", "localhost")
    leaf.cert_chain_pems[0].write_to_path(folder / "server.crt")
    leaf.private_key_pem.write_to_path(folder / "server.key")


def secured(folder: Path) -> Secured:
    """Write a certificate, its key and a web config with one user."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.crt")
    issue(authority, folder)
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    (folder / "web.yml").write_text(
        "tls_server_config: {cert_file: server.crt, key_file: server.key}\n"
        "http_server_config: {headers: {X-Content-Type-Options: nosniff}}\n"
        f"basic_auth_users:\n  {USER}: {hashed}\n"
    )
    return Secured(folder / "web.yml", folder / "ca.crt")
