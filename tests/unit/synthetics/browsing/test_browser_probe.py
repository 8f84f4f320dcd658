"""A probe whose journey is walked in a browser, as it is run."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pages import pages
from prometheus_client.parser import text_string_to_metric_families
from shopping import JOURNEY, plan_for, running

from truegreen_definitions import names
from truegreen_definitions.plan import Assertion, BrowserVisit, Gesture
from truegreen_definitions.plan.codec import dumps

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Plan

PATIENT = 60.0


def plan_of(url: str) -> Plan:
    """Return a plan whose journey opens a shop and pays, and expects words that never come."""
    browse, _, pay = JOURNEY.steps
    seconds = {"satisfied_seconds": 20.0, "tolerated_seconds": 30.0, "timeout_seconds": PATIENT}
    see = Gesture(name="see", what="Welcome to the shop", value="")
    click = Gesture(name="click", what="text=Pay", value="")
    thanks = Gesture(name="see", what="Thank you", value="")
    sorry = Assertion(subject="text", path="", operator="contains", operand='"Sorry"')
    steps = (
        replace(
            browse,
            action=BrowserVisit(path="/shop", gestures=(see,)),
            extract=(),
            asserts=(),
            **seconds,
        ),
        replace(
            pay,
            action=BrowserVisit(path="", gestures=(click, thanks)),
            extract=(),
            asserts=(sorry,),
            **seconds,
        ),
    )
    plan = plan_for(url, every_seconds=1.0)
    journey = replace(plan.journeys[0], steps=steps, cleanup=())
    return replace(plan, journeys=(journey,))


def counted(url: str) -> Counter[tuple[str, ...]]:
    """Return what is counted of steps: (metric, step) and, of outcomes, the outcome."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=PATIENT) as answer:
        text = answer.read().decode()
    found: Counter[tuple[str, ...]] = Counter()
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            if one.name == names.STEP_OUTCOMES.name:
                found[one.labels["step"], one.labels["outcome"]] += int(one.value)
            elif one.name in {f"{names.PAGE_LOAD.name}_count", f"{names.LARGEST_PAINT.name}_count"}:
                found[one.name, one.labels["step"]] += int(one.value)
    return found


def test_a_probe_counts_what_a_browser_saw(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """Beside Locust's loop, pages are loaded, judged and measured; an assertion fails its step."""
    sandbox = ["--browser-no-sandbox"] if os.geteuid() == 0 else []
    path = tmp_path / "plan.json"
    with pages() as site, tempfile.TemporaryDirectory(prefix="tg") as folder:
        path.write_text(dumps(plan_of(site.url), ""))
        command = [sys.executable, "-m", "truegreen_definitions.cli.app", "probe", "--listen"]
        command += ["127.0.0.1:0", f"--plan={path}", f"--browser={tool('chromium')}", *sandbox]
        with running(command, {"TMPDIR": folder, "TEST_CARD": "4111"}) as probe:
            url = f"http://{json.loads(probe.line_with('listening'))['address']}"
            deadline = time.monotonic() + PATIENT
            while (found := counted(url))["pay", "failed"] < 2:
                assert time.monotonic() < deadline, found
                time.sleep(0.1)
            assert probe.end() == 0
        left = [*Path(folder).iterdir()]
    assert found["browse", "satisfied"] >= found["pay", "failed"]
    assert found["browse", "failed"] == found["pay", "satisfied"] == 0
    # Both steps opened a page, one by a click.
    for step in ("browse", "pay"):
        assert found[f"{names.PAGE_LOAD.name}_count", step] >= 2
        assert found[f"{names.LARGEST_PAINT.name}_count", step] >= 2
    assert any('expected "Sorry"' in line or "Sorry" in line for line in probe.said)
    assert left == []
