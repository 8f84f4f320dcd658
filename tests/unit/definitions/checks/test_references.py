"""References: every name of every kind is looked up, and its place is the name's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from truegreen_definitions.catalog import Catalog, build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_folder
from truegreen_definitions.checks.references import CHECK

ROOT = Path(__file__).parents[4]
LANGUAGE = read_folder(ROOT / "tests" / "golden" / "definitions" / "language")


def _catalog(*files: SourceFile) -> Catalog:
    catalog, problems = build_catalog(files)
    assert problems == ()
    return catalog


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("service", {"checkout-team", "retail-hours", "month-end-close", "orders", "paygate"}),
        ("journey", {"order-to-cash"}),
        ("source", {"surveys", "order-to-cash"}),
        ("vendor", {"order-to-cash"}),
        ("contract", {"paygate", "order-to-cash"}),
        ("team", {"retail-hours"}),
        ("policy", {"orders", "surveys"}),
        ("table", set()),
        ("calendar", set()),
        ("indicator", set()),
    ],
)
def test_every_name_is_looked_up(name: str, missing: set[str]) -> None:
    """The language's example of a kind, alone in the world, misses all that it names."""
    file = next(file for file in LANGUAGE if file.path == f"{name}.yaml")
    found = list(CHECK.run(_catalog(file)))
    words = {problem.message.split("`")[-2] for problem in found}
    assert words >= missing
    lines = file.text.splitlines()
    for problem in found:
        place = problem.place
        written = lines[place.line - 1][place.column - 1 : place.column - 1 + place.width]
        assert problem.message.split("`")[-2] in written


def test_known_names_are_not_reported() -> None:
    """The language's examples together miss only what none of them defines."""
    found = {problem.message for problem in CHECK.run(_catalog(*LANGUAGE))}
    assert "there is no Table `orders`" in found
    assert not any("`paygate`" in words or "`checkout-team`" in words for words in found)


def test_where_none_is_defined_the_hint_says_how() -> None:
    """A name of a kind that has no definition yet is answered with what to write."""
    file = next(file for file in LANGUAGE if file.path == "journey.yaml")
    (problem,) = CHECK.run(_catalog(file))
    assert problem.hint == "define it: `kind: Service` with `metadata: {name: order-to-cash}`"


def test_where_there_is_no_part_the_hint_does_not_offer_any() -> None:
    """A contract about a service without agreements is told that there is none so far."""
    text = (
        "apiVersion: truegreen/v1\nkind: Service\nmetadata: {name: order-to-cash}\n"
        "spec: {owner: desk, steps: [{name: pay}]}\n"
    )
    service = SourceFile(path="s.yaml", shown="s.yaml", data=text.encode())
    contract = next(file for file in LANGUAGE if file.path == "contract.yaml")
    hints = {p.hint for p in CHECK.run(_catalog(contract, service)) if "agreement" in p.message}
    assert hints == {"there is none so far: add it there"}
