"""What a probe is given to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from shopping import CARD, JOURNEY, plan_for

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan.codec import dumps, loads
from truegreen_synthetics.selection import assign, load, select

if TYPE_CHECKING:
    from pathlib import Path

TWO = replace(
    plans.PLAN,
    journeys=(
        replace(JOURNEY, name="ask", locations=("fra", "nyc")),
        replace(JOURNEY, name="buy", locations=("nyc",)),
    ),
)


def chosen(location: str | None, journey: str | None) -> tuple[str, list[str]]:
    """Return the location and the names of the journeys."""
    found, journeys = select(TWO, location, journey)
    return found, [one.name for one in journeys]


def test_a_probe_runs_the_journeys_of_its_location() -> None:
    """All journeys of the location, or the one that is named."""
    assert chosen("fra", None) == ("fra", ["ask"])
    assert chosen("nyc", None) == ("nyc", ["ask", "buy"])
    assert chosen("nyc", "buy") == ("nyc", ["buy"])
    assert select(plan_for("http://shop"), None, None)[0] == "fra"


@pytest.mark.parametrize(
    ("location", "journey", "words"),
    [
        (None, None, "say from where with --location: fra, nyc"),
        ("ber", None, "no journey runs from 'ber': write fra, nyc"),
        ("fra", "buy", "no journey 'buy' runs from fra: write ask"),
    ],
)
def test_what_cannot_be_chosen_is_said(
    location: str | None, journey: str | None, words: str
) -> None:
    """The message has the values that are allowed."""
    with pytest.raises(TerminalError) as error:
        select(TWO, location, journey)
    assert str(error.value) == words


def test_a_plan_without_journeys_gives_nothing_to_do() -> None:
    """A probe that would watch nothing does not start."""
    with pytest.raises(TerminalError, match="the plan has no journeys"):
        select(replace(plans.PLAN, journeys=()), None, None)


def test_an_assignment_knows_its_plan() -> None:
    """Digest and revision are those of plan.json; the agent says that it is synthetic."""
    loaded = loads(dumps(plan_for("http://shop"), "abc123"))
    found = assign(loaded, None, None, {"TEST_CARD": CARD})
    assert (found.digest, found.revision, found.location) == (loaded.digest, "abc123", "fra")
    headers = dict(found.journeys[0].steps[0].action.prepare({}, ()).headers)
    assert headers["user-agent"].startswith("truegreen/")
    assert headers["user-agent"].endswith(" (synthetic)")


def test_a_missing_secret_is_named_before_anything_runs() -> None:
    """The name is in the message, and a file may hold the value."""
    loaded = loads(dumps(plan_for("http://shop")))
    with pytest.raises(TerminalError, match="TEST_CARD has no value"):
        assign(loaded, None, None, {})


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    """NAME_FILE names it."""
    (tmp_path / "card").write_text(f"{CARD}\n")
    loaded = loads(dumps(plan_for("http://shop")))
    found = assign(loaded, None, None, {"TEST_CARD_FILE": str(tmp_path / "card")})
    assert CARD.encode() in found.journeys[0].steps[2].action.prepare({"order": "1"}, ()).body


def test_a_plan_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """No file, no text and no plan are three messages with the path."""
    with pytest.raises(TerminalError, match=r"cannot read the plan .*: No such file"):
        load(tmp_path / "none.json", None, None, {})
    (tmp_path / "bytes.json").write_bytes(b"\xff")
    with pytest.raises(TerminalError, match="is not UTF-8 text"):
        load(tmp_path / "bytes.json", None, None, {})
    (tmp_path / "text.json").write_text("[]")
    with pytest.raises(TerminalError, match=r"is no plan of truegreen"):
        load(tmp_path / "text.json", None, None, {})
