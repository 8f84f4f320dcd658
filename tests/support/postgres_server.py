"""A real PostgreSQL of our own: a cluster in a temporary folder, on a free loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Postgres", "bin_folder", "started"]

PATIENCE_SECONDS = 60
_OPTIONS = "-c fsync=off -c unix_socket_directories= -c listen_addresses=127.0.0.1"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; everybody on loopback is let in."""

    port: int
    user: str

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://{self.user}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Return a connection that commits each statement."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=self.user, dbname=database, autocommit=True
        )

    def new_database(self, name: str) -> str:
        """Make an empty database; return its URL."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


def bin_folder() -> Path | None:
    """Return where the server's programs are; Debian keeps them off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@contextmanager
def started(programs: Path) -> Iterator[Postgres]:
    """Run a server for a while; as root, as the user `postgres`, for it refuses to be root."""
    folder = Path(tempfile.mkdtemp(prefix="truegreen-postgres-"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    runs_as = user if os.geteuid() == 0 else None
    if runs_as:
        shutil.chown(folder, runs_as)
    cluster = folder / "cluster"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        subprocess.run(
            [programs / "initdb", "-D", cluster, "-U", user, "-A", "trust", "-N", "-E", "UTF8"],
            check=True,
            capture_output=True,
            user=runs_as,
            cwd=folder,
        )
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", cluster, "-p", str(port), *_OPTIONS.split()],
                stdout=log,
                stderr=log,
                user=runs_as,
                cwd=folder,
            )
        try:
            found = Postgres(port, user)
            _wait(found, server, folder / "log")
            yield found
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: Postgres, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return
