"""Pages of receipts: what stands behind a figure, of documents made by hand."""

from __future__ import annotations

import html as entities
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import plans
from page_audit import judged

from truegreen_dashboards.boards import boards
from truegreen_dashboards.preview.records import behind, records_page
from truegreen_dashboards.targets import RecordsLink
from truegreen_definitions.plan import Process, Visit

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

HOSTILE = "</title><script>alert(1)</script>\"'&"
STEP = {
    "format": 1,
    "step": "order-to-cash/pay",
    "window": "30d",
    "hours": "",
    "at": None,
    "outcomes": {"satisfied": 7, "frustrated": 1},
    "microseconds": {"overrun": 5_000_000},
    "shares": [{"method": "proportional", "by_step": {"pay": 90_000_000, "pick": 0}}],
    "closed": [],
    "sql": "SELECT 1 < 2",
    "slowest": [{"case": "order-9", "begun": "2026-10-01T08:00:00Z", "done": None}],
    "digest": "d1",
}
AGREEMENT = {
    "agreement": "order-to-cash/csat",
    "good": 0,
    "rows": {
        "good": {"columns": ["survey_id", "score"], "rows": [["b", "5"]]},
        "bad": {"columns": ["survey_id", "score"], "rows": []},
    },
    "rejected": {"survey-export": [{"line": 5, "why": HOSTILE}]},
}


def page(name: str, document: dict[str, object]) -> str:
    """Return the page of a document."""
    return records_page(plans.PLAN, name, json.dumps(document), "/catalogue/")


def rows(text: str, heading: str) -> list[list[str]]:
    """Return the rows under a heading, the table's own head first where it has one."""
    after = text.split(f"<h2>{heading}</h2>")[1].split("</table>", maxsplit=1)[0]
    return [
        [entities.unescape(one) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)]
        for line in re.findall(r"<tr>(.*?)</tr>", after)
    ]


def test_a_step_is_told_with_its_slowest_cases_and_the_query() -> None:
    """Figures are lines or pairs, cases rows under their names; what is empty is left out."""
    found = page("order-to-cash/pay", STEP)
    assert "<h1>Records behind Pay</h1>" in found
    assert rows(found, "slowest") == [
        ["case", "begun", "done"],
        ["order-9", "2026-10-01T08:00:00Z", ""],
    ]
    assert rows(found, "outcomes") == [["satisfied", "7"], ["frustrated", "1"]]
    assert "<dt>window</dt><dd>30d</dd>" in found
    assert "<dt>hours</dt>" not in found
    assert "<dt>format</dt>" not in found
    assert rows(found, "time") == [["overrun", "5s"]]
    assert rows(found, "shares")[1] == ["proportional", "pay 1m30s, pick 0s"]
    assert "<h2>closed</h2>" not in found
    assert "<code>SELECT 1 &lt; 2</code>" in found
    assert 'href="/d/xla-service?service=order-to-cash"' in found
    assert 'href="/catalogue/order-to-cash.html"' in found


def test_rows_of_each_part_stand_under_their_columns_and_are_only_text() -> None:
    """Parts without rows are left out, 0 is not; what a record holds is never markup."""
    found = page("order-to-cash/csat", AGREEMENT)
    assert rows(found, "rows: good") == [["survey_id", "score"], ["b", "5"]]
    assert "rows: bad" not in found
    assert "<dt>good</dt><dd>0</dd>" in found
    assert rows(found, "rejected: survey-export") == [["line", "why"], ["5", HOSTILE]]
    assert "<script" not in found


def test_what_has_records_is_what_a_receipt_can_be_given_of() -> None:
    """Agreements over rows and steps that a process follows; a counter has no rows."""
    followed = replace(
        plans.SERVICE,
        process=Process(
            table="orders",
            case="order_id",
            where="",
            visits=(Visit(step="pay", column="", queued="", accepted="", start="a", end="b"),),
            customer=(),
            within_seconds=None,
            windows=(),
            methods=(),
            origin=plans.HERE,
        ),
    )
    plan = replace(plans.PLAN, services=(followed,))
    assert behind(plan) == {"order-to-cash": {"step": ["pay"], "agreement": ["csat"]}}


def test_boards_lead_to_records_where_they_show_some(acme_plan: Plan) -> None:
    """The Service board's panels of cases and rows say so, and no other panel does."""
    found = {
        panel.key: panel.records
        for board in boards(acme_plan)
        for panel in board.panels
        if panel.records
    }
    page = acme_plan.policy.records_url
    assert page
    over_a_month = RecordsLink(of="step", window="30d", page=page)
    assert found == {
        "parts": RecordsLink(of="agreement", page=page),
        "process-time": over_a_month,
        "process-outcomes": over_a_month,
    }


def test_axe_finds_nothing_serious(tool: Callable[[str], str], tmp_path: Path) -> None:
    """In the browser nothing of the page bars who sees or moves otherwise."""
    tool("chromium")
    assert judged(page("order-to-cash/pay", STEP), tmp_path) == []
