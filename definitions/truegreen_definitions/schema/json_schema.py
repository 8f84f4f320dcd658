"""JSON Schema of a definition document, as editors take it.

Draft 7, because yaml-language-server has read it for longest and best. Three things follow from
how editors use it: a scalar is written out where it stands, because draft 7 drops what stands
beside a `$ref`; a choice by `kind` is a chain of if and then, so that the message is about the
kind that was written; and a default is what one would write (`90d`), not what Python holds.

The schema sees one document. What needs two of them (a team that does not exist), an expression
(SQL, PromQL) or arithmetic (a threshold above another) is left to `truegreen check`.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.models import KINDS, Kind
from truegreen_definitions.models.base import API_VERSION, Metadata, Model
from truegreen_definitions.models.shapes import SCALARS, Shape
from truegreen_definitions.models.values import zones
from truegreen_definitions.schema.docstrings import words_of
from truegreen_definitions.units import Window, duration_label, number_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import core_schema

__all__ = ["DRAFT", "document_schema", "schema_text"]

DRAFT = "http://json-schema.org/draft-07/schema#"
_MODE: Literal["validation"] = "validation"
_ZONE = SCALARS["Zone"]["title"]


def schema_text(kinds: Iterable[type[Kind]] = KINDS) -> str:
    """Return the schema of a document of one of some kinds as JSON text."""
    return json.dumps(document_schema(kinds), indent=2, ensure_ascii=False) + "\n"


def document_schema(kinds: Iterable[type[Kind]] = KINDS) -> Shape:
    """Return the schema of a document of one of some kinds, in the order they are given."""
    models = tuple(kinds)
    specs = [(model.__name__, _MODE, _spec_of(model)) for model in models]
    shapes, generated = TypeAdapter.json_schemas(
        [*specs, ("", _MODE, TypeAdapter(Metadata))],
        ref_template="#/definitions/{model}",
        schema_generator=_Generator,
    )
    every = {**cast("Shape", generated["$defs"]), "Zone": {"enum": sorted(zones())}}
    rules = _by_kind(
        "kind", {name: {"properties": {"spec": shapes[name, _MODE]}} for name, *_ in specs}
    )
    metadata = _beside(shapes["", _MODE], {"description": words_of(Metadata).summary})
    return {
        "$schema": DRAFT,
        "title": "Truegreen definition",
        "description": "One document of a company's definitions.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": False,
        "properties": {
            "apiVersion": {"description": "The version of the language.", "const": API_VERSION},
            "kind": {
                "description": "What the document defines.",
                "enum": [model.__name__ for model in models],
                "enumDescriptions": [words_of(model).summary for model in models],
            },
            "metadata": metadata,
            "spec": {"description": "The definition itself.", "type": "object"},
        },
        **rules,
        "definitions": _reached((rules, metadata), every),
    }


def _spec_of(model: type[Kind]) -> TypeAdapter[Any]:
    """Return the adapter of a kind's `spec`: a model, or a choice of several."""
    field = model.model_fields["spec"]
    return TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]  # made here


def _by_kind(field: str, shapes: dict[str, Shape]) -> Shape:
    """Return the choice of a shape by the word in a field."""
    return {
        "allOf": [
            {"if": {"required": [field], "properties": {field: {"const": word}}}, "then": shape}
            for word, shape in shapes.items()
        ]
    }


def _beside(shape: Shape, words: Shape) -> Shape:
    """Return a shape with words of its own, which draft 7 drops beside a `$ref` to a model."""
    if "$ref" in shape:
        return {**words, "type": "object", "allOf": [shape]}
    return {**shape, **words}


def _reached(roots: Iterable[Shape], every: Shape) -> Shape:
    """Return the definitions that some shapes lead to; pydantic makes some that nothing uses."""
    found: set[str] = set()
    todo: list[object] = [*roots]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                todo.append(every[name])
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    return {name: every[name] for name in sorted(found)}  # models are built in any order


class _Generator(GenerateJsonSchema):
    """pydantic's generator, in the words and with the habits of the language."""

    def sort(
        self,
        value: JsonSchemaValue,
        parent_key: str | None = None,  # noqa: ARG002  pydantic's signature
    ) -> JsonSchemaValue:
        """Keep the order of the models: the reader's order."""
        return value

    def field_title_should_be_set(
        self,
        schema: object,  # noqa: ARG002  pydantic's signature
    ) -> bool:
        """Give fields no title: theirs is the name of their type."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Leave null out: a field without a value is left out of the YAML."""
        return self.generate_inner(schema["schema"])

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        """Choose by the word in the discriminating field, or else by what fits."""
        shapes = {str(tag): self.generate_inner(one) for tag, one in schema["choices"].items()}
        field = schema["discriminator"]
        if not isinstance(field, str):
            return {"anyOf": list(shapes.values())}
        return {
            "type": "object",
            "required": [field],
            "properties": {field: {"enum": list(shapes)}},
            **_by_kind(field, shapes),
        }

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Refuse a key of the wrong form, where pydantic would let its value be anything."""
        shape = super().dict_schema(schema)
        shape.pop("patternProperties", None)
        shape["propertyNames"] = self.generate_inner(schema["keys_schema"])
        shape["additionalProperties"] = self.generate_inner(schema["values_schema"])
        return shape

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Show a default as one would write it; none where it is nothing."""
        shape = self.generate_inner(schema["schema"])
        written = _as_written(schema.get("default"), str(shape.get("title", "")))
        return shape if written is None else _beside(shape, {"default": written})

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Describe a model and its fields by its docstring."""
        shape = super().model_schema(schema)
        model = cast("type[Model]", schema["cls"])
        words = words_of(model)
        shape.pop("title", None)
        shape["description"] = " ".join((words.summary, *words.more))
        for name, field in model.model_fields.items():
            written = field.alias or name
            shape["properties"][written] = _described(
                shape["properties"][written], words.fields.get(name, "")
            )
        return shape


def _described(shape: Shape, words: str) -> Shape:
    """Return the shape of a field with what it means, before what its type is."""
    if not words:
        return shape
    more = shape.get("description", "")
    said = _beside(shape, {"description": f"{words}\n\n{more}" if more else words})
    if shape.get("title") == _ZONE:
        said["allOf"] = [{"$ref": "#/definitions/Zone"}]
    return said


def _as_written(default: object, title: str) -> Any:  # noqa: ANN401  JSON of any shape
    """Return a default as it is written in YAML; None where nothing is written."""
    if default is None or default in ("", ()):
        return None
    if isinstance(default, BaseModel):
        return default.model_dump(exclude_unset=True, by_alias=True)
    if isinstance(default, Decimal):
        return duration_label(default) if title.startswith("Duration") else number_text(default)
    if isinstance(default, bool | int | str):
        return default
    if isinstance(default, Window):
        return default.label
    raise InvariantError(f"the default {default!r} has no form in YAML")
