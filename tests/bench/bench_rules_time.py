"""How long rules take: 500 agreements over one set of 20 raw series, in a real Prometheus.

The history that the rules read is stored first: what one agreement records is computed by a
replay and copied for the others under their names. All of it is written to a block, as Prometheus
keeps what is older than hours, but for the last two hours, which it holds in memory. Then the
server's own rule manager evaluates every group in cycles, whatever its interval says, so that
neither layout waits for itself. What counts is the server's CPU time for an evaluation of a group,
as often in an hour as the group's stated interval says: wall time would measure what else the
machine does. Groups that are alike are measured at a time, over at least as many evaluations as
there are groups; one that the server had no time for is none.

Other work on the machine makes CPU time dearer, too, so every layout has a server of its own and
they are measured in turns; what counts is the median of the ratios within a turn. Asked for
several numbers of agreements, it shows how the time grows with them.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
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
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from histories import Counter
    from prometheus_server import Prometheus
    from rule_replay import ReplayedRule

AGREEMENTS = 500
ALLOWED = 1 / 10
TURNS = 3
RAW_DAYS = 31
RECENT_MS = 2 * HOUR  # what a server holds in memory at least
LOADING_MS = 3 * HOUR  # raw samples go on while rules are evaluated
BODY_BYTES = 8_000_000
PATIENCE_CYCLES = 30
SHORTEST_CYCLE = 10
GROUPS_A_SECOND = 10
SCHEDULED = "prometheus_rule_group_iterations_total{"
MISSED = "prometheus_rule_group_iterations_missed_total{"
PEER = "averaged ratios, optimised"
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Layout:
    """A server with the history of a layout's rules, which it does not evaluate yet.

    Attributes:
        server: The server.
        groups: The rule groups, as data.
    """

    server: Prometheus
    groups: list[dict[str, Any]]

    def hour(self, name: str) -> float:
        """Return how many CPU seconds of an hour the server spends on rules, and tell."""
        alike = defaultdict(list)
        for one in self.groups:
            alike[one["interval"], len(one["rules"])].append(one)
        cost = {
            f"{rules} rules every {interval}": evaluated(self.server, some)
            * (3_600 / float(parse_duration(interval)))
            for (interval, rules), some in sorted(alike.items())
        }
        rest(self.server)
        told = ", ".join(f"{seconds:,.2f} of {which}" for which, seconds in cost.items())
        print(f"    {name}: {sum(cost.values()):,.2f} s an hour ({told})", flush=True)
        return sum(cost.values())


@contextmanager
def prepared(
    prometheus: str, names: list[str], rules_of: Callable[[list[str]], str], folder: Path
) -> Iterator[Layout]:
    """Run a server that has a month of what the rules of these agreements read.

    Args:
        prometheus: The binary.
        names: Of the agreements.
        rules_of: Gives the rule file of some of them.
        folder: Where the server keeps everything.
    """
    now = round(time.time() * 1e3)
    recent = now - RECENT_MS
    counters = live(load.life(now - RAW_DAYS * DAY, now + LOADING_MS), 0)
    places = [folder / place for place in ("one", "all", "run")]
    for place in places:
        place.mkdir()
    rules = read_rules(rules_of(names[:1]))
    with started(prometheus, places[0]) as server:
        server.write(_between(counters, 0, now))
        Replay(server, rules).run([now / 1e3], since=now / 1e3 - RAW_DAYS * DAY / 1e3)
    ranged = [rule for rule in rules if rule.record and rule.span is not None]
    with started(prometheus, places[1]) as server:
        server.write(_between(counters, 0, recent))
        for rule in ranged:
            copy(server, rule, names, (0, recent))
        data = server.snapshot()
    with started(prometheus, places[2], data=data) as server:
        server.write(_between(counters, recent, now + LOADING_MS))
        for rule in ranged:
            copy(server, rule, names, (recent, now))
        yield Layout(server, yaml.load(rules_of(names), yaml.CSafeLoader)["groups"])


def _between(counters: Iterable[Counter], start: int, end: int) -> Iterator[Series]:
    for one in counters:
        samples = [sample for sample in one.samples if start <= sample[0] < end]
        if samples:
            yield Series.of(load.METRIC, dict(one.labels), samples)


def copy(
    server: Prometheus, rule: ReplayedRule, names: list[str], between: tuple[int, int]
) -> None:
    """Store what a rule recorded for the first name under all names."""
    for labels, samples in rule.held.items():
        some = [one for one in samples if between[0] <= one[0] < between[1]]
        if not some:
            continue
        block, body = samples_block(some), b""
        for name in names:
            told = ((k, name if v == names[0] else v) for k, v in labels)
            body += series_block(tuple(sorted((*told, ("__name__", rule.record)))), block)
            if len(body) > BODY_BYTES:
                server.write_batch(snappy(body))
                body = b""
        if body:
            server.write_batch(snappy(body))


def rest(server: Prometheus) -> None:
    """Let the server evaluate nothing."""
    (server.folder / "all.rules.yml").write_text("groups: []\n")
    server.reload()


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
    """Return how many evaluations of its present groups the server has begun.

    Those that it left out because it was late are among the scheduled.
    """
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=60) as answer:
        lines = answer.read().decode().splitlines()
    scheduled, missed = (
        sum(int(float(one.rpartition(" ")[2])) for one in lines if one.startswith(metric))
        for metric in (SCHEDULED, MISSED)
    )
    return scheduled - missed


def main() -> None:
    """Print the time of both layouts, without and with what our compiler shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agreements", type=int, nargs="+", default=[AGREEMENTS])
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--plain", action="store_true", help="measure the plain peer, too")
    given = parser.parse_args()
    prometheus = shutil.which("prometheus")
    if prometheus is None:
        sys.exit("prometheus is missing: `make tools` installs it")
    layouts: dict[str, Callable[[list[str]], str]] = {
        OURS: lambda some: load.rules_text(load.named(dict.fromkeys(some, "30d"), shared=False)),
        "ours, shared totals": lambda some: load.rules_text(
            load.named(dict.fromkeys(some, "30d"), shared=True)
        ),
        PEER: lambda some: _peer(some, plain=False),
    }
    if given.plain:
        layouts["averaged ratios, plain"] = lambda some: _peer(some, plain=True)
    right = [compared(prometheus, layouts, number, given.turns) for number in given.agreements]
    sys.exit(0 if all(right) else 1)


def compared(
    prometheus: str, layouts: Mapping[str, Callable[[list[str]], str]], number: int, turns: int
) -> bool:
    """Measure all layouts in turns; tell, and return whether ours is cheap enough."""
    names = [f"a{one}" for one in range(number)]
    with ExitStack() as stack:
        ready = {}
        for name, rules_of in layouts.items():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            ready[name] = stack.enter_context(prepared(prometheus, names, rules_of, folder))
        took = [{name: one.hour(name) for name, one in ready.items()} for _ in range(turns)]
    for name in layouts:
        seconds = median(turn[name] for turn in took)
        ratios = [turn[PEER] / turn[name] for turn in took]
        spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
        print(
            f"{number} agreements, {name}: {seconds:,.1f} s an hour, {seconds / number:.3f} each, "
            f"{median(ratios):.1f} times as fast as the peer ({spread})",
            flush=True,
        )
    return median(turn[OURS] / turn[PEER] for turn in took) <= ALLOWED


def _peer(names: list[str], *, plain: bool) -> str:
    return averaged_rules({name: f'job!="{name}"' for name in names}, load.METRIC, plain=plain)


if __name__ == "__main__":
    main()
