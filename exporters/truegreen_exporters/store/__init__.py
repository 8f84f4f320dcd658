"""The record store: rows of every source in one DuckDB file, taken in once and kept."""

from truegreen_exporters.store.opening import StoreError
from truegreen_exporters.store.progress import Batch
from truegreen_exporters.store.store import Connection, Store

__all__ = ["Batch", "Connection", "Store", "StoreError"]
