"""Cases that share a test: only those whose input cannot touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from truegreen_definitions.emitters.rule_tests.case import Case, Check, Layer
from truegreen_definitions.emitters.rule_tests.packing import packed
from truegreen_definitions.plan import Origin

if TYPE_CHECKING:
    from truegreen_definitions.emitters.rule_tests.case import SeriesValues


def case(about: str, *series: SeriesValues, layer: Layer = Layer.BURN, step: int = 600) -> Case:
    """Return a case with some input and one check."""
    return Case(
        about=about,
        origin=Origin(path="shop.yaml", line=7),
        claim="holds",
        layer=layer,
        step_seconds=step,
        series=series,
        checks=(Check(0, about),),
    )


def names(*cases: Case) -> list[list[str]]:
    """Return, test by test, whose checks are in it."""
    tests = cast("list[dict[str, Any]]", packed(cases))
    return [[one["expr"].split()[0] for one in test["promql_expr_test"]] for test in tests]


def test_what_says_nothing_else_of_a_series_is_together() -> None:
    """Cases over other series, and over the same values of one, share a test."""
    assert names(case("a", ("x", "1")), case("b", ("y", "2")), case("c", ("x", "1"))) == [
        ["a", "b", "c"]
    ]


def test_a_contradiction_parts_them() -> None:
    """Two cases that give one series other values are two tests."""
    assert names(case("a", ("x", "1")), case("b", ("x", "2")), case("c", ("x", "2"))) == [
        ["a"],
        ["b", "c"],
    ]


def test_raw_counters_of_one_metric_are_apart() -> None:
    """A selector of one case might match the other's counter, whatever its labels are."""
    raw = Layer.COUNTS
    one, other = ('x{a="1"}', "1"), ('x{a="2"}', "1")
    assert names(case("a", one, layer=raw), case("b", other, layer=raw)) == [["a"], ["b"]]
    assert names(case("a", one), case("b", other)) == [["a", "b"]]


def test_another_step_is_another_test() -> None:
    """A test has one interval of samples."""
    assert names(case("a", ("x", "1")), case("b", ("y", "1"), step=300)) == [["a"], ["b"]]


def test_a_test_says_how_many_it_holds() -> None:
    """The name of a test is its first claim, and how many more there are."""
    tests = cast("list[dict[str, Any]]", packed([case("a"), case("b"), case("c")]))
    assert [test["name"] for test in tests] == ["a: holds, and 2 more"]
