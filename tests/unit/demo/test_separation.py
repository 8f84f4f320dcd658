"""Synthetic traffic is no business: a robot's order moves no business figure, a person's does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from shopping import ask, shop

from truegreen_definitions import names

ROOT = Path(__file__).parents[3]
CLI = (sys.executable, "-m", "truegreen_definitions.cli.app")


def figures(plan: Path, folder: Path, number: int) -> dict[tuple[str, ...], float]:
    """Return every business figure that an exporter counts from the shop's records."""
    state = folder / f"state-{number}.duckdb"
    command = (*CLI, "export", f"--plan={plan}", f"--data={folder}", f"--state={state}", "--once")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    families = text_string_to_metric_families(done.stdout)
    return {
        (sample.name, *sorted(f"{k}={v}" for k, v in sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
        if sample.name == names.WINDOW_EVENTS.name
    }


def buy(url: str, headers: dict[str, str]) -> None:
    """Order and pay a mug."""
    status, order = ask(url, "POST", "/cart", {"sku": "mug-12", "qty": 1}, headers)
    assert status == 201
    paid = ask(url, "POST", f"/orders/{order['order_id']}/pay", {"card": "4000"}, headers)
    assert paid[0] == 200


def test_a_robots_order_moves_nothing_and_a_persons_does(tmp_path: Path) -> None:
    """Of the same two orders only the one without the synthetic mark is in any count."""
    build = (*CLI, "build", str(ROOT / "definitions" / "acme"), "-o", str(tmp_path / "build"))
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    plan = tmp_path / "build" / "plan.json"
    with shop(tmp_path / "orders.jsonl") as (url, _):
        before = figures(plan, tmp_path, 0)
        buy(url, {"x-synthetic": "truegreen"})
        synthetic = figures(plan, tmp_path, 1)
        buy(url, {})
        real = figures(plan, tmp_path, 2)
    assert before
    assert synthetic == before
    assert {key[0] for key in real if real[key] != before.get(key)} == {names.WINDOW_EVENTS.name}
