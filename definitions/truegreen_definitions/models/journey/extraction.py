"""What a step takes from its answer, for the steps after it."""

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import HeaderName, JsonPath, RegularExpression
from truegreen_definitions.models.values import Text, bad_value

__all__ = ["Extract", "Extraction"]

SUBJECTS = ("json", "header", "cookie", "regex")


class Extraction(Model):
    """Where a value stands in an answer: one of json, header and cookie, or where regex matches.

    Attributes:
        json_path: JSON path of the value.
        header: Header whose value it is.
        cookie: Cookie that the answer sets.
        regex: What the value matches, in the text of the answer, or in that header or cookie; of
            a pattern with a group it is the group.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [subject]} for subject in SUBJECTS],
            "not": {"required": ["header", "cookie"]},
        }
    )

    json_path: Annotated[JsonPath | None, Field(alias="json")] = None
    header: HeaderName | None = None
    cookie: Text | None = None
    regex: RegularExpression | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Extraction":
        places = [one for one in (self.json_path, self.header, self.cookie) if one is not None]
        if len(places) + (self.regex is not None) == 0 or len(places) > 1:
            bad_value("a value stands in one place", "write one of json, header, cookie and regex")
        if self.json_path is not None and self.regex is not None:
            bad_value("a JSON value is not searched", "take json or regex out")
        return self

    @property
    def source(self) -> Literal["json", "header", "cookie", "text"]:
        """Where it stands."""
        if self.json_path is not None:
            return "json"
        if self.header is not None:
            return "header"
        return "cookie" if self.cookie is not None else "text"


def _form(data: object) -> str:
    return "#place" if isinstance(data, dict) else "#path"


Extract: TypeAlias = Annotated[
    Annotated[JsonPath, Tag("#path")] | Annotated[Extraction, Tag("#place")],
    Discriminator(_form),
]
"""A JSON path alone, or a place."""
