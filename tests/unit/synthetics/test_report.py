"""The result of a single run, in words."""

from __future__ import annotations

from robots import CART, GONE, PAID, PRODUCTS, Clock, Script, answer, compiled

from truegreen_synthetics.report import Report
from truegreen_synthetics.runs import Run


def told(*answers: tuple[float, object]) -> Report:
    """Return the report of one run against scripted answers."""
    journey, clock = compiled(), Clock()
    report = Report("fra", (journey,))
    Run(journey, Script(clock, answers), report, clock).go(clock.now)  # type: ignore[arg-type]
    return report


def test_a_good_run_is_told_in_columns() -> None:
    """Each step has its outcome and time; a tolerated step is good."""
    report = told((0.1, PRODUCTS), (1.5, CART), (0.05, PAID), (0.1, GONE))
    assert report.good()
    assert report.text() == (
        "buy-something at http://127.0.0.1:8080, from fra\n"
        "  browse      satisfied   100 ms\n"
        "  checkout    tolerated  1500 ms\n"
        "  pay         satisfied    50 ms\n"
        "  undo order  done\n"
    )


def test_a_failed_run_says_why_and_what_was_not_attempted() -> None:
    """Reason and detail stand behind the step, later steps are named, a failed undo too."""
    broken = answer({"order_id": "W-1", "total": 0}, 500)
    report = told((0.1, PRODUCTS), (0.2, broken), (0.1, answer({}, 500)))
    assert not report.good()
    assert report.text() == (
        "buy-something at http://127.0.0.1:8080, from fra\n"
        "  browse      satisfied      100 ms\n"
        "  checkout    failed         200 ms  assertion: status: expected 201, found 500; "
        "$.total: expected more than 0, found 0\n"
        "  pay         not attempted\n"
        "  undo order  failed                 DELETE /orders/W-1 was answered with 500\n"
    )


def test_a_step_beyond_tolerance_is_not_good() -> None:
    """A run without failures but with a frustrated customer is a problem."""
    report = told((0.1, PRODUCTS), (1.7, CART), (0.05, PAID), (0.1, GONE))
    assert not report.good()
    assert "checkout    frustrated  1700 ms\n" in report.text()
