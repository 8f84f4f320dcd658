"""Certain fixes: what they change, what they leave, and that they mend."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.compiler.fixes import apply_edits, mend
from truegreen_definitions.problems import Edit, Place, has_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.compiler import Compiled
    from truegreen_definitions.compiler.fixes import Mended

BROKEN = Path(__file__).parents[3] / "golden" / "definitions" / "broken"
FIXABLE = sorted(
    case.name for case in BROKEN.iterdir() if "  fix: " in (case / "expected.txt").read_text()
)
LIBRARY = read_library()
HEADER = "apiVersion: truegreen/v1\nkind: {}\nmetadata: {{name: shop}}  # kept\n"
POLICY = HEADER.format("Policy") + "spec: {}\n---\n"


def _compile(files: Iterable[SourceFile]) -> Compiled:
    return compile_files(files, LIBRARY)


def _mend(text: str) -> tuple[str, Mended]:
    mended = mend([SourceFile(path="a.yaml", shown="a.yaml", data=text.encode())], _compile)
    return mended.files[0].data.decode(), mended


def _service(rest: str) -> str:
    head = HEADER.format("Service") + "spec:\n  owner: shop  # who\n"
    team = (
        "---\n"
        + HEADER.format("Team")
        + "spec: {contact: a@example.org, page: {webhook: 'https://example.org'}}\n"
    )
    return POLICY + head + "".join(f"  {line}\n" for line in rest.splitlines()) + team


@pytest.mark.parametrize("name", FIXABLE)
def test_a_fixed_case_passes(name: str) -> None:
    """Every golden case with a certain fix has no error after it, in one line of difference."""
    before = read_folder(BROKEN / name / "input")
    mended = mend(before, _compile)
    assert not has_errors(mended.compiled.problems)
    assert mended.compiled.plan is not None
    assert len(mended.fixed) == 1
    old, new = (b"".join(file.data for file in files) for files in (before, mended.files))
    changed = [
        line
        for line in difflib.ndiff(old.decode().split("\n"), new.decode().split("\n"))
        if line.startswith("+ ")
    ]
    assert len(changed) == 1
    again = mend(mended.files, _compile)
    assert (again.files, again.fixed) == (mended.files, ())


def test_there_are_fixes() -> None:
    """The cases above are not empty by accident."""
    assert len(FIXABLE) >= 12


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("review: {every: quarter, last: 2026/7/1}", "review: {every: quarter, last: 2026-07-01}"),
        (
            "review: {every: 'Quarter', last: 2026-07-01}",
            "review: {every: 'quarter', last: 2026-07-01}",
        ),
        ("review: {every: quater, last: 2026-07-01}", "review: {every: quarter, last: 2026-07-01}"),
        ("zone: europe/berlin   # here", "zone: Europe/Berlin   # here"),
        ("criticality: '4'", "criticality: 4"),
        ("criticality: 0_4", None),
        ("Criticality: 4", "criticality: 4"),
        ("businessUnit: Retail", "business_unit: Retail"),
        ("domain: on", "domain: 'on'"),
        ("domain: 010", "domain: '010'"),
        ("criticality: 010", None),
        ("owner: other\nzone: UTC", None),
    ],
)
def test_values_of_a_service(wrong: str, right: str | None) -> None:
    """Spellings with one meaning are mended with quotes and comments kept; others are left."""
    text = _service(f"{wrong}\nsteps: [{{name: pay}}]")
    after, mended = _mend(text)
    assert after == (text.replace(wrong, right) if right else text)
    assert has_errors(mended.compiled.problems) == (right is None)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("objective: 99,9%, window: 30 days", "objective: 99.9%, window: 30d"),
        ("objective: 99.9, window: 720h", "objective: 99.9%, window: 30d"),
        ("objective: 99.9 percent, window: 30D", "objective: 99.9%, window: 30d"),
        ("objective: 99.9%, window: 4 weeks", None),
        ("objective: 99.9%, window: 1 Month", None),
    ],
)
def test_values_of_an_agreement(wrong: str, right: str | None) -> None:
    """Ratios and windows are mended where their length or share is the same."""
    up = "indicator: {kind: promql, good: a_total, total: b_total}"
    flow = wrong.replace(",9", "\x00").split(", ")
    block = "\n".join(f"    {part}".replace("\x00", ",9") for part in flow)
    text = _service(f"steps: [{{name: pay}}]\nslas:\n  - name: up\n    {up}\n{block}")
    after, mended = _mend(text)
    if right is None:
        assert after == text
        assert has_errors(mended.compiled.problems)
    else:
        assert not has_errors(mended.compiled.problems)
        assert [line.split(": ")[1] for line in after.splitlines() if "objective" in line] == [
            "99.9%"
        ]
        assert [line.split(": ")[1] for line in after.splitlines() if "window" in line] == ["30d"]


UP = "indicator: {kind: promql, good: a_total, total: b_total}"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{objective: 99,9%, window: 30d}", "{objective: 99.9%, window: 30d}"),
        ("{window: 30d, objective: 99,95}", "{window: 30d, objective: 99.95%}"),
        ("{window: 30d, objective: 99,9%}", "{window: 30d, objective: 99.9%}"),
        ("{objective: 99,999%, window: 30d}", "{objective: 99.999%, window: 30d}"),
        ("{objective: 99,999, window: 30d}", None),
        ("{objective: 99, 9%, window: 30d}", None),
        ("{objective: 99,9%: , window: 30d}", None),
        (
            "{objective: 99.9%, window: 30d, alerts: {pages: no}}",
            "{objective: 99.9%, window: 30d, alerts: {page: false}}",
        ),
        ("{objective: 2, window: 30d}", None),
        ("{objective: 1.5, window: 30d}", None),
        ("{objective: 2 percent, window: 30d}", "{objective: 2%, window: 30d}"),
        ("{objective: .999, window: 30d}", "{objective: 0.999, window: 30d}"),
    ],
)
def test_values_that_share_a_line(wrong: str, right: str | None) -> None:
    """In braces a comma ends a value: `99,9%` is put together again or left, never changed."""
    inside = f"{{name: up, {UP}, {wrong[1:]}"
    text = _service(f"steps: [{{name: pay}}]\nslas:\n  - {inside}")
    after, mended = _mend(text)
    if right is None:
        assert has_errors(mended.compiled.problems)
        assert not any(edit in after for edit in ("99%", "2%", "1.5%"))
    else:
        assert after == text.replace(wrong[1:], right[1:])
        assert not has_errors(mended.compiled.problems)


def test_a_split_value_is_one_problem() -> None:
    """Its two halves, a number and a key, are told once, over the whole of what was written."""
    line = f"  - {{name: up, {UP}, objective: 99,9%, window: 30d}}"
    text = _service(f"steps: [{{name: pay}}]\nslas:\n{line}")
    file = SourceFile(path="a.yaml", shown="a.yaml", data=text.encode())
    (one,) = _compile([file]).problems
    assert "a comma splits values here" in one.message
    assert one.hint == "write `99.9%`"
    shown = text.splitlines()[one.place.line - 1]
    assert shown[one.place.column - 1 : one.place.end_column - 1] == "99,9%"


def test_several_in_one_line_and_pass() -> None:
    """Fixes beside each other are all applied, and those that they uncover as well."""
    text = "\ufeff" + _service("steps: [{naem: pay, latency: {satisfied: 1 s, tolerated: 2 Sec}}]")
    after, mended = _mend(text)
    assert "steps: [{name: pay, latency: {satisfied: 1s, tolerated: 2s}}]" in after
    assert len(mended.fixed) == 4
    assert not has_errors(mended.compiled.problems)


def test_in_json_nothing_is_certain() -> None:
    """In the body of a request `no` may be a text or a boolean: its author has to say."""
    journey = "apiVersion: truegreen/v1\nkind: Journey\nmetadata: {name: j}\nspec:\n  service: s\n"
    journey += "  every: 30s\n  locations: [fra]\n  target: http://127.0.0.1\n"
    journey += "  steps: [{step: pay, request: {post: /, json: {gift: no}}}]\n"
    after, mended = _mend(journey)
    assert after == journey
    assert "yaml/ambiguous" in {problem.id for problem in mended.compiled.problems}


def test_a_missing_version_is_added() -> None:
    """There is one version of the language, so a definition without it is of that one."""
    text = "# a team\nkind: Team\nmetadata: {name: a}\nspec: {contact: a@example.org}\n"
    after, _ = _mend(text)
    assert after == text.replace("kind:", "apiVersion: truegreen/v1\nkind:", 1)


def test_line_ends_stay() -> None:
    """A file of another system keeps its line ends."""
    text = _service("criticality: '4'\nsteps: [{name: pay}]").replace("\n", "\r\n")
    after, _ = _mend(text)
    assert after == text.replace("'4'", "4")


LINES = st.lists(st.text(alphabet="ab #'é", max_size=12), min_size=1, max_size=5)


@given(LINES, st.data())
def test_edits_change_their_span_alone(lines: list[str], data: st.DataObject) -> None:
    """For any text and any edits that do not overlap, all other characters stay in order."""
    text = "\n".join(lines) + "\n"
    edits, kept = [], []
    for number, line in enumerate(lines, start=1):
        start = data.draw(st.integers(0, len(line)))
        width = data.draw(st.integers(0, len(line) - start))
        new = data.draw(st.text(alphabet="XY", max_size=4))
        edits.append(Edit(Place("a", number, start + 1, width), new))
        kept.append(line[:start] + new + line[start + width :])
    assert apply_edits(text, reversed(edits)) == "\n".join(kept) + "\n"
