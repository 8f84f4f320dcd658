"""Engines: how good and total are counted in a store; DuckDB is the one that is built in."""
