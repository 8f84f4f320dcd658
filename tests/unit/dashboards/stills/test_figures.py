"""Figures as people read them; the live page says the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from truegreen_dashboards.display import Unit
from truegreen_dashboards.stills.figures import clock, figure

if TYPE_CHECKING:
    from pathlib import Path

VALUES = (0, 0.0004, 0.05, 0.123456, 0.9, 0.99956, 1, 3.14159, 42, 99.5, 1234.5, 98765, 1.5e5, 2e7)


def test_figures_are_short_and_have_their_unit() -> None:
    """A promise keeps the digits that are the news; lengths of time choose their unit."""
    assert figure(0.99956, Unit.RATIO) == "99.956 %"
    assert figure(-11.89, Unit.RATIO) == "\N{MINUS SIGN}1,189 %"
    assert figure(0.4, Unit.SECONDS) == "400 ms"
    assert figure(5400, Unit.SECONDS) == "1.5 h"
    assert figure(1234.5, Unit.MONEY) == "1,235"
    assert figure(float("inf"), Unit.COUNT) == "NO DATA"
    assert figure(None, Unit.COUNT) == "NO DATA"
    assert figure(1_794_744_000_000, Unit.DAY) == "2026-11-15"
    assert clock(1_794_744_000, 3600) == "12:00"
    assert clock(1_794_744_000, 5 * 86_400) == "15 Nov"


@pytest.mark.parametrize("unit", [one for one in Unit if one is not Unit.DAY])
def test_the_live_page_says_the_same(unit: Unit, root: Path) -> None:
    """Both write the same figure for the same value, wherever Node can be asked."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing: the page's own figures cannot be asked")
    page = (root / "dashboards/truegreen_dashboards/page/format.js").as_uri()
    script = (
        f'import {{formatted}} from "{page}";'
        f"const all = {json.dumps(VALUES)}.map((one) => formatted(one, {json.dumps(unit)}));"
        "console.log(JSON.stringify(all));"
    )
    command = (node, "--input-type=module", "-e", script)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = [one.replace("\u202f", " ") for one in json.loads(done.stdout)]
    assert said == [figure(value, unit) for value in VALUES]
