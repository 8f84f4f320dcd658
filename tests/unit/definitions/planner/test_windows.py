"""Windows of agreements: which are counted, and what each is for."""

from __future__ import annotations

import plans
import pytest

from truegreen_definitions.planner.windows import counted_windows, why_not_counted
from truegreen_definitions.units import parse_window

KEPT = 90 * 86_400


@pytest.mark.parametrize(
    ("window", "added", "judged"),
    [
        ("30d", set(), {"30d"}),
        ("month", set(), {"month", "prev_month"}),
        ("week", {"week", "prev_week"}, {"week", "prev_week"}),
        ("prev_year", {"prev_year"}, {"prev_year"}),
        ("1d", {"1d"}, {"1d"}),
        ("all", set(), {"all"}),
    ],
)
def test_records_are_counted_over_the_usual_windows_too(
    window: str, added: set[str], judged: set[str]
) -> None:
    """Own window and closed period join the five that are always counted, and alone are judged."""
    found = counted_windows(
        parse_window(window), plans.CSAT.parts, plans.POLICY.burn, kept_seconds=0
    )
    assert {one.label for one in found} == {"7d", "30d", "month", "prev_month", "all"} | added
    assert found[0].label == window
    assert [one.label for one in found[1:]] == sorted(one.label for one in found[1:])
    assert {one.label for one in found if one.judged} == judged
    assert not any(one.live or one.burns for one in found)
    assert all(one.window == parse_window(one.label) for one in found)


@pytest.mark.parametrize(
    ("days", "counted"),
    [
        (30, {"30d", "7d"}),
        (61, {"30d", "7d", "month"}),
        (62, {"30d", "7d", "month", "prev_month"}),
    ],
)
def test_rows_are_counted_as_far_as_they_are_kept(days: int, counted: set[str]) -> None:
    """A closed month is looked at until the next one ends, so it takes two; `all` takes ever."""
    found = counted_windows(
        parse_window("30d"), plans.CSAT.parts, plans.POLICY.burn, kept_seconds=days * 86_400
    )
    assert {one.label for one in found} == counted


@pytest.mark.parametrize("window", ["1d", "3d", "30d"])
def test_signals_are_counted_over_every_burn_window(window: str) -> None:
    """Own window first, then those of the pairs by length; own and live one are judged."""
    found = counted_windows(
        parse_window(window), plans.AVAILABILITY.parts, plans.POLICY.burn, kept_seconds=KEPT
    )
    burning = ["30s", "2m", "5m", "30m", "1h", "2h", "6h", "1d", "3d"]
    rest = [label for label in burning if label != window]
    assert [one.label for one in found] == [window, *rest]
    assert {one.label for one in found if one.burns} == set(burning)
    assert {one.label for one in found if one.judged} == {window, "2m"}
    assert [one.label for one in found if one.live] == ["2m"]
    assert [one.window.seconds for one in found[1:]] == sorted(
        one.window.seconds for one in found[1:]
    )


def test_an_own_window_that_is_the_live_one_is_counted_once() -> None:
    """With the fastest pair over a day, an agreement over a day has one judged window."""
    pair = plans.burn("1d", "2h", "3")
    found = counted_windows(
        parse_window("1d"), plans.AVAILABILITY.parts, (pair,), kept_seconds=KEPT
    )
    assert [(one.label, one.judged, one.live) for one in found] == [
        ("1d", True, True),
        ("2h", False, False),
    ]


@pytest.mark.parametrize(
    ("window", "kept_days", "judged"),
    [
        ("month", 62, {"month", "prev_month"}),
        ("month", 61, {"month"}),
        ("week", 14, {"week", "prev_week"}),
        ("prev_quarter", 184, {"prev_quarter"}),
        ("year", 3_660, {"year"}),
    ],
)
def test_signals_are_judged_over_closed_periods_that_are_kept(
    window: str, kept_days: int, judged: set[str]
) -> None:
    """The closed period joins a running one where samples are as old; that of a year never does."""
    found = counted_windows(
        parse_window(window),
        plans.AVAILABILITY.parts,
        plans.POLICY.burn,
        kept_seconds=kept_days * 86_400,
    )
    assert {one.label for one in found if one.judged and not one.live} == judged


@pytest.mark.parametrize(
    ("window", "zone", "reason"),
    [
        ("30d", "Europe/Berlin", ""),
        ("month", "UTC", ""),
        ("prev_week", "Etc/GMT", ""),
        ("month", "Europe/London", "the service's zone is Europe/London"),
        ("prev_year", "UTC", "two years"),
        ("all", "UTC", "for ever"),
    ],
)
def test_what_prometheus_cannot_count_has_a_reason(window: str, zone: str, reason: str) -> None:
    """Rolling windows always can, calendar ones in UTC; else the reason is said."""
    said = why_not_counted(parse_window(window), zone)
    assert (reason in said) if reason else not said
