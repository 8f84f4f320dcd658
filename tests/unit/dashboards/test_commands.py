"""The verb `preview`, run as people run it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import plans

from truegreen_definitions.plan.codec import dumps

if TYPE_CHECKING:
    from pathlib import Path

START = [sys.executable, "-m", "truegreen_definitions.cli.app", "preview"]


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    """Stdout is the page's address, the page is there, and SIGTERM ends it cleanly."""
    plan = tmp_path / "plan.json"
    plan.write_text(dumps(plans.PLAN), encoding="utf-8")
    more = ["--plan", str(plan), "--prometheus", "http://127.0.0.1:9", "--listen", "127.0.0.1:0"]
    with subprocess.Popen([*START, *more], stdout=subprocess.PIPE, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            with urllib.request.urlopen(f"{url}boards.json", timeout=5) as answer:
                assert [one["uid"] for one in json.load(answer)["boards"]] == [
                    "xla-exec",
                    "xla-service",
                    "xla-vendor",
                    "xla-ops",
                ]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stdout.read() == ""


def test_a_missing_plan_is_a_message(tmp_path: Path) -> None:
    """Without a plan the command ends with exit code 1 and one line."""
    more = ["--plan", str(tmp_path / "none.json"), "--prometheus", "http://127.0.0.1:9"]
    done = subprocess.run([*START, *more], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("truegreen: cannot read")
    assert done.stderr.count("\n") == 1
