"""Burn pairs that a Policy can `use:`, kept as data beside this module."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter, ValidationError

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.models.policy import BurnPair
from truegreen_definitions.yaml_tree import reader
from truegreen_definitions.yaml_tree.nodes import to_data

__all__ = ["workbook_pairs"]

WORKBOOK = "sre-workbook.yaml"
_PAIRS = TypeAdapter(tuple[BurnPair, ...])


@cache
def workbook_pairs() -> tuple[BurnPair, ...]:
    """Return the pairs of the Site Reliability Workbook, fastest first.

    Raises:
        InvariantError: The data that travels with the package is not what it should be.
    """
    data = (files("truegreen_definitions.burn") / WORKBOOK).read_bytes()
    documents, problems = reader.read(WORKBOOK, data)
    if problems:
        raise InvariantError(f"{WORKBOOK}: {problems[0].message}")
    try:
        return _PAIRS.validate_python(to_data(documents[0].root))
    except ValidationError as error:
        raise InvariantError(f"{WORKBOOK}: {error}") from error
