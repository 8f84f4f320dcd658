"""Prometheus: its version, retention and clock, the rules it runs, and how it scrapes us."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import yaml

from truegreen_definitions import names
from truegreen_definitions.doctor.ask import Unreachable, ask
from truegreen_definitions.doctor.finding import Finding, Topic, good, note, problem
from truegreen_definitions.doctor.rules import built_rules, loaded_rules
from truegreen_definitions.units import duration_label, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.doctor.case import Case
    from truegreen_definitions.plan import Policy

__all__ = ["prometheus"]

MOST_SKEW_SECONDS = 5
DEFAULT_RETENTION = "15d"  # of a server that was not told
_RETENTION = "storage.tsdb.retention.time"
_OLD_RETENTION = "storage.tsdb.retention"  # until Prometheus 3; the newer flag comes first
_RETENTION_SIZE = "storage.tsdb.retention.size"
_UNSET = {"", "0s", "0B"}
_YEAR_DAYS = 365


def prometheus(case: Case) -> Iterator[Finding]:
    """Look at a Prometheus server and at what it knows of us."""
    url = case.prometheus.url
    try:
        reply = ask(f"{url}/api/v1/status/buildinfo")
        built = reply.document("data")["data"]
    except Unreachable as error:
        tell = problem if case.prometheus.asked else note
        fix = "start it, or name it with --prometheus URL (PROMETHEUS_URL)"
        yield tell(Topic.REACHABLE, "prometheus", f"{url} does not answer: {error}", fix)
        return
    version = str(built.get("version", "")) if isinstance(built, dict) else ""
    yield good(Topic.REACHABLE, "prometheus", f"{url}, version {version}")
    skew = abs(reply.date.timestamp() - case.now) if reply.date else 0.0
    if skew > MOST_SKEW_SECONDS:
        message = f"its clock and ours are {skew:.0f} s apart"
        yield problem(Topic.CONFIGURED, "prometheus", message, "run NTP on both machines")
    if case.loaded is None:
        return
    policy = case.loaded.plan.policy
    yield _version(version, policy)
    yield from _retention(url, policy)
    yield from _rules(case)
    yield from _scrapes(case)
    yield from _alertmanagers(url)


def _get(url: str, path: str, **query: str) -> Any:  # noqa: ANN401  whatever the server says
    asked = f"?{urlencode(query)}" if query else ""
    try:
        return ask(f"{url}/api/v1/{path}{asked}").document("data")["data"]
    except Unreachable:
        return None


def _version(found: str, policy: Policy) -> Finding:
    runs, declared = _numbers(found), _numbers(policy.prometheus_version)
    if runs is None or declared is None:
        said = f"the Policy declares {policy.prometheus_version}"
        message = f"its version is no number of Prometheus's, {said}"
        return note(Topic.CONFIGURED, "prometheus", message, "see that it can do what that one can")
    message = f"runs {found}, the Policy declares {policy.prometheus_version}"
    if runs < declared or runs[0] != declared[0]:
        fix = (
            f"declare prometheus: {{version: '{runs[0]}.{runs[1]}'}} in the Policy and build again"
        )
        return problem(Topic.CONFIGURED, "prometheus", message, fix)
    return good(Topic.CONFIGURED, "prometheus", message)


def _numbers(version: str) -> tuple[int, int] | None:
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else None


def _retention(url: str, policy: Policy) -> Iterator[Finding]:
    flags = _get(url, "status/flags")
    if not isinstance(flags, dict):
        return
    told = (str(flags.get(flag, "")) for flag in (_RETENTION, _OLD_RETENTION))
    text = next((one for one in told if one not in _UNSET), "")
    size, wanted = str(flags.get(_RETENTION_SIZE, "")), policy.retention_seconds
    counted = f"the Policy counts on {duration_label(wanted)}"
    if not text and size not in _UNSET:
        message = f"keeps what {size} can hold, however long that is; {counted}"
        fix = "see that its oldest sample is that old: prometheus_tsdb_lowest_timestamp_seconds"
        yield note(Topic.CONFIGURED, "prometheus", message, fix)
        return
    text = text or DEFAULT_RETENTION
    kept, message = _seconds(text), f"keeps {text}, {counted}"
    if kept < wanted:
        fix = (
            f"start it with --{_RETENTION}={duration_label(wanted)}, or declare less in the Policy"
        )
        yield problem(Topic.CONFIGURED, "prometheus", message, fix)
    else:
        yield good(Topic.CONFIGURED, "prometheus", message)


def _seconds(text: str) -> int:
    """Return the seconds of Prometheus's own writing, such as `1y2w`: a year has 365 days."""
    found = re.findall(r"(\d+)(ms|[ywdhms])", text)
    days = sum(int(amount) for amount, unit in found if unit == "y") * _YEAR_DAYS
    rest = (f"{amount}{unit}" for amount, unit in found if unit != "y")
    return days * 86_400 + sum(int(parse_duration(part)) for part in rest)


def _rules(case: Case) -> Iterator[Finding]:
    groups = _get(case.prometheus.url, "rules")
    if not isinstance(groups, dict):
        return
    built, loaded = built_rules(case.build), loaded_rules(groups.get("groups") or [])
    ours = {loaded[group].file for group in built if group in loaded}
    fix = f"point rule_files at {case.build}/prometheus/rules/*.yml, and reload Prometheus"
    missing, changed = [], []
    for group, rules in built.items():
        if group not in loaded:
            missing.append(group)
        elif loaded[group].rules != rules:
            changed.append(group)
    # Somebody else's group may be named after a service, too; only a file of ours has no others.
    stale = [name for name, one in loaded.items() if name not in built and one.file in ours]
    for what, found in (
        ("are not loaded", missing),
        ("are loaded in another version than built", changed),
        ("are loaded and no longer built", stale),
    ):
        if found:
            shown = ", ".join(sorted(found)[:3]) + (", …" if len(found) > 3 else "")  # noqa: PLR2004
            message = f"{len(found)} of {len(built)} rule groups {what}: {shown}"
            yield problem(Topic.STALE, "rules", message, fix)
    if built and not (missing or changed or stale):
        yield good(Topic.STALE, "rules", f"all {len(built)} built groups are loaded")
    for name, running in sorted(loaded.items()):
        if name in built and running.fault:
            yield problem(Topic.STALE, "rules", f"{name} fails: {running.fault}", "build again")


def _scrapes(case: Case) -> Iterator[Finding]:
    url = case.prometheus.url
    found = _get(url, "query", query=names.PLAN_INFO.name)
    series = [one["metric"] for one in (found or {}).get("result", [])]
    plan = case.loaded.plan if case.loaded else None
    needed = {
        names.ComponentValue.EXPORTER: bool(plan and plan.sources),
        names.ComponentValue.PROBE: bool(plan and plan.journeys),
    }
    for component, wanted in needed.items():
        if wanted and not any(component in one.values() for one in series):
            fix = f"add a job for the {component} to scrape_configs, with honor_labels: true"
            message = f"scrapes no {component}, which the plan needs"
            yield problem(Topic.CONFIGURED, "prometheus", message, fix)
    config = yaml.safe_load(str((_get(url, "status/config") or {}).get("yaml", ""))) or {}
    jobs = {job.get("job_name"): job for job in config.get("scrape_configs") or []}
    for name in sorted({one.get("job", "") for one in series}):
        if name in jobs and not jobs[name].get("honor_labels"):
            message = f"job {name} renames our labels (exported_service)"
            fix = f"set honor_labels: true for the job {name} and reload Prometheus"
            yield problem(Topic.CONFIGURED, "prometheus", message, fix)
        elif name in jobs:
            yield good(Topic.CONFIGURED, "prometheus", f"job {name} honours our labels")


def _alertmanagers(url: str) -> Iterator[Finding]:
    found = _get(url, "alertmanagers")
    if isinstance(found, dict) and not found.get("activeAlertmanagers"):
        fix = "name one under alerting.alertmanagers in its configuration"
        message = "sends its alerts to no Alertmanager"
        yield problem(Topic.CONFIGURED, "prometheus", message, fix)
