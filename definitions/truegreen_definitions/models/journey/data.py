"""Rows that a journey takes turns with: other customers, other products."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import Text, Variable, bad_value

__all__ = ["Data"]

FORMS = ("rows", "csv")


class Data(Model):
    """Rows whose columns are variables of the journey; each slot takes the next, then the first.

    Attributes:
        rows: The rows themselves, each column a text.
        csv: File with a heading, in the folder that `truegreen probe --data` names.
        columns: Columns of the file that are used.
    """

    model_config = ConfigDict(
        json_schema_extra={
            **one_of(*FORMS),
            "dependencies": {"csv": ["columns"], "columns": ["csv"]},
        }
    )

    rows: Annotated[tuple[Mapping[Variable, Text], ...], Field(min_length=1)] | None = None
    csv: Text | None = None
    columns: Annotated[tuple[Variable, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Data":
        if sum(getattr(self, form) is not None for form in FORMS) != 1:
            bad_value("rows stand here or in a file", "write one of rows and csv")
        if (self.csv is None) != (self.columns is None):
            bad_value("a file has columns", "write csv and columns, or rows")
        if self.rows is not None and len({tuple(sorted(row)) for row in self.rows}) > 1:
            bad_value("rows have different columns", "give every row the same columns")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The variables it gives values, sorted."""
        named = self.columns if self.columns is not None else tuple((self.rows or ({},))[0])
        return tuple(sorted(set(named)))
