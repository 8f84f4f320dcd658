"""What a new folder holds, for any owner: definitions that compile without a word."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from editors import documents
from jsonschema import Draft7Validator

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.problems import render
from truegreen_definitions.schema import document_schema, schema_text
from truegreen_definitions.starter import Answers, starter_files
from truegreen_definitions.starter.sample import COUNT, LATE, REOPENED, tickets_csv

if TYPE_CHECKING:
    from collections.abc import Mapping

TODAY = dt.date(2026, 3, 1)


def files(**answers: str) -> Mapping[str, str]:
    """Return the files of a new folder by path."""
    said = {
        "service": "shop",
        "team": "shop-team",
        "contact": "shop-team@example.com",
        "zone": "UTC",
        "prometheus": "2.42",
        "version": "0.1.0",
    }
    made = starter_files(Answers(**(said | answers), today=TODAY), schema_text())
    return {file.path: file.text for file in made}


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"service": "order-to-cash", "zone": "America/New_York", "prometheus": "3.1"},
        {"service": "no", "team": "null", "contact": "#on-call: it's us"},
        {"service": "y", "team": "true", "contact": '{"a": "ü"} %&*!'},
        {"contact": "C:\\desk\\u0041 | >"},
    ],
)
def test_definitions_compile_without_a_word(answers: dict[str, str]) -> None:
    """Whatever is answered, even words that YAML takes for something else, nothing is wrong."""
    made = files(**answers)
    found = [
        SourceFile(path=path, shown=path, data=text.encode())
        for path, text in made.items()
        if path.startswith("definitions/") and path.endswith(".yaml")
    ]
    compiled = compile_files(found, read_library())
    assert compiled.problems == (), render(compiled.problems, compiled.texts)
    assert compiled.plan is not None
    (service,) = compiled.plan.services
    (team,) = compiled.plan.teams
    assert service.name == answers.get("service", "shop")
    assert team.name == answers.get("team", "shop-team")
    assert [one.kind for one in compiled.plan.agreements].count("xla") == 1


def test_an_editor_has_nothing_to_underline() -> None:
    """Each definition names the schema beside it, and is valid by it."""
    made = files()
    validator = Draft7Validator(document_schema())
    for path, text in made.items():
        if path.endswith(".yaml") and path.startswith("definitions/"):
            first, rest = text.split("\n", 1)
            assert first == "# yaml-language-server: $schema=../truegreen.schema.json"
            assert [error for one in documents(rest) for error in validator.iter_errors(one)] == []
    assert made["truegreen.schema.json"] == schema_text()


def test_the_workflow_installs_this_version() -> None:
    """What CI installs is what wrote the folder, and its steps are in the order they need."""
    (workflow,) = documents(files(version="1.2.3")[".github/workflows/truegreen.yml"])
    steps = workflow["jobs"]["promises"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert workflow["env"] == {"TRUEGREEN": "truegreen==1.2.3"}
    assert runs[0].startswith('pip install "$TRUEGREEN"\n')
    assert runs[1:] == ["truegreen check", "truegreen build --check", "truegreen test build"]
    assert "prometheus-alertmanager" in runs[0], "amtool is there, so routes are asked"
    assert set(workflow["on"]) == {"pull_request", "push"}
    assert workflow["permissions"] == {"contents": "read"}


def test_the_manual_proves_rules_and_routes_and_its_words_stand_in_line() -> None:
    """The commands are those of CI, and what each is for stands in one column."""
    manual = files()["definitions/README.md"]
    block = manual.partition("```sh\n")[2].partition("```")[0].splitlines()
    assert [line.partition("  ")[0] for line in block[:3]] == [
        "truegreen check",
        "truegreen build",
        "truegreen test build",
    ]
    assert len({line.index("#") for line in block}) == 1


def test_hooks_run_for_definitions_alone() -> None:
    """The pre-commit hooks check and build, once, when a definition has changed."""
    (config,) = documents(files()[".pre-commit-config.yaml"])
    (repo,) = config["repos"]
    assert [hook["entry"] for hook in repo["hooks"]] == ["truegreen check", "truegreen build"]
    assert all(hook["files"] == "^definitions/" for hook in repo["hooks"])
    assert not any(hook["pass_filenames"] for hook in repo["hooks"])


def test_the_sample_is_what_its_constants_say() -> None:
    """Forty tickets of the last month, all older than the three days they may come back in."""
    rows = list(csv.DictReader(io.StringIO(tickets_csv("shop", TODAY))))
    assert len({row["number"] for row in rows}) == len(rows) == COUNT
    assert {i for i, row in enumerate(rows) if row["made_sla"] == "false"} == LATE
    assert {i for i, row in enumerate(rows) if row["reopened"] == "1"} == REOPENED
    start = dt.datetime.combine(TODAY, dt.time())
    for row in rows:
        opened, resolved = (dt.datetime.fromisoformat(row[name]) for name in ("opened", "resolved"))
        assert start - dt.timedelta(days=29) < opened < resolved < start - dt.timedelta(days=3)
        assert row["application"] == "shop"
