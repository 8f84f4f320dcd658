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
    from collections.abc import Sequence
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


def asked(root: Path, function: str, values: Sequence[object], *rest: object) -> list[str]:
    """Return what a function of the page's figures says of each value."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing: the page's own figures cannot be asked")
    page = (root / "dashboards/truegreen_dashboards/page/format.js").as_uri()
    script = (
        f'import {{{function}}} from "{page}";'
        f"const all = {json.dumps(values)}.map((one) => {function}(one, ...{json.dumps(rest)}));"
        "console.log(JSON.stringify(all));"
    )
    command = (node, "--input-type=module", "-e", script)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [one.replace("\u202f", " ") for one in json.loads(done.stdout)]


def test_alerts_write_percentages_as_figures_do(root: Path) -> None:
    """What Prometheus's templates say of a share reads as the same share does in a panel."""
    shares = (-1.367, 0.6446, 0.9134, 0.97, 0.9995, -0.004, -188.8, 1)
    told = [f"left {100 * one:.4g}% of it" for one in shares]
    assert asked(root, "spoken", told) == [
        f"left {figure(one, Unit.RATIO)} of it" for one in shares
    ]
    summary = "errors come 100.0 times as fast as 99.9995% over 30d allows (over 2m and over 30s)"
    assert asked(root, "spoken", [summary]) == [summary.replace("%", " %")]


@pytest.mark.parametrize("unit", [one for one in Unit if one is not Unit.DAY])
def test_the_live_page_says_the_same(unit: Unit, root: Path) -> None:
    """Both write the same figure for the same value, wherever Node can be asked."""
    assert asked(root, "formatted", VALUES, unit) == [figure(value, unit) for value in VALUES]
