"""What other rooms announce."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.cli import registry
from truegreen_definitions.cli.app import main
from truegreen_definitions.cli.registry import BUILT_IN, commands, found_emitters

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def announce(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes one value the only announced command."""

    def only(value: str) -> None:
        found = (("broken", value, "odd"),)
        monkeypatch.setattr(registry, "announced", lambda group: found)

    return only


def test_every_room_announces_its_verbs_once() -> None:
    """Names of commands are unique across rooms, and the boards' emitter is found."""
    names = [command.name for command in commands()]
    assert len(names) == len(set(names))
    assert {
        *BUILT_IN,
        "export",
        "backfill",
        "baseline",
        "contract",
        "watermelon",
        "outcomes",
        "probe",
        "report",
        "stress",
        "journey",
        "losses",
        "preview",
        "demo",
    } == set(names)
    assert [emitter.name for emitter in found_emitters()] == ["boards", "catalogue"]


@pytest.mark.parametrize("value", ["nowhere.at_all:X", "truegreen_definitions.units:gone"])
def test_a_broken_announcement_is_told_in_words(
    announce: Callable[[str], None], value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that cannot be loaded ends the program with its name, not with a traceback."""
    announce(value)
    for words in (["broken"], ["--help"]):
        assert main(words) == 1
        said = capsys.readouterr().err
        assert f"{value} of odd cannot be loaded" in said
        assert "Traceback" not in said


@pytest.mark.parametrize("verb", [*BUILT_IN, "preview"])
def test_a_verb_is_found_without_the_others(verb: str) -> None:
    """A verb that is asked for comes alone, so that nobody waits for the rest."""
    assert [command.name for command in commands(verb)] == [verb]
