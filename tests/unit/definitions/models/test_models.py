"""The models: the language's own examples, and the forms a field may take."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from truegreen_definitions.catalog import Catalog, build_catalog
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.models import KINDS
from truegreen_definitions.models.agreement import Agreement, MeasureObjective, Quantity
from truegreen_definitions.models.journey import Assertion, JourneyRequest
from truegreen_definitions.models.policy import PolicySpec
from truegreen_definitions.models.service import ServiceSpec
from truegreen_definitions.models.source import MatchedService, ServiceColumn, SourceSpec
from truegreen_definitions.yaml_tree.nodes import to_data
from truegreen_definitions.yaml_tree.reader import read

ROOT = Path(__file__).parents[4]
LANGUAGE = ROOT / "tests" / "golden" / "definitions" / "language"


def _data(text: str) -> Any:
    documents, problems = read("a.yaml", text.encode())
    assert problems == ()
    return to_data(documents[0].root)


def _catalog(folder: Path) -> Catalog:
    catalog, problems = build_catalog(read_folder(folder), read_library())
    assert problems == ()
    return catalog


def test_the_examples_of_the_language_load() -> None:
    """The language's complete example of every kind is valid, with every field it shows."""
    catalog = _catalog(LANGUAGE)
    for model in KINDS:
        paths = {path.name for path in LANGUAGE.iterdir()}
        own = [one for one in catalog.of_kind(model.__name__).values() if one.path in paths]
        assert len(own) == 1
        assert own[0].kind == model.__name__


@pytest.mark.parametrize("name", ["acme", "library"])
def test_our_own_definitions_load(name: str) -> None:
    """The example company and the library have no problem."""
    assert list(_catalog(ROOT / "definitions" / name).definitions())


def test_every_field_of_the_examples_is_read() -> None:
    """No value of the language's examples is lost: each model gives its fields back."""
    for definition in _catalog(LANGUAGE).definitions():
        if definition.path.startswith("<"):
            continue
        written = to_data(definition.root)
        assert isinstance(written, dict)
        assert _keys(definition.model) >= _keys(written) - INSIDE_JSON


INSIDE_JSON = {"qty", "card"}


def _keys(value: Any) -> set[str]:
    """Return the keys of data, or of the fields that are set in a model, of all levels."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return _keys({fields[n].alias or n: getattr(value, n) for n in value.model_fields_set})
    if isinstance(value, dict):
        return set(value).union(*(_keys(below) for below in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_keys(below) for below in value))
    return set()


@pytest.mark.parametrize(
    ("text", "method", "path"),
    [("{get: /a}", "GET", "/a"), ("{post: '/a/${b}', json: {c: 1}}", "POST", "/a/${b}")],
)
def test_requests(text: str, method: str, path: str) -> None:
    """A request has its method in upper case and the path it goes to."""
    request = JourneyRequest.model_validate(_data(text))
    assert (request.method, request.path) == (method, path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{status: 201}", ("status", "eq", "201")),
        ("{text: thank you}", ("text", "contains", '"thank you"')),
        ("{json: $.total, gt: 0}", ("json", "gt", "0")),
        ("{json: $.state, eq: paid}", ("json", "eq", '"paid"')),
        ("{json: $.state, ne: null}", ("json", "ne", "null")),
        ("{json: $.items, exists: false}", ("json", "exists", "false")),
        ("{json: $.id, matches: '^o-[0-9]+$'}", ("json", "matches", '"^o-[0-9]+$"')),
    ],
)
def test_assertions(text: str, expected: tuple[str, str, str]) -> None:
    """An assertion has a subject, an operator and an operand as JSON."""
    assertion = Assertion.model_validate(_data(text))
    assert (assertion.subject, *next(assertion.comparisons())) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("{}", "{status: 200, text: ok}", "{json: $.a}", "{json: $.a, eq: 1, gt: 0}"),
        *("{status: 200, eq: 1}", "{status: 99}", "{json: a, eq: 1}", "{json: $.a, matches: '('}"),
    ],
)
def test_assertions_that_say_too_little_or_too_much(text: str) -> None:
    """An assertion about nothing, about two things, or without one operator is refused."""
    with pytest.raises(ValueError, match="bad_value"):
        Assertion.model_validate(_data(text))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("99.9%", Decimal("0.999")),
        ("{at_most: 3d}", Quantity(Decimal(259_200), "seconds")),
        ("{at_least: 40}", Quantity(Decimal(40), "")),
    ],
)
def test_objectives(written: str, expected: object) -> None:
    """An objective is a ratio, or a bound in seconds or as a number."""
    text = f"{{name: a, use: b, objective: {written}, window: 30d}}"
    objective = Agreement.model_validate(_data(text)).objective
    if isinstance(objective, MeasureObjective):
        assert expected in {objective.at_most, objective.at_least}
    else:
        assert objective == expected


SOURCE = "{{table: t, read: {{csv: 'a.csv'}}, service: {}, columns: {{a: b}}}}"


def test_forms_of_service() -> None:
    """A source's service is a name, a column with words, or a list of predicates."""
    constant = SourceSpec.model_validate(_data(SOURCE.format("shop")))
    column = SourceSpec.model_validate(_data(SOURCE.format("{column: c, match: {w: shop}}")))
    rules = "{match: [{when: 'c = 1', service: shop}]}"
    ruled = SourceSpec.model_validate(_data(SOURCE.format(rules)))
    assert constant.service == "shop"
    assert isinstance(column.service, ServiceColumn)
    assert isinstance(ruled.service, MatchedService)
    assert (constant.read.format, constant.read.location) == ("csv", "a.csv")


PAIR = "{long: 1h, short: 5m, factor: 14.4, severity: page}"


@pytest.mark.parametrize(
    ("text", "pairs", "workbook"),
    [
        ("{}", 0, True),
        ("{burn: {use: sre-workbook}}", 0, True),
        (f"{{burn: {{use: sre-workbook, pairs: [{PAIR}]}}}}", 1, True),
        (f"{{burn: {{pairs: [{PAIR}]}}}}", 1, False),
        (f"{{burn: [{PAIR}]}}", 1, False),
    ],
)
def test_forms_of_burn(text: str, pairs: int, *, workbook: bool) -> None:
    """Burn pairs are the workbook's, own ones in a list, or both."""
    spec = PolicySpec.model_validate(_data(text))
    assert (len(spec.burn_pairs), spec.uses_workbook) == (pairs, workbook)


def test_steps_before_a_step() -> None:
    """A step comes after the one above it, unless `after` says otherwise."""
    text = (
        "{owner: o, steps: [{name: a}, {name: b}, {name: c, after: []}, {name: d, after: [a, c]}]}"
    )
    spec = ServiceSpec.model_validate(_data(text))
    before = {step.name: spec.after(step) for step in spec.steps}
    assert before == {"a": (), "b": ("a",), "c": (), "d": ("a", "c")}


def test_definitions_are_frozen() -> None:
    """A model cannot be changed once it is read."""
    spec = PolicySpec.model_validate({})
    with pytest.raises(ValueError, match="frozen"):
        spec.lateness = Decimal(0)
