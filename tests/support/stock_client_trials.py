"""Trials of Locust's own clients against servers of another process: prints JSON.

Asked for with `[[client, URL, seconds], …]` on stdin, all at the same time; answers `[reason,
seconds taken]` of each, and by how many KiB the most memory grew.
"""

from __future__ import annotations

import truegreen_synthetics.engine  # noqa: F401  patches first

# isort: split
import json
import resource
import sys
import time

from gevent.pool import Pool

from truegreen_definitions.target import parse_target
from truegreen_synthetics.engine.stock_transports import fast_transport, requests_transport
from truegreen_synthetics.http.dialing import trusted_by_default
from truegreen_synthetics.http.exchange_faults import ExchangeError
from truegreen_synthetics.http.exchanges import Exchange, Request

GET = Request(method="GET", path="/", headers=(("accept-encoding", "gzip, deflate"),), body=b"")


def trial(client: str, url: str, seconds: float) -> tuple[str, float]:
    """Return (reason or status and bytes, seconds) of a request by one of the clients."""
    target, begin = parse_target(url), time.monotonic()
    if client == "fasthttp":
        transport = fast_transport(target, trusted_by_default)
    else:
        transport = requests_transport(target, "", None)
    try:
        response = transport.send(GET, seconds, Exchange())
    except ExchangeError as error:
        return error.reason.value, time.monotonic() - begin
    finally:
        transport.close()
    return f"{response.status} {len(response.body)}", time.monotonic() - begin


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = Pool().map(lambda one: trial(*one), asked)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    json.dump({"found": found, "grown_kib": grown}, sys.stdout)
