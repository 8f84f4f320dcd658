"""What must hold of the answer of a step."""

import json
from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import HeaderName, JsonPath, RegularExpression
from truegreen_definitions.models.json_text import JsonText
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    Boolean,
    PositiveDuration,
    Text,
    bad_value,
    whole_number,
)

__all__ = ["Assertion", "Size", "Subject"]

Subject: TypeAlias = Literal[
    "status", "json", "text", "regex", "header", "size", "certificate", "latency"
]
Operator: TypeAlias = Literal["eq", "ne", "gt", "ge", "lt", "le", "contains", "matches", "exists"]
SUBJECTS: tuple[Subject, ...] = (
    *("status", "json", "text", "regex"),
    *("header", "size", "certificate", "latency"),
)
OPERATORS: tuple[Operator, ...] = (
    *("eq", "ne", "gt", "ge", "lt", "le"),
    *("contains", "matches", "exists"),
)
COMPARED: tuple[Subject, ...] = ("json", "header")


class Size(Model):
    """How many bytes an answer may have, unpacked.

    Attributes:
        at_least: The fewest.
        at_most: The most.
    """

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]}
    )

    at_least: Annotated[int, whole_number(0)] | None = None
    at_most: Annotated[int, whole_number(0)] | None = None

    @model_validator(mode="after")
    def _a_bound(self) -> "Size":
        if self.at_least is None and self.at_most is None:
            bad_value("a size has no bound", "write at_least, at_most or both")
        if self.at_most is not None and (self.at_least or 0) > self.at_most:
            bad_value("no size is at least the one and at most the other", "swap them")
        return self


class Assertion(Model):
    """What must hold of an answer: exactly one thing of it; json and header take an operator.

    Attributes:
        status: The HTTP status, or the reply code of a mail server, it must have.
        json_path: JSON path of the value that is compared.
        text: Words that the text of the answer must contain.
        regex: Regular expression that the text of the answer must match somewhere.
        header: Header whose value is compared.
        size: How large the answer is.
        certificate: How long the server's certificate must still be valid, such as `14d`.
        latency: How long the step itself may take; longer is a failure, whatever its thresholds.
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
                {"required": [subject], **(one_of(*OPERATORS) if subject in COMPARED else {})}
                for subject in SUBJECTS
            ],
            "dependencies": {
                operator: {"anyOf": [{"required": [subject]} for subject in COMPARED]}
                for operator in OPERATORS
            },
        }
    )

    status: Annotated[int, whole_number(100, 599)] | None = None
    json_path: Annotated[JsonPath | None, Field(alias="json")] = None
    text: Text | None = None
    regex: RegularExpression | None = None
    header: HeaderName | None = None
    size: Size | None = None
    certificate: PositiveDuration | None = None
    latency: PositiveDuration | None = None
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
        if len(self._subjects()) != 1:
            bad_value("an assertion is about one thing", f"write one of {', '.join(SUBJECTS)}")
        found = len(self._operators())
        if self.subject in COMPARED and found != 1:
            what = "JSON value" if self.subject == "json" else "header"
            bad_value(f"a {what} is compared once", f"write one of {', '.join(OPERATORS)}")
        if self.subject not in COMPARED and found:
            bad_value(f"an assertion about {self.subject} has no operator", "take it out")
        return self

    def _subjects(self) -> list[Subject]:
        return [name for name in SUBJECTS if getattr(self, _field(name)) is not None]

    def _operators(self) -> list[Operator]:
        return [name for name in OPERATORS if getattr(self, name) is not None]

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self._subjects()[0]

    def comparisons(self) -> Iterator[tuple[Operator, str]]:
        """Yield how it compares and with what, as JSON text: one pair, or one for each bound."""
        if self.subject in COMPARED:
            (operator,) = self._operators()
            value = getattr(self, operator)
            typed = operator in {"matches", "exists"}
            yield operator, json.dumps(value, ensure_ascii=False) if typed else str(value)
        elif self.status is not None:
            yield "eq", json.dumps(self.status)
        elif self.text is not None:
            yield "contains", json.dumps(self.text, ensure_ascii=False)
        elif self.regex is not None:
            yield "matches", json.dumps(self.regex, ensure_ascii=False)
        elif self.certificate is not None:
            yield "ge", json.dumps(float(self.certificate))
        elif self.latency is not None:
            yield "le", json.dumps(float(self.latency))
        elif self.size is not None:
            bounds: tuple[tuple[Operator, int | None], ...] = (
                ("ge", self.size.at_least),
                ("le", self.size.at_most),
            )
            yield from ((one, json.dumps(bound)) for one, bound in bounds if bound is not None)

    @property
    def path(self) -> str:
        """Which JSON value or header it is about; else empty."""
        return self.json_path or (self.header or "").lower()


def _field(subject: Subject) -> str:
    return "json_path" if subject == "json" else subject
