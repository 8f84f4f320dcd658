"""The catalog: the same for any order of files, and no follow-up problems."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.checks import CHECKS
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.problems import Place

ROOT = Path(__file__).parents[4]
ACME = read_folder(ROOT / "definitions" / "acme")
LIBRARY = read_library()
USED = [
    file for file in LIBRARY if f"use: {Path(file.path).stem}" in "".join(one.text for one in ACME)
]
TEAM = (
    "apiVersion: truegreen/v1\nkind: Team\nmetadata: {name: desk}\nspec: {contact: a@b.example}\n"
)


def _file(path: str, text: str) -> SourceFile:
    return SourceFile(path=path, shown=f"d/{path}", data=text.encode())


@settings(max_examples=20, deadline=None)
@given(st.permutations(ACME))
def test_the_order_of_files_does_not_matter(files: list[SourceFile]) -> None:
    """The same files in another order give the same catalog."""
    expected, _ = build_catalog(ACME, LIBRARY)
    catalog, problems = build_catalog(files, LIBRARY)
    assert problems == ()
    assert catalog == expected
    assert list(catalog.services) == sorted(catalog.services)


def test_places_and_origins() -> None:
    """A definition knows the place the user sees and the line the plan keeps."""
    catalog, _ = build_catalog([_file("a/b.yaml", f"# first\n---\n{TEAM}")])
    team = catalog.teams["desk"]
    assert str(team.origin) == "a/b.yaml:5"
    assert team.place("spec", "contact") == Place("d/a/b.yaml", 6, 17, 11)
    assert team.place("spec", "contact", key=True) == Place("d/a/b.yaml", 6, 8, 7)
    assert team.place("spec", "page", "webhook") == Place("d/a/b.yaml", 6, 1, 4)
    assert team.text("spec", "contact") == "a@b.example"
    assert team.text("spec") == ""


def test_the_second_of_two_names_the_first() -> None:
    """A name that is taken is a problem at the second place, by path and line; the first stays."""
    files = [_file("b.yaml", TEAM), _file("a.yaml", f"{TEAM}---\n{TEAM}")]
    catalog, problems = build_catalog(files)
    assert [(p.id, str(p.place)) for p in problems] == [
        ("catalog/duplicate-name", "d/a.yaml:8:18"),
        ("catalog/duplicate-name", "d/b.yaml:3:18"),
    ]
    assert all("d/a.yaml:3:18" in problem.hint for problem in problems)
    assert catalog.teams["desk"].path == "a.yaml"


def test_a_company_may_have_its_own_word() -> None:
    """A company's own indicator of a library name is the one that is used."""
    own = next(file for file in LIBRARY if file.path == "csat.yaml").text.replace("4", "5")
    catalog, problems = build_catalog([_file("csat.yaml", own)], LIBRARY)
    assert problems == ()
    assert catalog.indicators["csat"].place().path == "d/csat.yaml"
    assert catalog.indicators["tickets-stay-closed"].place().path.startswith("<library>/")


def test_broken_definitions_are_not_missing() -> None:
    """A definition that exists but is wrong is reported itself, and not where it is named."""
    service = (
        "---\napiVersion: truegreen/v1\nkind: Service\nmetadata: {name: help}\n"
        "spec: {owner: desk, steps: [{name: ask}]}\n"
    )
    catalog, problems = build_catalog(
        [_file("a.yaml", TEAM.replace("contact", "contcat") + service)]
    )
    found = [problem.id for check in CHECKS for problem in check.run(catalog)]
    assert [problem.id for problem in problems] == ["language/unknown-field"]
    assert found == ["policy/missing"]
    assert catalog.has_broken("Team")
    assert catalog.may_exist("Team", "desk")
    assert not catalog.may_exist("Team", "other")


def test_a_bad_name_is_not_missed_under_its_good_one() -> None:
    """Whoever is meant by a name that is no name is not reported where it is written well."""
    service = (
        "---\napiVersion: truegreen/v1\nkind: Service\nmetadata: {name: help}\n"
        "spec: {owner: desk, hours: desk, steps: [{name: ask}]}\n"
    )
    catalog, problems = build_catalog([_file("a.yaml", TEAM.replace("desk", "The_Desk") + service)])
    assert [(p.id, str(p.place)) for p in problems] == [("language/bad-value", "d/a.yaml:3:18")]
    found = [problem.message for check in CHECKS for problem in check.run(catalog)]
    assert "there is no Calendar `desk`" in found
    assert not any("no Team" in message for message in found)
    fault = TEAM.replace("contact: a@b.example", "contact: ''")
    other, _ = build_catalog([_file("a.yaml", fault.replace("desk", "other") + service)])
    found = [problem.message for check in CHECKS for problem in check.run(other)]
    assert "there is no Team `desk`" in found


def test_names_in_a_file_that_breaks_off_are_not_missing() -> None:
    """What may stand in a file that cannot be read is not reported where it is named."""
    service = (
        "apiVersion: truegreen/v1\nkind: Service\nmetadata: {name: help}\n"
        "spec: {owner: desk, steps: [{name: ask}]}\n"
    )
    files = [_file("a.yaml", service), _file("b.yaml", TEAM.replace("}\nspec", "\nspec"))]
    catalog, problems = build_catalog(files)
    assert [problem.id for problem in problems] == ["yaml/syntax"]
    assert [problem.id for check in CHECKS for problem in check.run(catalog)] == []


def test_a_refused_value_is_reported_once() -> None:
    """What the reader refuses is not refused a second time by the model."""
    for value in ("*x", "no"):
        text = TEAM.replace("spec: {contact: a@b.example}", f"spec: {{contact: a, hours: {value}}}")
        _, problems = build_catalog([_file("a.yaml", text)])
        assert len(problems) == 1


def test_an_unreadable_file_is_a_problem() -> None:
    """A file that could not be read is named with its fault."""
    file = SourceFile(path="a.yaml", shown="d/a.yaml", data=b"", fault="cannot be read: no")
    _, problems = build_catalog([file])
    assert [(p.id, p.message, str(p.place)) for p in problems] == [
        ("file/unreadable", "cannot be read: no", "d/a.yaml:1:1")
    ]


PIECES = [piece for file in ACME for piece in file.text.splitlines(keepends=True)]
JUNK = [
    "no",
    "{}",
    "[]",
    "~",
    "''",
    "x",
    "0",
    "- a",
    "a: b",
    "{a: [b]}",
    "\t",
    "'",
    "&a",
    "*a",
    "é",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return a definition file of the example company with a few places changed."""
    text = draw(st.sampled_from([file.text for file in ACME]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 1, 3, 10, 60]))
        text = text[:start] + draw(st.sampled_from([*JUNK, *PIECES, ""])) + text[start + length :]
    return text


@settings(max_examples=150, deadline=None)
@given(st.one_of(mutated(), st.text(max_size=60)))
def test_no_definition_makes_the_compiler_raise(text: str) -> None:
    """A changed definition is compiled or has problems, each at a line of its file."""
    file = SourceFile(path="x.yaml", shown="x.yaml", data=text.encode(errors="ignore"))
    compiled = compile_files([*ACME[:2], file], USED)
    assert compiled.plan is not None or compiled.problems
    for problem in compiled.problems:
        lines = compiled.texts[problem.place.path].splitlines() or [""]
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1


@st.composite
def replaced(draw: st.DrawFn) -> str:
    """Return a file of the example company with one value replaced by another shape."""
    text = draw(st.sampled_from([file.text for file in ACME]))
    lines = text.splitlines()
    index = draw(st.integers(0, len(lines) - 1))
    head, colon, _ = lines[index].partition(": ")
    lines[index] = f"{head}{colon}{draw(st.sampled_from(JUNK))}"
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(replaced())
def test_no_shape_makes_the_models_raise(text: str) -> None:
    """A value of another shape is a problem of ours, never an error of pydantic's."""
    file = SourceFile(path="x.yaml", shown="x.yaml", data=text.encode())
    _, problems = build_catalog([file], USED)
    assert all("input should" not in problem.message for problem in problems)
