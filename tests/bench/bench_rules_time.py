"""How long rules take: 500 agreements over one set of 20 raw series, in a real Prometheus.

The history that the rules read is stored first: what one agreement records is computed by a
replay and copied for the others under their names, and all of it is written to a block, as
Prometheus keeps what is older than hours. Then the server's own rule manager evaluates every
group in cycles, whatever its interval says, so that neither layout waits for itself. What counts
is the server's CPU time for an evaluation of a group, as often in an hour as the group's stated
interval says: wall time would measure what else the machine does. Groups of one interval are
measured at a time, over at least as many evaluations as there are groups.

Asked for several numbers of agreements, it shows how the time grows with them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import month_load as load
import yaml
from averaged_ratio import averaged_rules
from histories import DAY, HOUR, live
from prometheus_server import started
from remote_write import Series, samples_block, series_block, snappy
from rule_replay import Replay, read_rules

from truegreen_definitions.units import parse_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from histories import Counter
    from prometheus_server import Prometheus
    from rule_replay import ReplayedRule

AGREEMENTS = 500
ALLOWED = 1 / 10
RAW_DAYS = 31
LOADING_MS = HOUR  # raw samples go on while rules are evaluated
BODY_BYTES = 8_000_000
PATIENCE_CYCLES = 6
SHORTEST_CYCLE = 10
GROUPS_A_SECOND = 10
ITERATIONS = "prometheus_rule_group_iterations_total{"


def hourly_seconds(
    prometheus: str, numbers: list[int], rules_of: Callable[[list[str]], str]
) -> dict[int, float]:
    """Return, by number of agreements, how many CPU seconds of an hour a server spends on rules."""
    names = [f"a{number}" for number in range(max(numbers))]
    now = round(time.time() * 1e3)
    counters = live(load.life(now - RAW_DAYS * DAY, now + LOADING_MS), 0)
    with tempfile.TemporaryDirectory() as folder:
        with started(prometheus, Path(folder)) as server:
            server.write(_between(counters, 0, now))
            write_recorded(server, names, rules_of, now)
            data = server.snapshot()
        with started(prometheus, Path(folder), data=data) as server:
            server.write(_between(counters, now, now + LOADING_MS))
            return {number: _hour(server, rules_of(names[:number])) for number in numbers}


def _between(counters: Iterable[Counter], start: int, end: int) -> Iterator[Series]:
    for one in counters:
        samples = [sample for sample in one.samples if start <= sample[0] < end]
        yield Series.of(load.METRIC, dict(one.labels), samples)


def write_recorded(
    server: Prometheus, names: list[str], rules_of: Callable[[list[str]], str], now: int
) -> None:
    """Store what rules have recorded of every agreement in the month until now."""
    one = read_rules(rules_of(names[:1]))
    Replay(server, one).run([now / 1e3], since=now / 1e3 - RAW_DAYS * DAY / 1e3)
    for rule in one:
        if rule.record and rule.span is not None:
            copy(server, rule, names)


def copy(server: Prometheus, rule: ReplayedRule, names: list[str]) -> None:
    """Store what a rule recorded for the first name under all the others."""
    for labels, samples in rule.held.items():
        block, body = samples_block(samples), b""
        for name in names[1:]:
            told = ((k, name if v == names[0] else v) for k, v in labels)
            body += series_block(tuple(sorted((*told, ("__name__", rule.record)))), block)
            if len(body) > BODY_BYTES:
                server.write_batch(snappy(body))
                body = b""
        if body:
            server.write_batch(snappy(body))


def _hour(server: Prometheus, text: str) -> float:
    groups = yaml.load(text, yaml.CSafeLoader)["groups"]
    cost = {}
    for interval in sorted({one["interval"] for one in groups}):
        some = [one for one in groups if one["interval"] == interval]
        times = 3_600 / float(parse_duration(interval))
        cost[interval] = evaluated(server, some) * times
    told = ", ".join(f"{seconds:,.2f} every {interval}" for interval, seconds in cost.items())
    print(f"    {told}", flush=True)
    return sum(cost.values())


def evaluated(server: Prometheus, groups: list[dict[str, Any]]) -> float:
    """Return the CPU seconds that one evaluation of all these groups takes a server."""
    cycle = max(SHORTEST_CYCLE, len(groups) // GROUPS_A_SECOND)
    slowed = [{**one, "interval": f"{cycle}s"} for one in groups]
    text = yaml.dump({"groups": slowed}, Dumper=yaml.CSafeDumper)
    (server.folder / "all.rules.yml").write_text(text)
    server.reload()
    time.sleep(cycle)  # what is read for the first time
    before, done_before = server.cpu_seconds(), iterations(server)
    done = 0
    for _ in range(PATIENCE_CYCLES):
        time.sleep(cycle)
        took = server.cpu_seconds() - before
        done = iterations(server) - done_before
        if done >= len(groups):
            break
    assert done >= len(groups), f"{done} of {len(groups)} groups in {PATIENCE_CYCLES * cycle} s"
    found = server.get("rules")["groups"]
    failed = [r["lastError"] for one in found for r in one["rules"] if r.get("lastError")]
    assert not failed, failed[:3]
    return took / done * len(groups)


def iterations(server: Prometheus) -> int:
    """Return how many evaluations of its present groups the server has begun."""
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    return sum(int(float(one.rpartition(" ")[2])) for one in lines if one.startswith(ITERATIONS))


def main() -> None:
    """Print the time of both layouts, without and with what our compiler shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, nargs="+", default=[AGREEMENTS])
    parser.add_argument("--plain", action="store_true", help="measure the plain peer, too")
    given = parser.parse_args()
    prometheus = shutil.which("prometheus")
    if prometheus is None:
        sys.exit("prometheus is missing: `make tools` installs it")
    layouts: dict[str, Callable[[list[str]], str]] = {
        "ours": lambda some: load.rules_text(load.named(dict.fromkeys(some, "30d"), shared=False)),
        "ours, shared totals": lambda some: load.rules_text(
            load.named(dict.fromkeys(some, "30d"), shared=True)
        ),
        "averaged ratios, optimised": lambda some: _peer(some, plain=False),
    }
    if given.plain:
        layouts["averaged ratios, plain"] = lambda some: _peer(some, plain=True)
    took = {}
    for name, rules_of in layouts.items():
        found = hourly_seconds(prometheus, given.agreements, rules_of)
        for number, seconds in found.items():
            each = seconds / number
            print(f"{name}: {seconds:,.1f} s an hour for {number}, {each:.3f} each", flush=True)
        took[name] = found[max(found)]
    peer = took["averaged ratios, optimised"]
    for name in ("ours", "ours, shared totals"):
        print(f"{name}: {peer / took[name]:.1f} times as fast as averaged ratios, optimised")
    sys.exit(0 if took["ours"] <= ALLOWED * peer else 1)


def _peer(names: list[str], *, plain: bool) -> str:
    return averaged_rules({name: f'job!="{name}"' for name in names}, load.METRIC, plain=plain)


if __name__ == "__main__":
    main()
