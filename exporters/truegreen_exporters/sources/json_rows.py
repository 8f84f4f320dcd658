"""JSON objects as rows of text, the same from a file, an API or a post.

Every value becomes text: strings as they are, numbers as written, `true` and `false`, objects
and arrays as JSON text for DuckDB's JSON functions; null and a missing key are missing values.
An expression casts what it needs, so a column means the same in every page. Of a key that stands
twice in an object the first counts.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from truegreen_definitions.expressions import jsonpath
from truegreen_definitions.names import RejectReasonValue
from truegreen_exporters.sources.lines import LineError
from truegreen_exporters.sources.rows import Reject, Rows, SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["at_path", "document_of", "objects_at", "rows_of_objects", "shown", "text_of"]


_NOTHING = object()


def document_of(text: str | bytes) -> object:
    """Return a JSON document, its numbers exact.

    Raises:
        ValueError: It is none, or is nested too deeply.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode(json.detect_encoding(text), "surrogatepass")
        return _DECODE(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def text_of(value: object) -> str | None:
    """Return a value as text; None for null.

    Raises:
        LineError: It holds what no text can hold.
    """
    kind = type(value)  # the two most frequent kinds first: this runs for every value of a row
    if kind is int:
        return str(value)
    if value is None:
        return None
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, dict | list):
        try:
            return json.dumps(value, default=float)
        except RecursionError:
            raise LineError(RejectReasonValue.SYNTAX, "a value is nested too deeply") from None
    text = str(value)
    if "\0" in text:
        raise LineError(RejectReasonValue.NUL, "a value holds a NUL")
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        raise LineError(RejectReasonValue.ENCODING, "a value holds half of a surrogate pair")
    return text


def shown(value: object) -> str:
    """Return a value as JSON text for people, also one that `text_of` refuses."""
    try:
        return json.dumps(value, default=float)
    except RecursionError:
        return "(nested too deeply)"


def at_path(document: object, path: str) -> object:
    """Return what stands at a JSON path; None where there is nothing."""
    return _walked(document, path, None)


def objects_at(document: object, path: str) -> Sequence[object]:
    """Return the rows at a JSON path: the items of a list, or one object; none for nothing.

    Raises:
        SourceError: Something else stands there.
    """
    found = _walked(document, path, _NOTHING)
    if found is _NOTHING:
        raise SourceError(f"there is nothing at {path}: look at `rows:`")
    if found is None:
        return ()
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        return (found,)
    raise SourceError(f"at {path} is no list of rows: look at `rows:`")


def rows_of_objects(
    objects: Sequence[object],
    wanted: Sequence[str],
    numbers: Sequence[int],
) -> Rows:
    """Return objects as rows of the wanted columns; what is no object is refused.

    Args:
        objects: The rows.
        wanted: Columns to return.
        numbers: The number of each row.
    """
    rows: list[list[str | None]] = []
    kept: list[int] = []
    rejects: list[Reject] = []
    for number, found in zip(numbers, objects, strict=True):
        try:
            if not isinstance(found, dict):
                detail = f"a JSON {type(found).__name__}, not an object"
                raise LineError(RejectReasonValue.SYNTAX, detail)  # noqa: TRY301  one way to refuse
            rows.append([text_of(found.get(name)) for name in wanted])
            kept.append(number)
        except LineError as error:
            rejects.append(Reject.of(number, error.reason, error.detail, shown(found)))
    values = tuple(zip(*rows, strict=True)) if rows else tuple(() for _ in wanted)
    return Rows(values=values, lines=kept, rejects=rejects)


def _walked(document: object, path: str, nothing: object) -> object:
    found = document
    for step in jsonpath.parse(path):
        if isinstance(step, int):
            found = found[step] if isinstance(found, list) and step < len(found) else nothing
        else:
            found = found.get(step, nothing) if isinstance(found, dict) else nothing
        if found is nothing:
            return nothing
    return found


def _first_of_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        found = {}
        for key, value in pairs:
            found.setdefault(key, value)
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


# `json.loads` would make a decoder for every document, which takes longer than decoding it.
_DECODE = json.JSONDecoder(
    object_pairs_hook=_first_of_each, parse_float=Decimal, parse_constant=_no_constant
).decode
