"""Names can be told apart.

catalog/look-alike (warning)
----------------------------
Two names differ in hyphens alone.

Services, journeys, teams and vendors such as `web-shop` and `webshop`: names become labels, file
names, routes and names of objects elsewhere, where such a difference is lost or overlooked.

Mend: rename one of the two.

Passes:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: paygate}
    spec: {contact: noc@paygate.example}
    ---
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: shopfast}
    spec: {contact: noc@shopfast.example}

Fails:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: paygate}
    spec: {contact: noc@paygate.example}
    ---
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: pay-gate}
    spec: {contact: noc@paygate.example}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models import Kind
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

LOOK_ALIKE = "catalog/look-alike"
KINDS = ("Service", "Journey", "Team", "Vendor")


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a warning at every name that another of its kind has but for hyphens."""
    for kind in KINDS:
        first: dict[str, Definition[Kind]] = {}
        for definition in catalog.of_kind(kind).values():
            bare = definition.name.replace("-", "")
            other = first.setdefault(bare, definition)
            if other is definition:
                continue
            yield definition.problem(
                LOOK_ALIKE,
                f"{kind} `{definition.name}` and `{other.name}` differ in hyphens alone",
                *("metadata", "name"),
                hint=f"rename one; `{other.name}` is at {other.place('metadata', 'name')}",
                severity=Severity.WARNING,
            )


CHECK = Check((LOOK_ALIKE,), check)
