"""Sources that wait for others: whether their servers can be reached, and were ever tested on."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from truegreen_definitions.doctor.finding import Finding, Topic, good, note, problem
from truegreen_definitions.plan import HttpRead, PrometheusRead, SqlRead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.doctor.case import Case
    from truegreen_definitions.plan import Source

__all__ = ["sources"]

CONNECT_SECONDS = 2.0
_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306}


def sources(case: Case) -> Iterator[Finding]:
    """Look at every source that is asked over the network."""
    for source in case.loaded.plan.sources if case.loaded else ():
        if source.untested:
            said = f"no test has ever run on {source.engine}, which counts its rows"
            fix = f"compare its numbers with those of rows that are read ({source.origin})"
            yield note(Topic.CONFIGURED, f"source {source.name}", said, fix)
        url = _url(case, source)
        if url:
            yield _reached(source, url)


def _url(case: Case, source: Source) -> str:
    """Return where a source is; empty for files, webhooks and a URL that is not known here."""
    if isinstance(source.read, HttpRead | PrometheusRead):
        return source.read.location
    if isinstance(source.read, SqlRead):
        name = source.read.location.removeprefix("${secret:").removesuffix("}")
        return case.environment.get(name, "")
    return ""


def _reached(source: Source, url: str) -> Finding:
    subject = f"source {source.name}"
    try:
        parts = urlsplit(url)
        scheme = parts.scheme.partition("+")[0]
        host, port = parts.hostname, parts.port or _PORTS.get(scheme)
    except ValueError:
        host, port = None, None
    if not host or not port:
        fix = "write scheme://user:password@host:port/name"
        return problem(Topic.CONFIGURED, subject, "its URL names no host and port", fix)
    place = f"{host}:{port}"  # never the URL: a password may be in it
    try:
        with socket.create_connection((host, port), CONNECT_SECONDS):
            return good(Topic.REACHABLE, subject, f"{place} answers")
    except OSError as error:
        fix = f"let this machine reach {place}, or mend read: ({source.origin})"
        why = error.strerror or str(error)
        return problem(Topic.REACHABLE, subject, f"{place} does not answer: {why}", fix)
