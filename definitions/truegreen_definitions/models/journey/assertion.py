"""What must hold of the answer of a step."""

import json
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import JsonPath, RegularExpression
from truegreen_definitions.models.json_text import JsonText
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import Boolean, Text, bad_value, whole_number

__all__ = ["Assertion"]

Operator: TypeAlias = Literal["eq", "ne", "gt", "ge", "lt", "le", "contains", "matches", "exists"]
OPERATORS: tuple[Operator, ...] = (
    *("eq", "ne", "gt", "ge", "lt", "le"),
    *("contains", "matches", "exists"),
)


class Assertion(Model):
    """What must hold of a response: its status, a value of its JSON, or words of its text.

    Attributes:
        status: The HTTP status it must have.
        json_path: JSON path of the value that is compared.
        text: Words that the body must contain.
        eq: The value is equal.
        ne: The value is not equal.
        gt: The value is greater.
        ge: The value is greater or equal.
        lt: The value is less.
        le: The value is less or equal.
        contains: The text or list contains it.
        matches: The text matches a regular expression.
        exists: Whether there is such a value.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["status"]},
                {"required": ["json"], **one_of(*OPERATORS)},
                {"required": ["text"]},
            ],
            "dependencies": {operator: ["json"] for operator in OPERATORS},
        }
    )

    status: Annotated[int, whole_number(100, 599)] | None = None
    json_path: Annotated[JsonPath | None, Field(alias="json")] = None
    text: Text | None = None
    eq: JsonText | None = None
    ne: JsonText | None = None
    gt: JsonText | None = None
    ge: JsonText | None = None
    lt: JsonText | None = None
    le: JsonText | None = None
    contains: JsonText | None = None
    matches: RegularExpression | None = None
    exists: Boolean | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Assertion":
        subjects = [s for s in (self.status, self.json_path, self.text) if s is not None]
        if len(subjects) != 1:
            bad_value("an assertion is about one thing", "write one of status, json and text")
        found = len(self._operators())
        if self.json_path is not None and found != 1:
            bad_value("a JSON value is compared once", f"write one of {', '.join(OPERATORS)}")
        if self.json_path is None and found:
            bad_value(f"an assertion about {self.subject} has no operator", "take it out")
        return self

    def _operators(self) -> list[Operator]:
        return [name for name in OPERATORS if getattr(self, name) is not None]

    @property
    def subject(self) -> Literal["status", "json", "text"]:
        """What it is about."""
        if self.status is not None:
            return "status"
        return "json" if self.json_path is not None else "text"

    @property
    def operator(self) -> Operator:
        """How it compares; a text is contained."""
        default: Operator = "eq" if self.status is not None else "contains"
        return next(iter(self._operators()), default)

    @property
    def operand(self) -> str:
        """What it compares with, as JSON text."""
        if self.json_path is None:
            return json.dumps(self.status if self.text is None else self.text, ensure_ascii=False)
        value = getattr(self, self.operator)
        typed = self.operator in {"matches", "exists"}
        return json.dumps(value, ensure_ascii=False) if typed else str(value)
