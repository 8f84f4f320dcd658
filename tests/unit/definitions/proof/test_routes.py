"""Who must be told, asked of the real amtool."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.emitters.alertmanager import ALERTMANAGER
from truegreen_definitions.proof.routes import ROUTES_PATH, expected_routes, run_routes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan


def test_every_alert_reaches_its_team(
    acme_plan: Plan, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """With the routes of the example company, amtool agrees on every owner and severity."""
    write_all(tmp_path, ALERTMANAGER.emit(acme_plan, BuildInfo()))
    outcome = run_routes(tool("amtool"), tmp_path, expected_routes(acme_plan))
    assert len(outcome.cases) > 5
    assert not outcome.failed, outcome


def test_a_team_that_is_not_reached_is_told(tmp_path: Path, tool: Callable[[str], str]) -> None:
    """A route that leads elsewhere fails with what was expected and who is told instead."""
    write_all(tmp_path, ALERTMANAGER.emit(plans.PLAN, BuildInfo()))
    path = tmp_path / ROUTES_PATH
    path.write_text(path.read_text().replace('owner="checkout-team"', 'owner="checkout"'))
    outcome = run_routes(tool("amtool"), tmp_path, expected_routes(plans.PLAN))
    failures = [failure for case in outcome.cases for failure in case.failures]
    assert {(one.expected, one.got) for one in failures} == {
        ("checkout-team/page", "everybody"),
        ("checkout-team/ticket", "everybody"),
    }
    assert {case.place for case in outcome.cases if case.failures} == {"shop.yaml:7"}


def test_nobody_is_everybody() -> None:
    """Alerts without a team, and those of a team nobody can reach, go to everybody."""
    silent = replace(plans.PLAN, teams=(replace(plans.TEAM, page=None, ticket=None),))
    assert {one.receivers for one in expected_routes(silent)} == {("everybody",)}
