"""The table of losses writes every amount alike."""

from __future__ import annotations

from typing import Any

from truegreen_exporters.accountability.losses.render import table


def test_all_amounts_of_a_line_are_written_alike() -> None:
    """The loss and the ends of its interval have thousands apart and the currency's digits."""
    entry: dict[str, Any] = {
        "service": "shop",
        "channel": "web",
        "episode": "INC-1",
        "start": 1_456_790_400,
        "state": "booked",
        "currency": "EUR",
        "money": {"lower": "364.2", "point": "1055.06", "upper": "1745.93"},
        "evidence": {"method": "weeks"},
        "portions": (),
    }
    _, line, booked = table([entry]).splitlines()
    assert "1,055.06 EUR  364.20 to 1,745.93  -" in line
    assert booked == "booked: 1,055.06 EUR of 1 outages"
