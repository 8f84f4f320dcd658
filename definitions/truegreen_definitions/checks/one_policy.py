"""A company has exactly one Policy.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      prometheus: {version: '2.42', retention: 90d, scrape_interval: 15s}
      burn: {use: sre-workbook}

policy/missing
--------------
There is no Policy.

It says which Prometheus there is, which burn rates alert and how synthetic traffic is told.

Mend: add a definition of `kind: Policy`; `spec: {}` takes every default.

Fails:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: shop-team}
    spec: {contact: shop@example.org}

policy/several
--------------
There is a second Policy.

Nobody could tell which of the two holds.

Mend: keep one.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {}
    ---
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: other}
    spec: {}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog

__all__ = ["CHECK"]

MISSING, SEVERAL = "policy/missing", "policy/several"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem when there is no policy, or at every one after the first by place."""
    policies = sorted(catalog.policies.values(), key=lambda policy: policy.place())
    if not policies and not catalog.has_broken("Policy"):
        hint = "add a definition of `kind: Policy`; `spec: {}` takes every default"
        yield Problem(MISSING, "there is no Policy", catalog.home, hint)
    for policy in policies[1:]:
        message = f"`{policy.name}` is a second Policy"
        hint = f"the first one is at {policies[0].place('metadata', 'name')}: keep one"
        yield policy.problem(SEVERAL, message, "metadata", "name", hint=hint)


CHECK = Check((MISSING, SEVERAL), check)
