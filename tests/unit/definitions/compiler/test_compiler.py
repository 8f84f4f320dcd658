"""The compiler: the same plan for any order of the files, and problems from all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from companies import POLICY, SERVICE, TEAM, compiled, files, promising
from hypothesis import given, settings
from hypothesis import strategies as st

from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.compiler import compile_files, compile_folder
from truegreen_definitions.plan.codec import dumps, loads
from truegreen_definitions.plan.text import plan_text
from truegreen_definitions.problems import Problem, Severity, render

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.plan import Plan

SEPARATOR = b"---\n"


def test_example_company_has_no_problem(root: Path) -> None:
    """Neither an error nor a warning, and every agreement of its files is in the plan."""
    found = compile_folder(root / "definitions" / "acme")
    assert found.problems == ()
    assert found.plan is not None
    assert len(found.plan.agreements) == 9
    assert [one.name for one in found.plan.services] == ["open-enrolment", "order-to-cash"]
    assert [vendor.name for vendor in found.plan.vendors] == [
        *("deskworks", "paygate", "shopfast", "swiftship")
    ]


def test_plan_survives_being_written(acme_plan: Plan) -> None:
    """plan.json gives back the plan it was written from."""
    assert loads(dumps(acme_plan)).plan == acme_plan


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_files_and_documents_does_not_matter(root: Path, shuffle: st.Random) -> None:
    """Shuffled files, and shuffled documents within them, give the same parts of the plan."""
    own = list(read_folder(root / "definitions" / "acme"))
    expected = compile_files(own, read_library()).plan
    assert expected is not None
    shuffle.shuffle(own)
    assert compile_files(own, read_library()).plan == expected
    mixed = []
    for file in own:
        documents = file.data.split(SEPARATOR)
        shuffle.shuffle(documents)
        mixed.append(replace(file, data=SEPARATOR.join(documents)))
    found = compile_files(mixed, read_library()).plan
    assert found is not None
    assert _without_lines(plan_text(found)) == _without_lines(plan_text(expected))


def _without_lines(text: str) -> list[str]:
    return [line.partition("  (")[0] for line in text.splitlines()]


def test_problems_of_all_parts_are_found_at_once() -> None:
    """Reader, model, check and planner each report; there is no plan, and the order is by place."""
    found = compiled(
        policy=POLICY.replace("lateness: 7d", "lateness: soon"),
        people=TEAM + "spec: {}\n",
        shop=promising("kind: promql\ngood: a_total{\ntotal: b_total", objective="100%"),
    )
    assert found.plan is None
    assert [problem.id for problem in found.problems] == [
        "yaml/duplicate-key",
        "language/bad-value",
        "agreement/objective-range",
        "promql/syntax",
    ]


def test_warning_alone_leaves_the_plan() -> None:
    """Only an error stops the compiler."""
    found = compiled(shop=promising("kind: promql\ngood: up\ntotal: b_total"))
    assert found.plan is not None
    assert {problem.severity for problem in found.problems} == {Severity.WARNING}


def test_indicator_that_is_used_twice_has_its_problem_once() -> None:
    """The same fault at the same place is said once, whoever meets it."""
    own = """
kind: Indicator
metadata: {name: own}
spec: {kind: promql, good: 'rate(a_total[5m])', total: b_total}
"""
    uses = "".join(
        f"    - {{name: {name}, use: own, objective: {percent}%, window: 30d}}\n"
        for name, percent in (("a", 98), ("b", 99))
    )
    found = compiled(own=own, shop=SERVICE + "  xlas:\n" + uses)
    assert [(problem.id, problem.place.path) for problem in found.problems] == [
        ("promql/rate", "own.yaml")
    ]


def test_problems_of_a_check_and_the_planner_are_one() -> None:
    """A step without thresholds is one problem although two parts look for it."""
    found = compiled(shop=promising("kind: latency\nstep: close\nsource: journey"))
    assert [problem.id for problem in found.problems] == ["latency/no-threshold"]


def test_every_problem_can_be_quoted() -> None:
    """The texts hold the file of each place, so that its line is shown with a caret."""
    found = compiled(shop=promising("kind: promql\ngood: a_total{\ntotal: b_total"))
    shown = render(found.problems, found.texts)
    assert "  18 |         good: a_total{\n     |               ^^^^^^^^\n" in shown


def test_no_files_are_one_problem() -> None:
    """An empty folder has no Policy; that is said, and nothing is raised."""
    found = compile_files(())
    assert found.plan is None
    assert [problem.id for problem in found.problems] == ["policy/missing"]


def test_library_is_not_needed_to_say_what_is_missing() -> None:
    """Without the library an indicator of it is unknown, in the user's words."""
    shop = SERVICE + "  xlas: [{name: a, use: csat, objective: 85%, window: 30d}]\n"
    found = compile_files(files(shop=shop))
    assert [isinstance(problem, Problem) and problem.id for problem in found.problems] == [
        "reference/unknown"
    ]
