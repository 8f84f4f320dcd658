"""One mistake does not hide another: names are checked beside faults of any kind."""

from __future__ import annotations

import pytest

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.compiler import compile_files

HEAD = "apiVersion: truegreen/v1\nkind: {}\nmetadata: {{name: {}}}\nspec: {}\n"
POLICY = HEAD.format("Policy", "default", "{}")
TEAM = HEAD.format("Team", "desk", "{contact: a@example.org}")
WRONG_OWNER = HEAD.format("Service", "help", "{owner: deks, steps: [{name: ask}]}")


def _problems(*texts: str) -> list[tuple[str, str]]:
    files = [
        SourceFile(path=f"{index}.yaml", shown=f"{index}.yaml", data=text.encode())
        for index, text in enumerate(texts)
    ]
    found = compile_files(files).problems
    return [(one.id, one.message) for one in found if one.severity == "error"]


@pytest.mark.parametrize(
    "broken",
    [
        HEAD.format("Vendor", "paygate", "{contact: [a"),
        HEAD.format("Vendor", "paygate", "\n\tcontact: a"),
        HEAD.format("Vendr", "paygate", "{contact: a}"),
        "apiVersion: truegreen/v1\nkind: Vendor\nmetadata: {}\nspec: {contact: a}\n",
        "- a list\n",
        HEAD.format("Team", "other", "{}"),
    ],
)
def test_a_broken_file_hides_no_other_mistake(broken: str) -> None:
    """Whatever is wrong with one file, a misspelt name in another is reported."""
    found = _problems(POLICY, TEAM, WRONG_OWNER, broken)
    assert ("reference/unknown", "there is no Team `deks`") in found
    assert len(found) >= 2


@pytest.mark.parametrize(
    "broken",
    [
        HEAD.format("Team", "deks", "{contact: [a"),
        "kind: Team\nmetadata:\n  name: 'deks'\n\tspec: x\n",
        HEAD.format("Taem", "deks", "{contact: a}"),
        HEAD.format("Team", "deks", "{}"),
        "apiVersion: truegreen/v1\nkind: Team\nmetadata: {}\nspec: {contact: a}\n",
    ],
)
def test_what_a_broken_file_may_define_is_not_missed(broken: str) -> None:
    """A name that may stand in what could not be read is not reported as well."""
    found = _problems(POLICY, TEAM, WRONG_OWNER, broken)
    assert found
    assert "reference/unknown" not in {problem_id for problem_id, _ in found}


@pytest.mark.parametrize(
    "fault",
    [
        "criticality: 9",
        "colour: red",
        "slas: [{name: up, objective: 99%, window: 30d}]",
        "value: [{channel: web}]",
        "hours: []",
    ],
)
def test_a_fault_hides_no_name_of_its_own_document(fault: str) -> None:
    """A field with a fault does not keep the names in the others from being looked up."""
    service = HEAD.format("Service", "help", f"{{owner: deks, {fault}, steps: [{{name: ask}}]}}")
    found = _problems(POLICY, TEAM, service)
    assert ("reference/unknown", "there is no Team `deks`") in found
    assert len(found) == 2


def test_what_was_left_out_is_not_missed() -> None:
    """A part that names what could not be understood is not blamed for it."""
    steps = "[{name: Ask It}, {name: pay, after: [ask-it]}]"
    service = HEAD.format("Service", "help", f"{{owner: desk, steps: {steps}}}")
    assert [problem_id for problem_id, _ in _problems(POLICY, TEAM, service)] == [
        "language/bad-value"
    ]
