"""`truegreen explain`: what it prints where, and how it ends."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.cli.explain import EXPLAIN
from truegreen_definitions.errors import UsageError

ROOT = Path(__file__).parents[4]
ACME = str(ROOT / "definitions" / "acme")


def _explain(*words: str) -> ExitCode:
    parser = ArgumentParser()
    EXPLAIN.configure(parser)
    return EXPLAIN.run(parser.parse_args(words))


def test_the_file_is_named_as_the_user_opens_it(capsys: pytest.CaptureFixture[str]) -> None:
    """The line of the definition can be opened from where the command ran."""
    assert _explain("order-to-cash/availability", ACME) is ExitCode.CLEAN
    line = capsys.readouterr().out.splitlines()[1]
    path, number = line.removeprefix("  defined in: ").rsplit(":", 1)
    assert "name: availability" in Path(path).read_text().splitlines()[int(number) - 1]


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A script reads one document; an indicator of the library says that it is."""
    assert _explain("csat", ACME, "--format", "json") is ExitCode.CLEAN
    document = json.loads(capsys.readouterr().out)
    assert document["version"] == 1
    assert document["explanations"][0]["path"] == "<library>/csat.yaml"


def test_an_unknown_id() -> None:
    """What there is not is answered with what it was meant to be."""
    with pytest.raises(UsageError, match="did you mean `order-to-cash/availability`"):
        _explain("order-to-cash/avialability", ACME)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("office-hours",), r"`office-hours` is a Calendar: .* services and agreements"),
        (("surveys", "--state", "x"), r"`surveys` is a table, .* such as open-enrolment/csat"),
        (("survey-export", "--state", "x"), r"`survey-export` is a source, .* one figure"),
    ],
)
def test_what_has_no_words_or_no_figure_is_named_as_what_it_is(
    words: tuple[str, ...], said: str
) -> None:
    """A definition that cannot be explained, or has no receipt, is told from a misspelt one."""
    with pytest.raises(UsageError, match=said):
        _explain(words[0], ACME, *words[1:])


def test_a_source_says_where_its_rows_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    """A source is explained by what it reads, how it maps it, and what is counted from it."""
    assert _explain("survey-export", ACME, "--format", "json") is ExitCode.CLEAN
    (document,) = json.loads(capsys.readouterr().out)["explanations"]
    facts = document["facts"]
    assert (document["what"], facts["table"]) == ("source", ["surveys"])
    assert facts["read"] == ["csv surveys*.csv"]
    assert "score: TRY_CAST(rating AS INT)" in facts["columns"]
    assert "order-to-cash/csat: 85% over month, XLA" in facts["agreements"]


def test_definitions_with_errors(capsys: pytest.CaptureFixture[str]) -> None:
    """What does not compile cannot be explained; the problems say why."""
    case = ROOT / "tests" / "golden" / "definitions" / "broken" / "unknown-owner" / "input"
    assert _explain("shop", str(case)) is ExitCode.PROBLEMS
    out, err = capsys.readouterr()
    assert out == ""
    assert "[reference/unknown]" in err
    assert err.endswith("1 error, nothing can be explained\n")


def test_the_library_is_listed_and_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """What comes with every installation is listed; a mapping and an unused table are explained."""
    assert _explain("library", ACME) is ExitCode.CLEAN
    listed = capsys.readouterr().out
    for name in ("csat: Share of answered surveys", "accounts: One row an account", "focus-costs:"):
        assert f"    {name}" in listed
    assert _explain("focus-costs", ACME) is ExitCode.CLEAN
    assert "defined in: <library>/mappings/focus.yaml:" in capsys.readouterr().out
    assert _explain("accounts", ACME) is ExitCode.CLEAN
    assert "    mfa_enforced: boolean" in capsys.readouterr().out
