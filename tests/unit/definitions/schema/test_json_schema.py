"""The JSON Schema of definitions: what it lets through, what it finds, and that it is current.

The judge is the package `jsonschema`, and YAML is read as an editor reads it (`editors`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from editors import documents
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import TypeAdapter, ValidationError

from truegreen_definitions.cli.schema import KIND_NAMES
from truegreen_definitions.models import KINDS, values
from truegreen_definitions.models.base import Model
from truegreen_definitions.models.shapes import SCALARS
from truegreen_definitions.schema import document_schema, schema_text
from truegreen_definitions.schema.docstrings import words_of
from truegreen_definitions.units import duration_label, parse_window
from truegreen_definitions.yaml_tree.nodes import Plain

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]
GOLDEN = ROOT / "tests" / "golden" / "definitions"
BROKEN = sorted(path.name for path in (GOLDEN / "broken").iterdir())
UNSEEN: dict[str, str] = yaml.safe_load((GOLDEN / "schema" / "unseen.yaml").read_text())
EXAMPLES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("definitions/acme", "definitions/library", "tests/golden/definitions/language")
    for path in (ROOT / folder).glob("*.yaml")
)


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    """A validator of documents of every kind."""
    return Draft7Validator(document_schema(), format_checker=Draft7Validator.FORMAT_CHECKER)


def _errors(validator: Draft7Validator, text: str) -> list[str]:
    return [error.message for one in documents(text) for error in validator.iter_errors(one)]


def test_the_schema_is_a_schema() -> None:
    """It is valid by the meta-schema of its draft, as a whole and for each kind alone."""
    Draft7Validator.check_schema(document_schema())
    for kind in KINDS:
        Draft7Validator.check_schema(document_schema([kind]))


def test_the_committed_schema_is_current() -> None:
    """The file that editors take is the one that the models make: `make build` writes it."""
    assert (ROOT / "definitions" / "truegreen.schema.json").read_text() == schema_text()


@pytest.mark.parametrize("path", EXAMPLES)
def test_examples_are_valid(path: str, validator: Draft7Validator) -> None:
    """The example company, the library and one full example per kind have nothing to underline."""
    assert _errors(validator, (ROOT / path).read_text()) == []


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_the_schema_of_one_kind(kind: str) -> None:
    """The schema of one kind takes the example company's documents of that kind, no others."""
    (model,) = (one for one in KINDS if one.__name__ == kind)
    alone = Draft7Validator(document_schema([model]))
    found = [one for path in EXAMPLES for one in documents((ROOT / path).read_text())]
    assert [one["kind"] == kind for one in found] == [alone.is_valid(one) for one in found]


def _problem_of(case: str) -> str:
    readme = (GOLDEN / "broken" / case / "README.md").read_text(encoding="utf-8")
    return re.findall(r"`([a-z0-9-]+/[a-z0-9-]+)`\.\n", readme)[-1]


@pytest.mark.parametrize("case", [case for case in BROKEN if _problem_of(case)[:9] == "language/"])
def test_broken_definitions_are_found(case: str, validator: Draft7Validator) -> None:
    """What breaks the language's own shape is broken by the schema too, or listed with a reason."""
    files = sorted((GOLDEN / "broken" / case / "input").rglob("*.yaml"))
    found = [error for path in files for error in _errors(validator, path.read_text())]
    assert bool(found) != (case in UNSEEN), found


def test_the_list_of_unseen_cases_is_current() -> None:
    """What is listed as unseen is a case that exists, with a reason in words."""
    assert [case for case in UNSEEN if case not in BROKEN] == []
    assert all(len(reason.split()) > 3 for reason in UNSEEN.values())


def _models(model: type[Model], seen: set[type[Model]]) -> Iterator[type[Model]]:
    """Yield a model and every model in its fields, however deep."""
    if model in seen:
        return
    seen.add(model)
    yield model
    for field in model.model_fields.values():
        parts = [field.annotation]
        while parts:
            part = parts.pop()
            parts.extend(getattr(part, "__args__", ()))
            if isinstance(part, type) and issubclass(part, Model):
                yield from _models(part, seen)


EVERY_MODEL = [found for kind in KINDS for found in _models(kind, set())]


@pytest.mark.parametrize("model", dict.fromkeys(EVERY_MODEL), ids=lambda model: model.__name__)
def test_every_field_has_words(model: type[Model]) -> None:
    """Each model and each field says what it is: in hovers, and in the reference."""
    words = words_of(model)
    own = {"kind", "spec"} if model in KINDS else set()
    assert words.summary
    assert [
        name for name in model.model_fields if name not in words.fields and name not in own
    ] == []


def _scalars() -> list[tuple[str, Any]]:
    names = {"Window": "WindowText"}
    return [
        (name, TypeAdapter(getattr(values, names.get(name, name))))
        for name in SCALARS
        if name not in {"Quantity", "Json"}
    ]


@pytest.mark.parametrize(("name", "adapter"), _scalars(), ids=lambda part: str(part)[:12])
def test_examples_of_scalars_are_read(name: str, adapter: TypeAdapter[Any]) -> None:
    """The examples in a scalar's shape fit the shape, and the language reads them."""
    shape = SCALARS[name]
    for example in (*shape.get("examples", ()), *shape.get("enum", ())):
        assert Draft7Validator(shape).is_valid(example)
        adapter.validate_python(Plain(example))


TEXTS = st.text(alphabet="0123456789.%msdhw -ab_:TZ+", max_size=12)


@pytest.mark.parametrize(
    "name", ["Name", "Duration", "PositiveDuration", "Money", "Factor", "Date"]
)
@given(text=TEXTS)
def test_a_scalar_and_its_shape_agree(name: str, text: str) -> None:
    """Of quoted texts, a shape takes just those that the language reads."""
    checker = Draft7Validator(SCALARS[name], format_checker=Draft7Validator.FORMAT_CHECKER)
    try:
        TypeAdapter(getattr(values, name)).validate_python(text)
    except ValidationError:
        assert not checker.is_valid(text)
    else:
        assert checker.is_valid(text)


@given(text=TEXTS | st.decimals(-1, 101, places=2).map(lambda number: f"{number}%"))
def test_a_ratio_that_the_shape_takes_is_read(text: str) -> None:
    """What the shape of a ratio takes, the language reads; the shape wants the usual forms."""
    if Draft7Validator(SCALARS["Ratio"]).is_valid(text):
        TypeAdapter(values.Ratio).validate_python(text)


def test_defaults_are_as_one_writes_them() -> None:
    """A default is a text of the language (`90d`), not the seconds that Python holds."""
    definitions = document_schema()["definitions"]
    assert definitions["Prometheus"]["properties"]["retention"]["default"] == "90d"
    assert definitions["Prometheus"]["properties"]["scrape_interval"]["default"] == "15s"
    assert definitions["ServiceSpec"]["properties"]["criticality"]["default"] == 3
    assert definitions["PolicySpec"]["properties"]["burn"]["default"] == {"use": "sre-workbook"}
    assert "default" not in definitions["Metadata"]["properties"]["title"]


def test_the_windows_of_the_shape_are_the_languages() -> None:
    """Every window that an editor offers is one, and is its own label."""
    assert [parse_window(label).label for label in SCALARS["Window"]["enum"]] == (
        SCALARS["Window"]["enum"]
    )
    assert duration_label(90 * 86_400) == "90d"


def test_no_title_is_a_module_of_python() -> None:
    """Every part has a title of its own, in editors and as a heading of the reference."""
    parts = json.loads((ROOT / "definitions" / "truegreen.schema.json").read_text())["definitions"]
    assert [name for name in parts if "__" in name] == []


def test_kind_names_are_the_kinds() -> None:
    """The names that the command line knows without loading the models are the models'."""
    assert [kind.__name__ for kind in KINDS] == list(KIND_NAMES)


def test_the_schema_is_json_that_says_its_draft() -> None:
    """The text is JSON, ends with a newline, and names draft 7."""
    text = schema_text()
    assert text.endswith("}\n")
    assert json.loads(text)["$schema"] == "http://json-schema.org/draft-07/schema#"
