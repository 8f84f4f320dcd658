"""How a source reads its rows: one model a way, told apart by the field that names the way."""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Discriminator, Tag

from truegreen_definitions.models.reads.files import CsvRead, JsonlRead, ParquetRead
from truegreen_definitions.models.reads.http import HttpRead
from truegreen_definitions.models.reads.prometheus import PrometheusRead
from truegreen_definitions.models.reads.sql import SqlRead
from truegreen_definitions.models.reads.webhook import WebhookRead
from truegreen_definitions.models.values import bad_value

__all__ = ["FORMATS", "READS", "Read"]

READS = (CsvRead, JsonlRead, ParquetRead, SqlRead, HttpRead, WebhookRead, PrometheusRead)
FORMATS: tuple[str, ...] = tuple(model.format for model in READS)


def _tag(data: object) -> str:
    """Return the tag of the way to read that some fields name: `_one_way` has seen to it."""
    if isinstance(data, dict):
        return f"#{next(form for form in FORMATS if form in data)}"
    return f"#{getattr(data, 'format', '')}"


def _one_way(data: object) -> object:
    """Refuse what names no way to read, or two."""
    hint = f"write exactly one of {', '.join(FORMATS)}"
    if not isinstance(data, dict):
        bad_value("expected a mapping", hint)
    if sum(form in data for form in FORMATS) > 1:
        bad_value("a source is read in one way", hint)
    if not any(form in data for form in FORMATS):
        known = f"{next(iter(data))!r} is no way to read" if data else "it names no way to read"
        bad_value(known, hint)
    return data


Read: TypeAlias = Annotated[
    Annotated[CsvRead, Tag("#csv")]
    | Annotated[JsonlRead, Tag("#jsonl")]
    | Annotated[ParquetRead, Tag("#parquet")]
    | Annotated[SqlRead, Tag("#sql")]
    | Annotated[HttpRead, Tag("#http")]
    | Annotated[WebhookRead, Tag("#webhook")]
    | Annotated[PrometheusRead, Tag("#prometheus")],
    Discriminator(_tag),
    BeforeValidator(_one_way),
]
"""How rows are read: by the field that is named after the way."""
