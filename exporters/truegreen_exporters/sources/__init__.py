"""Where rows come from: one module a way to read, all of one shape (`pages.Pages`)."""

from truegreen_exporters.sources.csv_file import read_csv
from truegreen_exporters.sources.file_pages import FilePages
from truegreen_exporters.sources.http import http_pages
from truegreen_exporters.sources.jsonl_file import read_jsonl
from truegreen_exporters.sources.pages import SourceKind
from truegreen_exporters.sources.parquet_files import parquet_pages
from truegreen_exporters.sources.prometheus import prometheus_pages
from truegreen_exporters.sources.sql import sql_pages
from truegreen_exporters.sources.webhook import webhook_pages

__all__ = ["KINDS"]

KINDS: tuple[SourceKind, ...] = (
    SourceKind(format="csv", pages=FilePages(read_csv)),
    SourceKind(format="jsonl", pages=FilePages(read_jsonl)),
    SourceKind(format="parquet", pages=parquet_pages),
    SourceKind(format="sql", pages=sql_pages, remote=True),
    SourceKind(format="http", pages=http_pages, remote=True),
    SourceKind(format="webhook", pages=webhook_pages),
    SourceKind(format="prometheus", pages=prometheus_pages, remote=True),
)
