"""Where rows come from: one module a format, all of one shape (`rows.Reader`)."""

from truegreen_exporters.sources.csv_file import read_csv
from truegreen_exporters.sources.jsonl_file import read_jsonl
from truegreen_exporters.sources.rows import Reader

__all__ = ["READERS"]

READERS: dict[str, Reader] = {"csv": read_csv, "jsonl": read_jsonl}
