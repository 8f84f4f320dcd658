"""The demo's last words."""

from __future__ import annotations

from typing import Any

from plans import PLAN

from truegreen_demo.summary import Row, Servers, rows, table


class Answers(Servers):
    """Servers that answer from a dict of query to series."""

    answers: dict[str, list[dict[str, Any]]] = {}  # noqa: RUF012  one test's, set before use
    active: list[dict[str, Any]] = []  # noqa: RUF012  one test's, set before use

    def query(self, expr: str, at: object = None) -> list[dict[str, Any]]:
        """Return the series whose key is part of the expression."""
        return next((found for key, found in self.answers.items() if key in expr), [])

    def alerts(self) -> list[dict[str, Any]]:
        """Return the active alerts."""
        return self.active


def _state(agreement: str, window: str, state: str) -> dict[str, Any]:
    return {"metric": {"agreement": agreement, "window": window, "state": state}, "value": [0, "1"]}


def test_a_watermelon_is_told_with_its_reason_alert_and_moment() -> None:
    """The worst promise of each kind is named, with the page, the window and since when."""
    servers = Answers(prometheus="", alertmanager="")
    servers.__class__.answers = {
        "max_over_time": [{"metric": {}, "value": [0, "1795262400"]}],
        "xla:watermelon:state": [{"metric": {"window": "30d"}}, {"metric": {"window": "2m"}}],
        "xla:state": [
            _state("availability", "2m", "at_risk"),
            _state("availability", "30d", "ok"),
            _state("pay-felt", "2m", "breached"),
            _state("pay-felt", "30d", "ok"),
            _state("csat", "month", "ok"),
        ],
    }
    labels = {"service": "order-to-cash", "severity": "page", "agreement": "pay-felt"}
    servers.__class__.active = [{"labels": labels, "startsAt": "2026-11-21T00:00:00Z"}]
    (row,) = rows(PLAN, servers)
    assert (row.sla, row.xla) == ("met", "breached: pay-felt now")
    assert (row.alert, row.watermelon) == ("page: pay-felt", "WATERMELON (2m)")
    assert row.since.count(":") == 2
    assert row.owner == "checkout-team"


def test_silence_is_no_data_and_not_green() -> None:
    """Without any series a promise is `no data`, never met."""
    servers = Answers(prometheus="", alertmanager="")
    servers.__class__.answers, servers.__class__.active = {}, []
    (row,) = rows(PLAN, servers)
    assert row.sla == "no data: availability"
    assert (row.alert, row.watermelon, row.since) == ("none", "no", "")


def test_the_table_is_aligned() -> None:
    """Every cell of a column starts where its header starts."""
    row = Row(service="S", sla="met", xla="x", alert="none", watermelon="no", since="", owner="me")
    head, line = table((row,)).splitlines()
    assert line.index("met") == head.index("SLA")
    assert line.rindex("me") == head.index("OWNER")
