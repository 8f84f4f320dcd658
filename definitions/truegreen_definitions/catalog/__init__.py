"""The catalog: from YAML trees to every definition of a company, checked one by one."""

from truegreen_definitions.catalog.catalog import Catalog, Readings, build_catalog

__all__ = ["Catalog", "Readings", "build_catalog"]
