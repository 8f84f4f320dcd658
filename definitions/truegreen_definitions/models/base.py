"""What every model shares: frozen, no unknown fields, and a header.

A field that the model does not know is marked before pydantic refuses it, so that the error
carries the names that are allowed at that place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from truegreen_definitions.models.values import Label, Name, Text

__all__ = ["API_VERSION", "Header", "Metadata", "Model", "UnknownField"]

API_VERSION = "truegreen/v1"


@dataclass(frozen=True, slots=True)
class UnknownField:
    """Stands in for the value of a field that the model does not know."""

    allowed: tuple[str, ...]


class Model(BaseModel):
    """A frozen mapping of the language."""

    # A mapping inside another is checked by the outer one's validator and needs none of its own.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @classmethod
    @cache
    def field_names(cls) -> tuple[str, ...]:
        """Return the names of the fields as written in YAML, in order."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())

    @model_validator(mode="before")
    @classmethod
    def _mark_unknown_fields(cls, data: object) -> object:
        known = cls.field_names()
        if not isinstance(data, dict):
            raise PydanticCustomError(
                "not_a_mapping", "expected a mapping", {"hint": f"fields: {', '.join(known)}"}
            )
        if all(key in known for key in data):
            return data
        return {key: data[key] if key in known else UnknownField(known) for key in data}


class Metadata(Model):
    """What a definition is called.

    Attributes:
        name: What other definitions, alerts and commands call it; unique among its kind.
        title: What people call it; the name where none is given.
        description: A sentence for people.
        labels: Words of your own, kept and not interpreted.
    """

    name: Name
    title: Text = ""
    description: Text = ""
    labels: Mapping[Label, Text] = Field(default_factory=dict)


class Header(Model):
    """The fields that every kind of document has; a kind adds `kind` and `spec`.

    Attributes:
        api_version: The version of the language.
        metadata: What the definition is called.
    """

    api_version: Annotated[Literal["truegreen/v1"], Field(alias="apiVersion")]
    metadata: Metadata
