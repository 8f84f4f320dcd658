"""How right windows are: our rules and the averaged five-minute ratios, against counted events.

A month of a shop is scraped; a real Prometheus evaluates both rule sets over it. At fifty
instants, on and off every grid, many in the middle of an incident, the error ratio of the
window is compared with that of the events themselves; a lag of at most ten minutes is allowed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import month_load as load
from averaged_ratio import PERIOD_RATIO, averaged_rules
from histories import DAY, HOUR, MINUTE, Counts, live, tally
from prometheus_server import started
from rule_replay import Replay, read_rules

if TYPE_CHECKING:
    from prometheus_server import Prometheus

INSTANTS = 50
ALLOWED = 0.001
LAG_MS = 10 * MINUTE
WINDOW_MS = 30 * DAY


def instants(rng: random.Random) -> list[int]:
    """Return moments in milliseconds: mid-incident, on the five-minute grid, anywhere."""
    first, last = load.START + WINDOW_MS + HOUR, load.START + load.DAYS * DAY
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


def distance(counts: Counts, value: float, at: int) -> float:
    """Return how far a value is from the truth, as a share of it, at the kindest allowed lag."""
    truths = (_error_ratio(counts, end - WINDOW_MS, end) for end in range(at, at - LAG_MS, -10_000))
    return min(abs(value / truth - 1) for truth in truths)


def _error_ratio(counts: Counts, start: int, end: int) -> float:
    good, total = counts.between(start, end)
    return (total - good) / total


def measure(server: Prometheus, seed: int) -> bool:
    """Print how far both are from the truth; return whether ours is near enough."""
    counters = live(load.life(), seed)
    server.write(counter.series(load.METRIC) for counter in counters)
    happened, moments = tally(counters), instants(random.Random(seed))
    since = load.START / 1e3
    seconds = [at / 1e3 for at in moments]
    Replay(server, read_rules(load.rules_text(load.plan()))).run(seconds, since=since)
    peer = averaged_rules({"peer": ""}, load.METRIC)
    wanted = [
        rule for rule in read_rules(peer) if rule.record in (PERIOD_RATIO, "slo:error:ratio5m")
    ]
    Replay(server, wanted).run(seconds, since=since)
    ours, theirs = [], []
    for at in moments:
        good, total = (
            server.value(f'xla:{part}:sum{{window="30d"}}', at / 1e3) for part in ("good", "total")
        )
        average = server.value(PERIOD_RATIO, at / 1e3)
        assert good is not None
        assert total
        assert average is not None
        ours.append(distance(happened, (total - good) / total, at))
        theirs.append(average / _error_ratio(happened, at - WINDOW_MS, at))
    print(
        f"30d, {len(moments)} instants: within {max(ours):.4%} of the truth (median "
        f"{statistics.median(ours):.4%}); averaged ratios say {min(theirs):.2f} to "
        f"{max(theirs):.2f} times the truth"
    )
    return max(ours) <= ALLOWED


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
            right &= measure(server, seed)
    sys.exit(0 if right else 1)


if __name__ == "__main__":
    main()
