"""The record store: rows of every source in one DuckDB file, taken in once and kept."""

from truegreen_exporters.store.store import Batch, Connection, Store, StoreError

__all__ = ["Batch", "Connection", "Store", "StoreError"]
