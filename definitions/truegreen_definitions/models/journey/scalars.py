"""Scalars of journeys: paths, addresses, headers and patterns."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from truegreen_definitions.expressions import jsonpath
from truegreen_definitions.models.shapes import SCALARS, pattern
from truegreen_definitions.models.values import Text, bad_value, text_of
from truegreen_definitions.target import parse_target

__all__ = [
    "FormValues",
    "HeaderName",
    "HeaderValue",
    "JsonPath",
    "RegularExpression",
    "TargetUrl",
    "UrlPath",
]

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


def _form_values(value: object) -> tuple[str, ...]:
    if value == []:
        bad_value("the list is empty", "write a value, or '' for a field that is left empty")
    return tuple(text_of(one) for one in (value if isinstance(value, list) else [value]))


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
FormValues: TypeAlias = Annotated[
    tuple[str, ...],
    PlainValidator(_form_values),
    WithJsonSchema(
        {
            "title": "Value of a form field",
            "description": "A text, which may be empty, or a list of them.",
            "type": ["string", "number", "boolean", "array"],
            "items": {"type": ["string", "number", "boolean"]},
            "minItems": 1,
            "examples": ["${secret:SHOP_PASSWORD}"],
        }
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
RegularExpression: TypeAlias = Annotated[Text, AfterValidator(_regular_expression)]
