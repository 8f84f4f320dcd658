"""Files below the exporter's data folder: CSV, JSON Lines, Parquet."""

from typing import ClassVar

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import Text, Zone

__all__ = ["CsvRead", "JsonlRead", "ParquetRead"]


class CsvRead(Model):
    """CSV files with a header; they may grow, and be rotated.

    Attributes:
        csv: Glob of the files, below the data folder. One whose name ends in `.gz` is unpacked; it
            is read when it is new or another one, and refused whole where it is cut off. Columns
            stand between commas, semicolons, tabs or bars: the header tells.
        zone: Time zone of times that say none.
    """

    format: ClassVar[str] = "csv"

    csv: Text
    zone: Zone = "UTC"

    @property
    def location(self) -> str:
        """Where the rows are, in a word."""
        return self.csv


class JsonlRead(Model):
    """Files with one JSON object a line; they may grow, and be rotated.

    Attributes:
        jsonl: Glob of the files, below the data folder. One whose name ends in `.gz` is unpacked;
            it is read when it is new or another one, and refused whole where it is cut off.
        zone: Time zone of times that say none.
    """

    format: ClassVar[str] = "jsonl"

    jsonl: Text
    zone: Zone = "UTC"

    @property
    def location(self) -> str:
        """Where the rows are, in a word."""
        return self.jsonl


class ParquetRead(Model):
    """Parquet files; a set of them may grow, a file is written once.

    Attributes:
        parquet: Glob of the files, below the data folder.
        zone: Time zone of times that say none.
    """

    format: ClassVar[str] = "parquet"

    parquet: Text
    zone: Zone = "UTC"

    @property
    def location(self) -> str:
        """Where the rows are, in a word."""
        return self.parquet
