"""Certificates for servers on loopback: good and bad ones."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]) -> Path:
    """A folder of certificates: good for localhost, expired, and good for another host."""
    folder = tmp_path_factory.mktemp("tls")
    openssl = tool("openssl")
    for name, host, days in (("good", "localhost", "2"), ("other", "elsewhere", "2")):
        files = ["-keyout", str(folder / f"{name}.key"), "-out", str(folder / f"{name}.pem")]
        subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
        command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt"]
        command += ["ec_paramgen_curve:prime256v1", "-nodes", "-days", days, *subject, *files]
        subprocess.run(command, check=True, capture_output=True)
    key = str(folder / "good.key")
    request = [openssl, "req", "-new", "-key", key, "-subj", "/CN=localhost"]
    request += ["-addext", "subjectAltName=DNS:localhost", "-out", str(folder / "old.csr")]
    subprocess.run(request, check=True, capture_output=True)
    # Signed to end a day before it began to be read: days may not be negative, dates may be past.
    (folder / "index.txt").touch()
    (folder / "ca.cnf").write_text(
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nnew_certs_dir=.\nserial=serial\n"
        "default_md=sha256\npolicy=p\ncopy_extensions=copy\nunique_subject=no\n"
        "[p]\ncommonName=supplied\n"
    )
    (folder / "serial").write_text("01\n")
    sign = [openssl, "ca", "-batch", "-config", "ca.cnf", "-selfsign", "-keyfile", key]
    sign += ["-in", "old.csr", "-out", "expired.pem", "-notext"]
    sign += ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z"]
    subprocess.run(sign, check=True, capture_output=True, cwd=folder)
    (folder / "expired.key").write_bytes((folder / "good.key").read_bytes())
    return folder
