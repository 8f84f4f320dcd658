"""Alertmanager and the collector: whether they answer, and whether routes are those built."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import yaml

from truegreen_definitions.doctor.ask import Unreachable, ask
from truegreen_definitions.doctor.finding import Finding, Topic, good, note, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.doctor.case import Case

__all__ = ["alertmanager", "collector"]


def alertmanager(case: Case) -> Iterator[Finding]:
    """Look at an Alertmanager."""
    url = case.alertmanager.url
    try:
        status = ask(f"{url}/api/v2/status").document("versionInfo")
    except Unreachable as error:
        tell = problem if case.alertmanager.asked else note
        fix = "start it, or name it with --alertmanager URL (ALERTMANAGER_URL)"
        yield tell(Topic.REACHABLE, "alertmanager", f"{url} does not answer: {error}", fix)
        return
    version = status["versionInfo"].get("version", "unknown")
    yield good(Topic.REACHABLE, "alertmanager", f"{url}, version {version}")
    try:
        text = (case.build / "alertmanager" / "alertmanager.yml").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return
    missing = _receivers(text) - _receivers(str(status.get("config", {}).get("original", "")))
    if missing:
        message = f"does not know receivers that were built: {', '.join(sorted(missing))}"
        fix = f"give it {case.build}/alertmanager/alertmanager.yml, and reload it"
        yield problem(Topic.STALE, "alertmanager", message, fix)
    else:
        yield good(Topic.STALE, "alertmanager", "knows every receiver that was built")


def _receivers(text: str) -> set[str]:
    """Return names alone: a server hides the addresses behind them."""
    try:
        document = yaml.safe_load(text) or {}
        return {str(one["name"]) for one in document.get("receivers") or []}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        return set()


def collector(case: Case) -> Iterator[Finding]:
    """Look at an OpenTelemetry collector, if one was named: an empty push has to be taken."""
    url = case.collector.url
    if not url:
        return
    fix = "start it, and see that its OTLP receiver has the protocol http (usually port 4318)"
    try:
        reply = ask(f"{url}/v1/metrics", b"", "application/x-protobuf")
    except Unreachable as error:
        yield problem(Topic.REACHABLE, "collector", f"{url} does not answer: {error}", fix)
        return
    if reply.status != HTTPStatus.OK:
        message = f"{url} answers {reply.status} to an empty push"
        yield problem(Topic.REACHABLE, "collector", message, fix)
    else:
        yield good(Topic.REACHABLE, "collector", f"{url} takes pushes")
