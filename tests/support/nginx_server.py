"""A real nginx on loopback, with what a test or bench wants to be served."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FRAME = """
daemon off; master_process off; worker_processes 1; {user}
pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
{http}
}}
"""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def nginx(
    program: str, folder: Path, http: str, ports: tuple[int, ...], *before: str
) -> Iterator[int]:
    """Run nginx for the length of the block; yield its process id.

    Args:
        program: Path of nginx.
        folder: Where its files go.
        http: What stands in the `http` block.
        ports: It is there once all of them take connections.
        before: A command to run it under, such as `taskset -c 1`.
    """
    folder.chmod(0o755)
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(_FRAME.format(folder=folder, http=http, user=user))
    command = [*before, program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            for port in ports:
                _wait_for(port, process)
            yield process.pid
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise AssertionError("nginx does not listen")
