"""What the demo has to say at the end, in words: one row a service.

Everything is asked of the running Prometheus and Alertmanager: the demo knows nothing that a
user's own board would not show.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from truegreen_definitions import names
from truegreen_definitions.errors import RetryableError
from truegreen_definitions.expressions.promql import selector
from truegreen_definitions.units import parse_duration

if TYPE_CHECKING:
    from truegreen_definitions.plan import Agreement, Plan, Service

__all__ = ["Row", "Servers", "rows", "table"]

TIMEOUT_SECONDS = 10
LONGEST_MONTH_SECONDS = 31 * 86_400
HEADERS = ("SERVICE", "SLA", "XLA", "ALERT", "WATERMELON", "SINCE", "OWNER")
WORDS = {
    names.StateValue.OK: "met",
    names.StateValue.AT_RISK: "at risk",
    names.StateValue.BREACHED: "breached",
    names.StateValue.NO_DATA: "no data",
    names.StateValue.INSUFFICIENT: "too few",
    names.StateValue.STALE: "stale",
}
WORST_FIRST = (
    names.StateValue.BREACHED,
    names.StateValue.AT_RISK,
    names.StateValue.STALE,
    names.StateValue.NO_DATA,
    names.StateValue.INSUFFICIENT,
    names.StateValue.OK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Base URLs of Prometheus and Alertmanager."""

    prometheus: str
    alertmanager: str

    def query(self, expr: str, at: datetime | None = None) -> list[dict[str, Any]]:
        """Return the series of an instant query: `{"metric": labels, "value": [t, text]}` each.

        Raises:
            RetryableError: Prometheus does not answer.
        """
        asked = {"query": expr} | ({"time": str(at.timestamp())} if at else {})
        answer = _get(f"{self.prometheus}/api/v1/query?{urllib.parse.urlencode(asked)}")
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def alerts(self) -> list[dict[str, Any]]:
        """Return the alerts that Alertmanager tells of: labels, annotations and startsAt each.

        Raises:
            RetryableError: Alertmanager does not answer.
        """
        found: list[dict[str, Any]] = _get(
            f"{self.alertmanager}/api/v2/alerts?silenced=false&inhibited=false"
        )
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A service at the end of the demo, in words."""

    service: str
    sla: str
    xla: str
    alert: str
    watermelon: str
    since: str
    owner: str


def rows(plan: Plan, servers: Servers) -> tuple[Row, ...]:
    """Return one row a service, in the plan's order.

    Raises:
        RetryableError: A server does not answer.
    """
    alerts = servers.alerts()
    return tuple(_row(plan, service, servers, alerts) for service in plan.services)


def table(found: tuple[Row, ...]) -> str:
    """Return rows as an aligned text table."""
    lines = [
        HEADERS,
        *(
            (row.service, row.sla, row.xla, row.alert, row.watermelon, row.since, row.owner)
            for row in found
        ),
    ]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADERS))]
    padded = (
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) for line in lines
    )
    return "\n".join(line.rstrip() for line in padded) + "\n"


def _row(plan: Plan, service: Service, servers: Servers, alerts: list[dict[str, Any]]) -> Row:
    promises = [one for one in plan.agreements if one.service == service.name]
    states = _states(service.name, plan.policy.live_window, servers)
    mine = [alert for alert in alerts if alert["labels"].get(names.SERVICE) == service.name]
    pages = [alert for alert in mine if _severity(alert) == names.SeverityValue.PAGE]
    told = sorted(pages or mine, key=lambda alert: str(alert["startsAt"]))
    window, since = _watermelon(service.name, servers)
    return Row(
        service=service.title,
        sla=_verdict([one for one in promises if one.kind == "sla"], states),
        xla=_verdict([one for one in promises if one.kind == "xla"], states),
        alert=_alert(told),
        watermelon=f"WATERMELON ({window})" if window else "no",
        since=since,
        owner=service.owner,
    )


def _severity(alert: dict[str, Any]) -> str:
    return str(alert["labels"].get(names.AlertLabel.SEVERITY))


def _states(service: str, live: str, servers: Servers) -> dict[tuple[str, str], str]:
    """Return the state by (agreement, window); the live window has the key `live`."""
    found = servers.query(f"{selector(names.STATE_OF.name, {names.SERVICE: service})} == 1")
    keys = {}
    for series in found:
        labels = series["metric"]
        window = "live" if labels[names.WINDOW] == live else labels[names.WINDOW]
        keys[labels[names.AGREEMENT], window] = labels[names.STATE]
    return keys


def _verdict(promises: list[Agreement], states: dict[tuple[str, str], str]) -> str:
    """Return the worst promises in words: breached now, else as they stand over their windows."""
    judged = []
    for promise in promises:
        now = states.get((promise.name, "live")) == names.StateValue.BREACHED
        own = states.get((promise.name, promise.window.label), names.StateValue.NO_DATA)
        state = names.StateValue.BREACHED if now else names.StateValue(own)
        judged.append((state, f"{promise.name} now" if now and own != state else promise.name))
    if not judged:
        return "none"
    worst = min((state for state, _ in judged), key=WORST_FIRST.index)
    which = ", ".join(name for state, name in judged if state is worst)
    return WORDS[worst] if worst is names.StateValue.OK else f"{WORDS[worst]}: {which}"


def _alert(told: list[dict[str, Any]]) -> str:
    if not told:
        return "none"
    labels = told[0]["labels"]
    more = f", {len(told) - 1} more" if len(told) > 1 else ""
    about = labels.get(names.AGREEMENT, labels.get("alertname", ""))
    return f"{labels.get(names.AlertLabel.SEVERITY, '?')}: {about}{more}"


def _watermelon(service: str, servers: Servers) -> tuple[str, str]:
    """Return (window, since) of the youngest window in which a service is a watermelon."""
    melon = {names.SERVICE: service, names.STATE: names.WatermelonValue.WATERMELON}
    found = servers.query(f"{selector(names.WATERMELON.name, melon)} == 1")
    if not found:
        return "", ""
    window = min((str(one["metric"][names.WINDOW]) for one in found), key=_length)
    of_window = selector(names.WATERMELON.name, {**melon, names.WINDOW: window})
    # The last moment at which it was not yet one; before the first sample it is unknown.
    turned = servers.query(f"max_over_time(timestamp({of_window} == 0)[1h:1s])")
    if not turned:
        return window, "the start"
    moment = datetime.fromtimestamp(float(turned[0]["value"][1]), UTC).astimezone()
    return window, f"{moment:%H:%M:%S}"


def _length(window: str) -> int:
    """Return the seconds of a window; a calendar period counts as its longest month."""
    try:
        return int(parse_duration(window))
    except ValueError:
        return LONGEST_MONTH_SECONDS


def _get(url: str) -> Any:  # noqa: ANN401  JSON of another program
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310  loopback
            return json.load(answer)
    except (urllib.error.URLError, OSError, json.JSONDecodeError) as error:
        raise RetryableError(f"no answer from {url.split('?', maxsplit=1)[0]}: {error}") from error
