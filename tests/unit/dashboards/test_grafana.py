"""Boards as Grafana JSON."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import plans
import pytest

from truegreen_dashboards import grafana
from truegreen_dashboards.boards import boards
from truegreen_dashboards.grafana_fields import native
from truegreen_dashboards.lint import faults as lint
from truegreen_dashboards.lint.grafana_json import faults
from truegreen_dashboards.panels import Panel
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.plan.codec import digest

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_dashboards.board import Board
    from truegreen_dashboards.grafana_display import Json
    from truegreen_definitions.plan import Plan

BOARDS = boards(plans.PLAN)
EACH = pytest.mark.parametrize("board", BOARDS, ids=[board.uid for board in BOARDS])


@EACH
def test_golden(board: Board, root: Path) -> None:
    """The JSON of a hand-made plan is, byte for byte, what people have looked at."""
    path = root / "tests/golden/boards/hand-made-plan/expected" / f"{board.uid}.json"
    # The board names its plan by digest, which says nothing about boards.
    text = grafana.text(board).replace(digest(plans.PLAN)[:12], "its-digest")
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@EACH
def test_shape(board: Board) -> None:
    """The JSON has none of the faults that Grafana swallows."""
    assert faults(json.loads(grafana.text(board))) == ()


@EACH
def test_the_text_is_canonical(board: Board) -> None:
    """It is the standard library's, sorted and indented, but for zeros in exponents."""
    text = grafana.text(board)
    again = json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False)
    assert text == re.sub(r'(": [\d.]+e-)0', r"\1", again) + "\n"


@EACH
def test_every_board_marks_pages_definitions_deployments_and_incidents(board: Board) -> None:
    """The first two come from series; the others from what Grafana was told under their tags."""
    marks = {one["name"]: one for one in grafana.dashboard(board)["annotations"]["list"]}
    assert {"Pages", "Definitions", "Deployments", "Incidents"} < set(marks)
    for name, tag in (("Deployments", "deployment"), ("Incidents", "incident")):
        assert marks[name]["datasource"]["uid"] == "-- Grafana --"
        assert (marks[name]["target"]["type"], marks[name]["target"]["tags"]) == ("tags", [tag])
        assert marks[name]["enable"]


def leads(panel: Json) -> set[str]:
    """Every address that a panel leads to."""
    fields: Any = panel["fieldConfig"]
    found = [*fields["defaults"].get("links", [])]
    found += [
        link
        for one in fields["overrides"]
        for it in one["properties"]
        if it["id"] == "links"
        for link in it["value"]
    ]
    return {link["url"] for link in found}


def test_figures_lead_to_their_records_by_the_address_of_the_page_else_to_the_catalogue(
    acme_plan: Plan,
) -> None:
    """A step's bar and an agreement's row name themselves; where nothing is known none leads."""

    def ways(**addresses: str) -> dict[str, set[str]]:
        none = {"records_url": "", "catalogue_url": ""}
        policy = replace(acme_plan.policy, **none | addresses)
        made = boards(replace(acme_plan, policy=policy))
        (board,) = (one for one in made if one.uid == "xla-service")
        assert lint(made) == ()
        found: Any = grafana.dashboard(board)
        assert faults(found) == ()
        titles = {"process-time": "Where cases spend their time", "parts": "Rows counted"}
        by_title = {one["title"]: one for one in found["panels"]}
        return {key: leads(by_title[title]) for key, title in titles.items()}

    page, catalogue = "https://page.example", "https://c.example"
    assert ways(records_url=page, catalogue_url=catalogue) == {
        "process-time": {f"{page}/records/${{service}}/${{__data.fields.step}}?window=30d"},
        "parts": {f"{page}/records/${{service}}/${{__value.raw}}"},
    }
    there = {f"{catalogue}/${{service}}.html"}
    assert ways(catalogue_url=catalogue) == {"process-time": there, "parts": there}
    assert ways() == {"process-time": set(), "parts": set()}


def test_a_lack_is_said_in_the_words_of_its_column(acme_plan: Plan) -> None:
    """A window in which nothing is promised of a value says that, and not that data is missing."""
    (board,) = (one for one in boards(acme_plan) if one.uid == "xla-service")
    found: Any = grafana.dashboard(board)
    (panel,) = (one for one in found["panels"] if one["title"] == "Promised as a length of time")
    said = {
        one["matcher"]["options"]: it["value"]
        for one in panel["fieldConfig"]["overrides"]
        for it in one["properties"]
        if it["id"] == "noValue"
    }
    assert said == {"Target": "not promised", "Value": "no rows"}


@EACH
def test_the_first_threshold_is_null(board: Board) -> None:
    """The lowest band starts at null: not at the word, and not at zero."""

    def bands(value: object) -> list[list[dict[str, Any]]]:
        if isinstance(value, dict):
            own = [value["steps"]] if isinstance(value.get("steps"), list) else []
            return own + [found for inner in value.values() for found in bands(inner)]
        if isinstance(value, list):
            return [found for inner in value for found in bands(inner)]
        return []

    found = bands(json.loads(grafana.text(board)))
    assert found
    assert all(steps[0]["value"] is None for steps in found)
    assert all(isinstance(step["value"], int | float) for steps in found for step in steps[1:])


def test_ids_survive_a_new_panel() -> None:
    """A panel put before all others changes the id of none."""
    board = BOARDS[0]
    first = board.rows[0]
    new = replace(first.panels[0], key="brand-new", width=24)
    more = replace(board, rows=(replace(first, panels=(new, *first.panels)), *board.rows[1:]))
    before, after = (
        {panel["title"]: panel["id"] for panel in json.loads(grafana.text(one))["panels"][2:]}
        for one in (board, more)
    )
    del after[first.panels[0].title], before[first.panels[1].title]
    assert {title: after[title] for title in before} == before


def test_grafana_may_not_edit() -> None:
    """What is generated is not edited in the browser, and keeps its uid."""
    found = json.loads(grafana.text(BOARDS[0]))
    assert (found["uid"], found["editable"], found["schemaVersion"]) == ("xla-exec", False, 42)
    assert "id" not in found
    assert "version" not in found


def test_a_click_leads_to_the_service() -> None:
    """Series link by label, table cells by their value, both to the Service board."""
    panels = {panel["title"]: panel for panel in json.loads(grafana.text(BOARDS[0]))["panels"]}
    [link] = panels["Error budget left, worst first"]["fieldConfig"]["defaults"]["links"]
    assert link["url"].startswith("/d/xla-service?var-service=${__field.labels.service}&")
    overrides = panels["All agreements"]["fieldConfig"]["overrides"]
    [service] = [one for one in overrides if one["matcher"]["options"] == "Service"]
    [links] = [one["value"] for one in service["properties"] if one["id"] == "links"]
    assert links[0]["url"].startswith("/d/xla-service?var-service=${__value.raw}&")


def test_a_new_kind_needs_a_native_form() -> None:
    """A kind of panel that Grafana has no form for here is refused, not drawn as nothing."""
    unknown = Panel(key="x", title="x", description="x", width=1, height=1)
    with pytest.raises(InvariantError, match="Panel has no native form"):
        native(unknown)


def test_the_service_board_leads_to_the_catalogue_that_the_policy_names() -> None:
    """With an address of the catalogue the board's head has a link to the chosen service's page."""
    policy = replace(plans.POLICY, catalogue_url="https://c.example")
    found = grafana.dashboard(boards(replace(plans.PLAN, policy=policy))[1])
    assert found["links"][1]["url"] == "https://c.example/${service}.html"
    assert len(grafana.dashboard(boards(plans.PLAN)[1])["links"]) == 1


def test_slow_steps_stand_on_their_line_with_their_traces(acme_plan: Plan) -> None:
    """Grafana asks for exemplars where the probe keeps them, and nowhere else."""
    traced = {
        (board.uid, panel["title"])
        for board in boards(acme_plan)
        for panel in grafana.dashboard(board)["panels"]
        for target in panel.get("targets", ())
        if target.get("exemplar")
    }
    assert traced == {("xla-service", "95th percentile by step")}
