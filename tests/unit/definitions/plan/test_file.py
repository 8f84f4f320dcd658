"""The plan behind an open page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from structlog.testing import capture_logs

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan.codec import dumps
from truegreen_definitions.plan.file import PlanFile

if TYPE_CHECKING:
    from pathlib import Path


def test_a_rebuilt_plan_is_shown(tmp_path: Path) -> None:
    """After a build the page shows the new plan without a restart."""
    path = tmp_path / "plan.json"
    path.write_text(dumps(plans.PLAN), encoding="utf-8")
    file = PlanFile(path)
    path.write_text(dumps(replace(plans.PLAN, journeys=())), encoding="utf-8")
    with capture_logs() as logs:
        assert file.current().plan.journeys == ()
        assert file.current().plan.journeys == ()
    assert [one["event"] for one in logs] == ["plan_reloaded"]


@pytest.mark.parametrize("broken", [b"{", b"\xff\xfe", None], ids=["cut", "bytes", "gone"])
def test_the_last_good_plan_is_kept(tmp_path: Path, broken: bytes | None) -> None:
    """A plan that is cut, garbled or gone does not take the page down, and is logged."""
    path = tmp_path / "plan.json"
    path.write_text(dumps(plans.PLAN), encoding="utf-8")
    file = PlanFile(path)
    path.write_bytes(broken) if broken else path.unlink()
    with capture_logs() as logs:
        assert file.current().plan == plans.PLAN
    assert [one["event"] for one in logs] == ["plan_kept"]


def test_a_missing_plan_is_said_at_once(tmp_path: Path) -> None:
    """Without any plan there is no page, and the message names the file."""
    with pytest.raises(TerminalError, match=r"cannot read .*plan\.json: No such file"):
        PlanFile(tmp_path / "plan.json")
