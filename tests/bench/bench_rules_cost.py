"""What rules cost: samples that Prometheus touches, against the layout of averaged ratios.

One agreement, 99.9 % over 30 days, over 20 raw series scraped every 30 s. Every rule is
evaluated once with statistics, at its place in a month of history, and counts as often as its
own group's interval says.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import month_load as load
from averaged_ratio import averaged_rules
from histories import DAY, live
from prometheus_server import started
from rule_replay import Replay, ReplayedRule, read_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_server import Prometheus

ALLOWED = 1 / 50
NOW = load.START / 1e3 + load.DAYS * DAY / 1e3 - 5 * 3_600 + 130
DEAREST = 8


def per_hour(server: Prometheus, rules: Sequence[ReplayedRule]) -> dict[ReplayedRule, float]:
    """Return the samples each rule touches in an hour."""
    Replay(server, rules).run([NOW], since=load.START / 1e3)
    return {
        rule: server.samples_touched(rule.expr, rule.tick_before(round(NOW * 1e3)) / 1e3)
        * 3_600_000
        / rule.interval_ms
        for rule in rules
    }


def tell(name: str, costs: dict[ReplayedRule, float]) -> float:
    """Print the sum and the dearest rules; return the sum."""
    total = sum(costs.values())
    print(f"{name}: {total:,.0f} samples an hour, {len(costs)} rules")
    groups: dict[str, float] = defaultdict(float)
    for rule, cost in costs.items():
        groups[f"{rule.group} every {rule.interval_ms // 1_000} s"] += cost
    for group, cost in groups.items():
        print(f"    {cost:12,.0f}  {group}")
    for rule, cost in sorted(costs.items(), key=lambda one: -one[1])[:DEAREST]:
        where = rule.labels.get("window") or rule.labels.get("over") or rule.labels.get("burn", "")
        print(f"      {cost:10,.0f}  {rule.record or rule.alert} {where}")
    return total


def main() -> None:
    """Print what our rules and both forms of the peer cost, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    seed = parser.parse_args().seed
    prometheus = shutil.which("prometheus")
    if prometheus is None:
        sys.exit("prometheus is missing: `make tools` installs it")
    with tempfile.TemporaryDirectory() as folder, started(prometheus, Path(folder)) as server:
        server.write(counter.series(load.METRIC) for counter in live(load.life(), seed))
        ours = tell("ours", per_hour(server, read_rules(load.rules_text(load.plan()))))
        peers = {
            name: tell(
                f"averaged ratios, {name}",
                per_hour(server, read_rules(averaged_rules({name: ""}, load.METRIC, plain=plain))),
            )
            for name, plain in (("optimised", False), ("plain", True))
        }
    for name, cost in peers.items():
        print(f"{cost / ours:.1f} times cheaper than averaged ratios, {name}")
    sys.exit(0 if ours <= ALLOWED * min(peers.values()) else 1)


if __name__ == "__main__":
    main()
