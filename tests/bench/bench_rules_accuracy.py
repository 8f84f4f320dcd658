"""How right windows are: our rules and the averaged five-minute ratios, against counted events.

A month of a shop is scraped; a real Prometheus evaluates both rule sets over it. At fifty
instants, on and off every grid, many in the middle of an incident, the error ratio of the
window is compared with that of all events that there were, also those that a process took with
it when it restarted before the next scrape; a lag of at most ten minutes is allowed.
Then half an hour without traffic: is there a budget afterwards?
"""

from __future__ import annotations

import argparse
import math
import random
import shutil
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import month_load as load
from averaged_ratio import PERIOD_RATIO, averaged_rules
from histories import DAY, HOUR, MINUTE, Counts, live, tally
from prometheus_server import started
from reference import Reference, span_start
from rule_replay import Replay, read_rules

from truegreen_definitions.units import parse_window

if TYPE_CHECKING:
    from prometheus_server import Prometheus
    from rule_replay import ReplayedRule

    from truegreen_definitions.units import Window

INSTANTS = 50
ALLOWED = 0.001
LAG_MS = 10 * MINUTE
AFTER = {"30d": 30, "month": 2}  # from which day on a window is looked at


def instants(rng: random.Random, first: int) -> list[int]:
    """Return moments in milliseconds: mid-incident, on the five-minute grid, anywhere."""
    last = load.START + load.DAYS * DAY
    late = [span for span in load.INCIDENTS if span[0] > first]
    out = []
    for number in range(INSTANTS):
        if number % 3 == 0:
            start, end, _ = rng.choice(late)
            out.append(rng.randrange(start + 5 * MINUTE, end))
        else:
            out.append(rng.randrange(first, last))
        if number % 4 == 0:
            out[-1] -= out[-1] % (5 * MINUTE)
    return sorted(out)


def distance(counts: Counts, window: Window, value: float, at: int) -> float:
    """Return how far a value is from the truth, as a share of it, at the kindest allowed lag.

    Args:
        counts: The truth.
        window: Of the value.
        value: An error ratio.
        at: When, in milliseconds.
    """
    reference = Reference(load.plan().agreements[0], counts)
    ends = reference.ends(window, at, LAG_MS)
    truths = (error_ratio(counts, window, end) for end in ends)
    return min(abs(value / truth - 1) for truth in truths if truth)


def error_ratio(counts: Counts, window: Window, end: int) -> float | None:
    """Return the share of failures in a window; None where nothing happened."""
    good, total = counts.between(max(load.START, span_start(window, end)), end)
    return (total - good) / total if total else None


def ours_at(server: Prometheus, window: str, at: int) -> float:
    """Return the error ratio by our sums."""
    good, total = (
        server.value(f'xla:{part}:sum{{window="{window}"}}', at / 1e3) for part in ("good", "total")
    )
    assert good is not None
    assert total
    return (total - good) / total


def peer_rules() -> list[ReplayedRule]:
    """Return the peer's rules of the period, and what they read."""
    rules = read_rules(averaged_rules({"peer": ""}, load.METRIC))
    return [rule for rule in rules if rule.record in (PERIOD_RATIO, "slo:error:ratio5m")]


def measure(server: Prometheus, seed: int) -> bool:
    """Print how far both are from the truth; return whether ours is near enough."""
    counters = live(load.life(), seed)
    server.write(counter.series(load.METRIC) for counter in counters)
    counts = tally(counters)
    rng = random.Random(seed)
    moments = {name: instants(rng, load.START + days * DAY + HOUR) for name, days in AFTER.items()}
    since = load.START / 1e3
    every = [at / 1e3 for some in moments.values() for at in some]
    plan = load.named({name: name for name in AFTER}, shared=False)
    Replay(server, read_rules(load.rules_text(plan))).run(every, since=since)
    Replay(server, peer_rules()).run([at / 1e3 for at in moments["30d"]], since=since)
    right = True
    for name, some in moments.items():
        window = parse_window(name)
        off = [distance(counts, window, ours_at(server, name, at), at) for at in some]
        print(
            f"seed {seed}, {name}, {len(some)} instants: within {max(off):.4%} of the truth "
            f"(median {statistics.median(off):.4%})",
            flush=True,
        )
        right &= max(off) <= ALLOWED
    rolling = parse_window("30d")
    factors = [
        (server.value(PERIOD_RATIO, at / 1e3) or 0) / (error_ratio(counts, rolling, at) or 1)
        for at in moments["30d"]
    ]
    print(f"30d: averaged ratios say {min(factors):.2f} to {max(factors):.2f} times the truth")
    return right


def after_a_pause(server: Prometheus, seed: int) -> bool:
    """Print the budget after half an hour without traffic; return whether ours is a number."""
    start = load.START + 60 * DAY
    quiet = range(start + 3 * HOUR, start + 3 * HOUR + 30 * MINUTE)
    life = replace(load.life(start, start + 5 * HOUR), rate=lambda at: 0.0 if at in quiet else 2.0)
    server.write(counter.series(load.METRIC) for counter in live(life, seed))
    now = life.end / 1e3
    ours = read_rules(load.rules_text(load.named({"paused": "30d"}, shared=False)))
    for rules in (ours, peer_rules()):
        Replay(server, rules).run([now], since=start / 1e3)
    left = server.value('xla:budget_remaining:ratio{agreement="paused",window="30d"}', now)
    average = server.value(PERIOD_RATIO, now)
    print(f"after a pause of 30 minutes our budget is {left}, the average is {average}")
    return left is not None and math.isfinite(left)


def main() -> None:
    """Measure one seed, or several."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=1)
    prometheus = shutil.which("prometheus")
    if prometheus is None:
        sys.exit("prometheus is missing: `make tools` installs it")
    right = True
    for seed in range(parser.parse_args().seeds):
        with tempfile.TemporaryDirectory() as folder, started(prometheus, Path(folder)) as server:
            right &= measure(server, seed) & after_a_pause(server, seed)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
