"""Values of the language, read from their text.

Every type here takes what the reader kept (text, `Plain` where it was written without quotes)
and gives a Python value or an error in the language's own words.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import Decimal
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from truegreen_definitions.currencies import CURRENCIES
from truegreen_definitions.models.mends import (
    as_currency,
    as_date,
    as_duration,
    as_ratio,
    as_window,
)
from truegreen_definitions.models.shapes import SCALARS
from truegreen_definitions.suggestions import near_word, slip
from truegreen_definitions.units import Window, parse_duration, parse_ratio, parse_window
from truegreen_definitions.yaml_tree.nodes import Plain

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Boolean",
    "ColumnName",
    "Currency",
    "Date",
    "Duration",
    "Factor",
    "Label",
    "Money",
    "Name",
    "PositiveDuration",
    "Ratio",
    "Secret",
    "Text",
    "Times",
    "Url",
    "Variable",
    "WindowText",
    "Zone",
    "bad_value",
    "text_of",
    "whole_number",
    "zones",
]

T = TypeVar("T")

_NAME_LENGTH = 63
_MONEY_DIGITS = 18
_WHOLE_NUMBER = r"-?(?:0|[1-9]\d{0,17})"


def bad_value(message: str, hint: str = "", *, instead: str = "", bare: bool = False) -> NoReturn:
    """Refuse a value with a message in lower case and a hint that says what is allowed.

    Args:
        message: What is wrong.
        hint: What is allowed.
        instead: How the language writes what is meant; only where that is certain.
        bare: Whether what is meant is the same text without quotes.

    Raises:
        PydanticCustomError: Always; the catalog turns it into a Problem with its place.
    """
    # The message goes in as context: a brace in the user's text is no template.
    context = {"message": message, "hint": hint, "instead": instead, "bare": bare}
    raise PydanticCustomError("bad_value", "{message}", context)


def text_of(value: object) -> str:
    """Return the text of a scalar.

    Raises:
        PydanticCustomError: It is a list, a mapping or nothing.
    """
    if isinstance(value, dict | list):
        found, mark = ("a mapping", "{") if isinstance(value, dict) else ("a list", "[")
        hint = f"write one value; text that begins with `{mark}` needs quotes"
        bad_value(f"expected one value, found {found}", hint)
    if not isinstance(value, str) or (isinstance(value, Plain) and value in {"", "null"}):
        bad_value("no value found", "write a value, or take the line out")
    return str(value)


def _reader(parse: Callable[[str], T], mend: Callable[[str], str] = str) -> PlainValidator:
    """Return a validator that reads a text; a ValueError's words become the message.

    Args:
        parse: Reads it.
        mend: Returns how the language writes what is meant, where that is certain.
    """

    def read(value: object) -> T:
        text = text_of(value)
        try:
            return parse(text)
        except PydanticCustomError as error:
            context = error.context or {}
            instead = str(context.get("instead", "")) or _mended(text, mend, parse)
            bad_value(str(context["message"]), str(context["hint"]), instead=instead)
        except ValueError as error:
            bad_value(str(error), instead=_mended(text, mend, parse))

    return PlainValidator(read)


def _mended(text: str, mend: Callable[[str], str], parse: Callable[[str], object]) -> str:
    """Return the mended text, if it is another one that can be read."""
    mended = mend(text)
    if mended in {"", text}:
        return ""
    try:
        parse(mended)
    except ValueError:
        return ""
    return mended


def _pattern(
    pattern: str, what: str, hint: str, mend: Callable[[str], str] = str
) -> PlainValidator:
    compiled = re.compile(pattern)

    def parse(text: str) -> str:
        if not compiled.fullmatch(text):
            bad_value(f"{text!r} is no {what}", hint)
        return text

    return _reader(parse, mend)


def whole_number(at_least: int, at_most: int | None = None) -> PlainValidator:
    """Return a validator of a whole number in a closed range."""
    allowed = f"{at_least} to {at_most}" if at_most is not None else f"{at_least} or more"

    def read(value: object) -> int:
        text = text_of(value)
        hint = f"write a whole number, {allowed}"
        if not isinstance(value, Plain):
            bare = re.fullmatch(_WHOLE_NUMBER, text) is not None
            bad_value(f"{text!r} is text, not a number", "take the quotes away", bare=bare)
        if not re.fullmatch(_WHOLE_NUMBER, text):
            bad_value(f"{text!r} is no whole number", hint)
        number = int(text)
        if number < at_least or (at_most is not None and number > at_most):
            bad_value(f"{number} is out of range", hint)
        return number

    return PlainValidator(
        read, json_schema_input_type=Annotated[int, Field(ge=at_least, le=at_most)]
    )


def _boolean(value: object) -> bool:
    text = text_of(value)
    if not isinstance(value, Plain) or text not in {"true", "false"}:
        bare = text in {"true", "false"}
        hint = "write true or false, without quotes"
        bad_value(f"{text!r} is neither true nor false", hint, bare=bare)
    return text == "true"


def _text(text: str) -> str:
    if not text.strip():
        bad_value("the text is empty", "write a value, or take the line out")
    return text


def _name(text: str) -> str:
    if len(text) > _NAME_LENGTH:
        bad_value(f"the name has {len(text)} characters", f"at most {_NAME_LENGTH} are allowed")
    if not re.fullmatch(r"[a-z][a-z0-9-]*", text):
        hint = "a name has lower-case letters, digits and `-`, and begins with a letter"
        meant = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
        example = f": `{meant}`" if re.fullmatch(r"[a-z][a-z0-9-]*", meant) else ""
        bad_value(f"{text!r} is no name", f"{hint}{example}")
    return text


def _date(text: str) -> dt.date:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            raise ValueError(text)  # noqa: TRY301  fromisoformat takes more forms than we do
        return dt.date.fromisoformat(text)
    except ValueError:
        bad_value(f"{text!r} is no date", "write year-month-day, such as 2026-10-01")


def _decimal(text: str, what: str, hint: str) -> Decimal:
    if not re.fullmatch(r"\d+(?:\.\d+)?", text) or len(text) > _MONEY_DIGITS:
        bad_value(f"{text!r} is no {what}", hint)
    return Decimal(text)


def _money(text: str) -> Decimal:
    return _decimal(text, "amount", "write a plain number such as 84.20, at most 18 characters")


def _factor(text: str) -> Decimal:
    hint = "write a number above 0, such as 14.4"
    number = _decimal(text, "factor", hint)
    return number or bad_value("a factor of 0 means nothing", hint)


@functools.cache
def zones() -> tuple[str, ...]:
    """Return every IANA zone, of the pinned tzdata package and not of this machine."""
    return tuple((files("tzdata") / "zones").read_text(encoding="utf-8").split())


def _zone(text: str) -> str:
    if text not in zones():
        bad_value(
            f"{text!r} is no time zone",
            near_word(text, zones()) or "write an IANA name, such as Europe/Berlin",
            instead=slip(text, zones()),
        )
    return text


def _currency(text: str) -> str:
    if text not in CURRENCIES:
        hint = "write its ISO 4217 code, such as EUR"
        bad_value(f"{text!r} is no currency", near_word(text.upper(), CURRENCIES) or hint)
    return text


def _times(text: str) -> str:
    clock = r"(?:[01]\d|2[0-3]):[0-5]\d"
    match = re.fullmatch(rf"({clock})-({clock}|24:00)", text)
    if not match or match[1] == match[2]:
        bad_value(f"{text!r} is no span of a day", "write from-to, such as '08:00-18:00'")
    return text


def _positive_duration(text: str) -> Decimal:
    seconds = parse_duration(text)
    return seconds or bad_value(f"{text!r} is no time at all", "write more than 0")


Text = Annotated[str, _reader(_text), WithJsonSchema(SCALARS["Text"])]
"""Words, or an expression; never empty."""
Name = Annotated[str, _reader(_name), WithJsonSchema(SCALARS["Name"])]
"""A name: `order-to-cash`."""
Label = Annotated[
    str,
    _pattern("[a-zA-Z_][a-zA-Z0-9_]*", "label", "a label has letters, digits and `_`"),
    WithJsonSchema(SCALARS["Label"]),
]
"""The name of a label."""
ColumnName = Annotated[
    str,
    _pattern("[a-z_][a-z0-9_]*", "column name", "a column has lower-case letters, digits and `_`"),
    WithJsonSchema(SCALARS["ColumnName"]),
]
"""The name of a table's column."""
Variable = Annotated[
    str,
    _pattern("[a-z_][a-z0-9_]*", "variable name", "it has lower-case letters, digits and `_`"),
    WithJsonSchema(SCALARS["Variable"]),
]
"""A variable of a journey or a parameter of an indicator."""
Secret = Annotated[
    str,
    _pattern(
        r"\$\{secret:[A-Z_][A-Z0-9_]*\}",
        "name of a secret",
        "write ${secret:NAME}: the environment variable NAME, or the file that NAME_FILE names",
    ),
    WithJsonSchema(SCALARS["Secret"]),
]
"""The name of a secret, never the secret itself: `${secret:DESK_TOKEN}`."""
Url = Annotated[
    str,
    _pattern(r"https?://[^\s/]+(?:/\S*)?", "URL", "write it with http:// or https://"),
    WithJsonSchema(SCALARS["Url"]),
]
"""An HTTP URL."""
Currency = Annotated[str, _reader(_currency, as_currency), WithJsonSchema(SCALARS["Currency"])]
"""An ISO 4217 code."""
Zone = Annotated[str, _reader(_zone), WithJsonSchema(SCALARS["Zone"])]
"""An IANA time zone."""
Times = Annotated[str, _reader(_times), WithJsonSchema(SCALARS["Times"])]
"""A span of a day, `08:00-18:00`; one such as `22:00-02:00` ends the next day."""
Boolean = Annotated[bool, PlainValidator(_boolean), WithJsonSchema(SCALARS["Boolean"])]
"""`true` or `false`."""
Date = Annotated[dt.date, _reader(_date, as_date), WithJsonSchema(SCALARS["Date"])]
"""A day, `2026-10-01`."""
Duration = Annotated[
    Decimal, _reader(parse_duration, as_duration), WithJsonSchema(SCALARS["Duration"])
]
"""A length of time in seconds, exact: `400ms`, `4h`; 0 is allowed."""
PositiveDuration = Annotated[
    Decimal, _reader(_positive_duration, as_duration), WithJsonSchema(SCALARS["PositiveDuration"])
]
"""A length of time in seconds, above 0."""
Ratio = Annotated[Decimal, _reader(parse_ratio, as_ratio), WithJsonSchema(SCALARS["Ratio"])]
"""A ratio from 0 to 1, both included: `99.9%`."""
Money = Annotated[Decimal, _reader(_money), WithJsonSchema(SCALARS["Money"])]
"""An amount, exact and not negative: `84.20`."""
Factor = Annotated[Decimal, _reader(_factor), WithJsonSchema(SCALARS["Factor"])]
"""A number above 0: `14.4`."""
WindowText = Annotated[Window, _reader(parse_window, as_window), WithJsonSchema(SCALARS["Window"])]
"""A window: `30d`, `month`, `prev_month`, `all`."""
