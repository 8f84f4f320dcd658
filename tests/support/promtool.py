"""Real Prometheus rules on made-up samples: promtool evaluates, the test compares.

promtool prints what it got where that is not what a test expected, so a test that expects
nothing tells every value.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from truegreen_definitions.emitters.yaml_text import dumps
from truegreen_definitions.units import duration_label, parse_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from truegreen_definitions.emitters.yaml_text import Value

__all__ = ["Bench", "run_tests"]

_WORD = re.compile(r"[a-zA-Z_:][\w:]*")
_GOT = re.compile(r'expr: (".*"), time: (\w+),\n\s+exp: .*\n\s+got: (.*)\n')


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A rule file that can be asked for values; only the rules that an answer needs are evaluated.

    Attributes:
        step_seconds: Interval of the samples.
        evaluate_seconds: Interval of the rules.
    """

    promtool: str
    folder: Path
    rules: str
    step_seconds: int
    evaluate_seconds: int

    def ask(
        self, series: Mapping[str, str], asked: Iterable[tuple[str, int]]
    ) -> list[float | None]:
        """Return the one value of each expression at a time in seconds; None for no value."""
        questions = list(asked)
        rules = _needed(self.rules, [expr for expr, _ in questions])
        (self.folder / "asked_rules.yml").write_text(rules)
        test: Value = {
            "rule_files": ["asked_rules.yml"],
            "evaluation_interval": f"{self.evaluate_seconds}s",
            "group_eval_order": re.findall(r"^  - name: '?([^'\n]+)'?$", rules, re.MULTILINE),
            "tests": [
                {
                    "interval": f"{self.step_seconds}s",
                    "input_series": [
                        {"series": name, "values": values} for name, values in series.items()
                    ],
                    "promql_expr_test": [
                        {"expr": f"sum({expr})", "eval_time": duration_label(at)}
                        for expr, at in questions
                    ],
                }
            ],
        }
        (self.folder / "asked_test.yml").write_text(dumps(test))
        done = run_tests(self.promtool, self.folder / "asked_test.yml")
        said = done.stdout + done.stderr
        got = {
            (json.loads(expr), parse_duration(at)): float(value.removeprefix("{} "))
            for expr, at, value in _GOT.findall(said)
        }
        assert got or done.returncode == 0, said
        return [got.get((f"sum({expr})", Decimal(at))) for expr, at in questions]


def _needed(rules: str, asked: Iterable[str]) -> str:
    """Return the rules that record what is asked for, or what one of them reads, in their order."""
    groups = _groups(rules)
    words = {word for expr in asked for word in _WORD.findall(expr)}
    size = 0
    while size < len(words):
        size = len(words)
        for group in groups:
            for rule in group["rules"]:
                if rule.get("record", "ALERTS") in words:
                    words.update(_WORD.findall(rule["expr"]))
    left = [
        {**group, "rules": [one for one in group["rules"] if one.get("record", "ALERTS") in words]}
        for group in groups
    ]
    return dumps({"groups": [group for group in left if group["rules"]]})


@lru_cache(maxsize=4)  # a bench is asked again and again
def _groups(rules: str) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = yaml.safe_load(rules)["groups"]
    return groups


def run_tests(promtool: str, *files: Path) -> subprocess.CompletedProcess[str]:
    """Run promtool's unit tests."""
    command = [promtool, "test", "rules", *(file.name for file in files)]
    return subprocess.run(
        command, cwd=files[0].parent, capture_output=True, text=True, check=False, timeout=300
    )
