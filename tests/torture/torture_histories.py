"""Holds the rules against the reference on many histories of every kind."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from emit_trials import JUDGED
from history_kinds import KINDS
from prometheus_server import started
from rule_oracle import Grounds

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.rules import RULES

SEEDS = 30


def main() -> None:
    """Print every disagreement; fail when there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    given = parser.parse_args()
    prometheus = shutil.which("prometheus")
    if prometheus is None:
        sys.exit("prometheus is missing: `make tools` installs it")
    wrong = 0
    rules = {name: next(iter(RULES.emit(plan, BuildInfo()))).text for name, plan in JUDGED.items()}
    for seed in range(given.first, given.first + given.seeds):
        with tempfile.TemporaryDirectory() as folder, started(prometheus, Path(folder)) as server:
            grounds = Grounds(server)
            for kind in KINDS:
                for name, plan in JUDGED.items():
                    for said in grounds.disagreements(plan, rules[name], KINDS[kind], seed):
                        print(f"{kind}, {name}, seed {seed}: {said}", flush=True)
                        wrong += 1
    trials = given.seeds * len(KINDS) * len(JUDGED)
    print(f"{trials} histories, {wrong} disagreements")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
