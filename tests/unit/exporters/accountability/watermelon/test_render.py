"""The text of closed periods says why one is unknown."""

from __future__ import annotations

from typing import Any

import pytest

from truegreen_exporters.accountability.watermelon.render import text


def judged(name: str, standing: str, shown: str = "9 of 10") -> dict[str, Any]:
    """Return an agreement of a period; its kind is the start of its name."""
    return {"agreement": f"desk/{name}", "kind": name[:3], "standing": standing, "shown": shown}


def line(state: str, *agreements: dict[str, Any], suspected: bool = False) -> str:
    """Return the line of an August that another month follows."""
    month = {"state": state, "suspected": suspected, "depth": None, "agreements": agreements}
    months = [{"period": "2026-08", **month}, {"period": "2026-09", **month, "state": "green"}]
    document = {
        "unit": "month",
        "zone": "UTC",
        "title": "Desk",
        "service": "desk",
        "definition": "desk.yaml:1",
        "revenue": {"channels": ()},
        "periods": months,
        "in_a_row": 0,
        "first": None,
        "score": None,
        "slas": (),
    }
    return next(one.strip() for one in text(document).splitlines() if "2026-08" in one)


@pytest.mark.parametrize(
    ("agreements", "why"),
    [
        (
            (judged("sla-fast", "met"), judged("xla-felt", "unknown", "no events")),
            "desk/xla-felt: no events",
        ),
        ((judged("xla-felt", "met"),), "no SLA is judged"),
        (
            (
                judged("sla-fast", "missed"),
                judged("sla-safe", "unknown", "no rows"),
                judged("xla-felt", "seems missed"),
            ),
            "desk/xla-felt seems missed, not for sure",
        ),
        (
            (judged("sla-a", "met"), *(judged(f"xla-{n}", "unknown", "no rows") for n in "abcde")),
            "desk/xla-a: no rows; desk/xla-b: no rows; desk/xla-c: no rows; and 2 more",
        ),
    ],
)
def test_an_unknown_period_says_why(agreements: tuple[dict[str, Any], ...], why: str) -> None:
    """What keeps it from a verdict stands beside it: no data, too few, no side, or no certainty."""
    found = line("unknown", *agreements)
    assert found == f"2026-08  {'unknown':20}  {why}"


def test_a_known_period_says_its_state_alone() -> None:
    """Nothing is to be explained where the state is certain."""
    assert line("green", judged("sla-a", "met"), judged("xla-a", "seems met")) == "2026-08  green"
