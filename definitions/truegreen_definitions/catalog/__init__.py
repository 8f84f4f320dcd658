"""The catalog: from YAML trees to every definition of a company, checked one by one."""

from truegreen_definitions.catalog.catalog import Catalog, build_catalog

__all__ = ["Catalog", "build_catalog"]
