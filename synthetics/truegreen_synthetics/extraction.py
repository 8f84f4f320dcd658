"""What a step takes from its answer, compiled to a function that finds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from truegreen_synthetics.jsonpath import MissingValueError, getter

if TYPE_CHECKING:
    from collections.abc import Callable

    from truegreen_definitions.plan import Extraction
    from truegreen_synthetics.http.responses import Response

__all__ = ["compile_extraction"]


def compile_extraction(extraction: Extraction) -> Callable[[Response], object]:
    """Return a function from a response to the value.

    The function raises MissingValueError where the response has no such value, and ValueError
    where it cannot be read at all.

    Raises:
        ValueError: The path or pattern cannot be read.
    """
    if extraction.source == "json":
        get = getter(extraction.path)
        return lambda response: get(response.document())
    find = _finder(extraction)
    if not extraction.regex:
        return find
    try:
        pattern = re.compile(extraction.regex)
    except re.error as error:
        raise ValueError(f"{extraction.regex!r} is no regular expression: {error}") from error

    def search(response: Response) -> object:
        found = pattern.search(find(response))
        if found is None:
            raise MissingValueError(f"nothing matches {extraction.regex!r}")
        return found[1] if pattern.groups else found[0]

    return search


def _finder(extraction: Extraction) -> Callable[[Response], str]:
    name = extraction.path
    if extraction.source == "header":
        return lambda response: _header(response, name)
    if extraction.source == "cookie":
        return lambda response: _cookie(response, name)
    return lambda response: response.text()


def _header(response: Response, name: str) -> str:
    found = response.headers.get(name)
    if found is None:
        raise MissingValueError(f"there is no header {name}")
    return found


def _cookie(response: Response, name: str) -> str:
    for one in reversed(response.cookies):
        key, equals, value = one.partition(";")[0].partition("=")
        if equals and key.strip() == name:
            return value.strip()
    raise MissingValueError(f"no cookie {name} is set")
