"""Journey: a synthetic transaction, the steps a robot customer takes.

Example:
    apiVersion: truegreen/v1
    kind: Journey
    metadata: {name: buy-something}
    spec:
      service: order-to-cash
      every: 30s
      locations: [fra, nyc]
      target: http://127.0.0.1:8080
      steps:
        - step: browse
          request: {get: /products}
          # In `{...}` a path with brackets needs quotes: YAML would end the mapping at `]`.
          extract: {sku: '$.items[0].sku'}
          assert: [{status: 200}]
        - step: checkout
          request: {post: /cart, json: {sku: '${sku}', qty: 1}}
          extract: {order: $.order_id}
          assert: [{status: 201}, {json: $.total, gt: 0}]
        - step: pay
          request: {post: '/orders/${order}/pay', json: {card: '${secret:TEST_CARD}'}}
          timeout: 10s
      cleanup:
        - {when: order, request: {delete: '/orders/${order}'}}
"""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias, cast

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from truegreen_definitions.expressions import jsonpath
from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.json_text import JsonText
from truegreen_definitions.models.shapes import SCALARS, one_of, pattern
from truegreen_definitions.models.values import (
    Boolean,
    Name,
    PositiveDuration,
    Text,
    Variable,
    bad_value,
    whole_number,
)
from truegreen_definitions.target import parse_target

__all__ = ["Assertion", "Cleanup", "Journey", "JourneyRequest", "JourneySpec", "JourneyStep"]

METHODS = ("get", "post", "put", "patch", "delete")
Operator: TypeAlias = Literal["eq", "ne", "gt", "ge", "lt", "le", "contains", "matches", "exists"]
OPERATORS: tuple[Operator, ...] = (
    *("eq", "ne", "gt", "ge", "lt", "le"),
    *("contains", "matches", "exists"),
)

_HEADER = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"


def _json_path(text: str) -> str:
    try:
        jsonpath.parse(text)
    except ValueError as error:
        bad_value(str(error), "write it from the root, such as $.items[0].sku")
    return text


def _target(text: str) -> str:
    try:
        parse_target(text)
    except ValueError as error:
        bad_value(str(error), "write http://HOST or https://HOST, with :PORT and /PATH if needed")
    return text


def _url_path(text: str) -> str:
    if not text.startswith("/") or re.search(r"\s", text):
        bad_value(f"{text!r} is no path", "begin it with `/`; the journey's target comes before it")
    return text


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        bad_value(f"{text!r} is no regular expression: {error}")
    return text


def _header(text: str) -> str:
    if not re.fullmatch(_HEADER, text):
        bad_value(f"{text!r} is no header", "a header has letters, digits and `-`")
    return text


def _header_value(text: str) -> str:
    if not text.isprintable():
        bad_value(f"{text!r} is no value of a header", "it is one line of printable characters")
    return text


JsonPath: TypeAlias = Annotated[
    Text,
    AfterValidator(_json_path),
    WithJsonSchema(
        pattern("JSON path", "From the root `$`; names and indices.", r"\$.*", "$.items[0].sku")
    ),
]
TargetUrl: TypeAlias = Annotated[
    Text,
    AfterValidator(_target),
    WithJsonSchema(
        pattern(
            "Base URL", "Without user and query.", r"https?://[^\s?#@]+", "http://127.0.0.1:8080"
        )
    ),
]
UrlPath: TypeAlias = Annotated[
    Text,
    AfterValidator(_url_path),
    WithJsonSchema(
        pattern("Path", "`${name}` takes a variable.", r"/\S*", "/products", "/orders/${order}")
    ),
]
HeaderName: TypeAlias = Annotated[
    Text,
    AfterValidator(_header),
    WithJsonSchema(pattern("Header", "Letters, digits and `-`.", _HEADER, "x-request-source")),
]
HeaderValue: TypeAlias = Annotated[
    Text,
    AfterValidator(_header_value),
    WithJsonSchema(
        SCALARS["Text"] | {"title": "Value of a header", "description": "One line."},
    ),
]


class JourneyRequest(Model):
    """One HTTP request: exactly one of the methods, with the path it goes to.

    Attributes:
        get: Path of a GET, below the target.
        post: Path of a POST, below the target.
        put: Path of a PUT, below the target.
        patch: Path of a PATCH, below the target.
        delete: Path of a DELETE, below the target.
        body: JSON body; `${name}` in a text takes a variable, `${secret:NAME}` an environment
            variable.
        headers: Headers beside those the probe sends.
    """

    model_config = ConfigDict(json_schema_extra=one_of(*METHODS))

    get: UrlPath | None = None
    post: UrlPath | None = None
    put: UrlPath | None = None
    patch: UrlPath | None = None
    delete: UrlPath | None = None
    body: Annotated[JsonText | None, Field(alias="json")] = None
    headers: Mapping[HeaderName, HeaderValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_method(self) -> "JourneyRequest":
        named = [name for name in METHODS if getattr(self, name) is not None]
        if len(named) != 1:
            bad_value("a request has one method", f"write exactly one of {', '.join(METHODS)}")
        return self

    @property
    def method(self) -> str:
        """The method, in upper case."""
        return next(name for name in METHODS if getattr(self, name) is not None).upper()

    @property
    def path(self) -> str:
        """The path below the journey's target, with `${name}` templates."""
        return cast("str", getattr(self, self.method.lower()))  # one method is set, see above


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
    matches: Annotated[Text, AfterValidator(_regular_expression)] | None = None
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


class JourneyStep(Model):
    """A request for a step of the service; thresholds come from there.

    Attributes:
        step: A step of the service.
        request: What is sent.
        timeout: When it is given up; longer than the step's `tolerated`.
        extract: Variable to JSON path in the response. In `{…}` a path with brackets needs quotes:
            `'$.items[0].sku'`.
        asserts: What must hold of the response; a status below 400 where none is about it.
    """

    step: Name
    request: JourneyRequest
    timeout: PositiveDuration | None = None
    extract: Mapping[Variable, JsonPath] = Field(default_factory=dict)
    asserts: Annotated[tuple[Assertion, ...], Field(alias="assert")] = ()


class Cleanup(Model):
    """A request that undoes what the journey made, when the variable `when` has a value.

    Attributes:
        when: Variable that an earlier step extracts.
        request: What is sent.
    """

    when: Variable
    request: JourneyRequest


class JourneySpec(Model):
    """What a journey is made of.

    Attributes:
        service: Service whose steps it takes.
        every: Length of a slot of the schedule; one run a slot.
        locations: Where it runs from; a probe is started for one or more of them.
        target: Base URL of the system under test.
        steps: Requests, in order.
        cleanup: What takes back what a run made, also after a failure.
    """

    service: Name
    every: PositiveDuration
    locations: tuple[Name, ...] = Field(min_length=1)
    target: TargetUrl
    steps: tuple[JourneyStep, ...] = Field(min_length=1)
    cleanup: tuple[Cleanup, ...] = ()


class Journey(Header):
    """A synthetic transaction: the steps a robot customer takes."""

    kind: Literal["Journey"]
    spec: JourneySpec
