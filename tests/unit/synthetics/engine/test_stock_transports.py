"""Locust's own clients take no more from a server than ours."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from hostile_servers import BEHAVIOURS, CHUNKED, MUCH, START, behaving
from raw_servers import serving

from truegreen_synthetics.http.exchange_faults import Reason
from truegreen_synthetics.http.http1 import MAX_BODY_BYTES

SUPPORT = Path(__file__).parents[3] / "support"
CLIENTS = ("fasthttp", "requests")
BOUND = b"Content-Length: %d\r\n\r\n"
ZIPPED = START + b"Content-Encoding: gzip\r\n"
BOMB, PLAIN = gzip.compress(bytes(64 * 1024 * 1024)), gzip.compress(b"ok" * 500)
# What is sent once, again and again, the pause between, and the reason or status and size.
ANSWERS: dict[str, tuple[bytes, bytes, float, str]] = {
    **{
        name: (*sent, reason.value)
        for name, (*sent, reason) in BEHAVIOURS.items()
        if name.startswith("slow")
        or name in {"endless body", "endless chunks", "truncated body", "truncated chunk"}
        or name in {"huge headers", "one huge header"}
    },
    "a length of gigabytes": (START + BOUND % 9_999_999_999, MUCH, 0, Reason.TOO_LARGE.value),
    "an endless refusal": (b"HTTP/1.1 503 No\r\n\r\n", MUCH, 0, Reason.TOO_LARGE.value),
    "a bomb": (ZIPPED + BOUND % len(BOMB) + BOMB, b"", 0, Reason.TOO_LARGE.value),
    "no gzip": (ZIPPED + BOUND % 2 + b"ok", b"", 0, Reason.BAD_RESPONSE.value),
    "half of a gzip": (ZIPPED + BOUND % 9 + PLAIN[:9], b"", 0, Reason.TRUNCATED.value),
    "a whole gzip": (ZIPPED + BOUND % len(PLAIN) + PLAIN, b"", 0, "200 1000"),
    "chunks": (CHUNKED + b"2\r\nok\r\n0\r\n\r\n", b"", 0, "200 2"),
    "a body up to the end": (START + b"\r\nok", b"", 0, "200 2"),
    "all that is allowed": (
        START + BOUND % MAX_BODY_BYTES + bytes(MAX_BODY_BYTES),
        b"",
        0,
        f"200 {MAX_BODY_BYTES}",
    ),
}
PATIENCE_SECONDS = 0.5
GRACE_SECONDS = 3  # of a busy machine


def test_what_locusts_own_clients_take_is_bounded() -> None:
    """Endless, gigantic and packed answers are too large, slow ones late, memory stays flat."""
    cases = [(client, name) for client in CLIENTS for name in ANSWERS]
    asked = []
    with ExitStack() as servers:
        for client, name in cases:
            *sent, expected = ANSWERS[name]
            server = servers.enter_context(serving(behaving(*sent)))
            asked.append((client, server.url, PATIENCE_SECONDS if expected == "timeout" else 20))
        done = subprocess.run(
            [sys.executable, str(SUPPORT / "stock_client_trials.py")],
            input=json.dumps(asked),
            env={**os.environ, "PYTHONPATH": str(SUPPORT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    found = {case: result for case, (result, _) in zip(cases, told["found"], strict=True)}
    assert found == {(client, name): ANSWERS[name][-1] for client, name in cases}
    late = [seconds for result, seconds in told["found"] if result == "timeout"]
    assert len(late) >= 2 * len(CLIENTS)
    assert max(late) < PATIENCE_SECONDS + GRACE_SECONDS
    assert told["grown_kib"] < 64 * 1024
