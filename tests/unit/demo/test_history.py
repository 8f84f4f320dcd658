"""The example company's past."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from truegreen_demo.history import DAYS, order_lines, survey_csv, ticket_csv, tickets

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_the_same_instant_has_the_same_past() -> None:
    """Two tellings of the past at one instant are equal to the byte."""
    assert ticket_csv(tickets(NOW)) == ticket_csv(tickets(NOW))
    assert list(order_lines(NOW)) == list(order_lines(NOW))


def test_nothing_happens_in_the_future() -> None:
    """No row tells of a moment after now, and the past goes back as far as it says."""
    found = tickets(NOW)
    moments = [m for t in found for m in (t.opened, t.resolved, t.answered) if m is not None]
    orders = [json.loads(line) for line in order_lines(NOW)]
    moments += [datetime.fromisoformat(order["ordered_at"]) for order in orders]
    moments += [datetime.fromisoformat(o["invoiced_at"]) for o in orders if o["invoiced_at"]]
    assert max(moments) < NOW
    assert timedelta(days=DAYS - 1) < NOW - min(moments) <= timedelta(days=DAYS + 1)


@pytest.mark.parametrize(("application", "content"), [("webshop", True), ("benefits", False)])
def test_the_desks_differ_where_the_story_says(application: str, content: bool) -> None:  # noqa: FBT001
    """Both desks meet their clock; only the web shop's people are content and stay away."""
    recent = [
        ticket
        for ticket in tickets(NOW)
        if ticket.application == application
        and ticket.resolved is not None
        and NOW - ticket.resolved < timedelta(days=30)
    ]
    answers = [ticket.score for ticket in recent if ticket.score is not None]
    assert sum(t.within_sla for t in recent) / len(recent) > 0.95
    assert (sum(score >= 4 for score in answers) / len(answers) > 0.85) is content
    assert (sum(t.reopened == 0 for t in recent) / len(recent) > 0.97) is content


def test_the_exports_are_what_their_owners_would_write() -> None:
    """Times are local and day first, unanswered surveys are empty, every resolved ticket asks."""
    found = tickets(NOW)
    rows = list(csv.DictReader(io.StringIO(ticket_csv(found))))
    asked = list(csv.DictReader(io.StringIO(survey_csv(found))))
    assert len(rows) == len(found)
    assert len(asked) == sum(ticket.resolved is not None for ticket in found)
    first = datetime.strptime(rows[0]["opened"], "%d/%m/%Y %H:%M:%S")  # noqa: DTZ007  local
    assert first - found[0].opened.replace(tzinfo=None) == timedelta(hours=2)
    assert any(row["rating"] == "" and row["answered"] == "" for row in asked)
