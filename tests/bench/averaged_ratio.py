"""The published layout of averaged ratios, stated again in our own words, to measure against.

For every agreement it records the error ratio of seven windows from raw counters, and takes the
ratio of the period as the average of the recorded five-minute ratios (`optimised`) or from
the raw counters over the whole period (`plain`). Seven rules of metadata and two alerts
follow. One interval serves all of them.

The average is not the ratio: five minutes of night count as much as five minutes of day, and
one window without traffic is 0/0, which no sum forgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["INTERVAL_SECONDS", "PERIOD_RATIO", "averaged_rules"]

INTERVAL_SECONDS = 30
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
PAIRS = {
    "page": (("5m", "1h", "14.4"), ("30m", "6h", "6")),
    "ticket": (("2h", "1d", "3"), ("6h", "3d", "1")),
}
PERIOD_RATIO = "slo:error:ratio30d"


def averaged_rules(
    agreements: Mapping[str, str],
    metric: str,
    *,
    plain: bool = False,
    interval: int = INTERVAL_SECONDS,
) -> str:
    """Return the rule file of agreements at 99.9 % over 30 days.

    Args:
        agreements: Name, and a matcher of its own; empty for none.
        metric: The counter.
        plain: Whether the period is taken from the raw counters.
        interval: Of every group, in seconds.
    """
    groups = []
    for name, matcher in agreements.items():
        parts = {
            "ratios": _ratios(metric, name, matcher, plain=plain),
            "about": _about(name),
            "alerts": _alerts(name),
        }
        groups += [
            {
                "name": f"{name}/{part}",
                "interval": f"{interval}s",
                "rules": [
                    {**rule, "labels": {"slo": name, **rule.get("labels", {})}} for rule in rules
                ],
            }
            for part, rules in parts.items()
        ]
    return yaml.safe_dump({"groups": groups}, sort_keys=False)


def _ratio(metric: str, matcher: str, window: str) -> str:
    bad = ",".join(('code=~"5.."', *filter(None, (matcher,))))
    only = f"{{{matcher}}}" if matcher else ""
    return f"sum(rate({metric}{{{bad}}}[{window}])) / sum(rate({metric}{only}[{window}]))"


def _ratios(metric: str, name: str, matcher: str, *, plain: bool) -> list[dict[str, object]]:
    rules: list[dict[str, object]] = [
        {"record": f"slo:error:ratio{window}", "expr": _ratio(metric, matcher, window)}
        for window in WINDOWS
    ]
    base = f'slo:error:ratio5m{{slo="{name}"}}[30d]'
    average = f"sum_over_time({base}) / count_over_time({base})"
    period = _ratio(metric, matcher, "30d") if plain else average
    return [*rules, {"record": PERIOD_RATIO, "expr": period}]


def _about(name: str) -> list[dict[str, object]]:
    of = f'{{slo="{name}"}}'
    return [
        {"record": "slo:objective:ratio", "expr": "vector(0.999)"},
        {"record": "slo:budget:ratio", "expr": "vector(1 - 0.999)"},
        {"record": "slo:period:days", "expr": "vector(30)"},
        {"record": "slo:burn_now:ratio", "expr": f"slo:error:ratio5m{of} / slo:budget:ratio{of}"},
        {"record": "slo:burn_period:ratio", "expr": f"{PERIOD_RATIO}{of} / slo:budget:ratio{of}"},
        {"record": "slo:budget_left:ratio", "expr": f"1 - slo:burn_period:ratio{of}"},
        {"record": "slo:info", "expr": "vector(1)"},
    ]


def _alerts(name: str) -> list[dict[str, object]]:
    return [
        {
            "alert": f"Burn{severity.title()}",
            "expr": "\nor\n".join(
                f'(max(slo:error:ratio{short}{{slo="{name}"}} > ({factor} * 0.001))'
                f' and max(slo:error:ratio{long}{{slo="{name}"}} > ({factor} * 0.001)))'
                for short, long, factor in pairs
            ),
            "labels": {"severity": severity},
        }
        for severity, pairs in PAIRS.items()
    ]
