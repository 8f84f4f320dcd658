"""What a promise depends on backs it.

Passes:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: cloudhost}
    spec: {contact: noc@cloudhost.example}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: identity}
    spec:
      owner: shop-team
      steps: [{name: sign-in}]
      slas: [{name: signed-in, use: csat, objective: 99.9%, window: month}]
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - name: sold
          use: csat
          objective: 99.5%
          window: month
          depends_on:
            - identity/signed-in
            - {vendor: cloudhost, objective: 99.95%, window: month}

agreement/weaker-dependency (warning)
-------------------------------------
What a promise depends on is promised less well than the promise itself.

An event of the agreement is good only where all that `depends_on` names works. So it is good at
best as often as the least of these promises says (99.9% of 99.9% and 99.95%), when they fail at the
same moments, and as often as their product says (99.85%) when they fail independently of each
other. A promise above the product is broken while everybody else keeps theirs; nobody but us pays.

Compared are shares of good, of agreements and of vendors, over any window that has a length; months
count as 30 days, quarters as 90, years as 365. All that a promise over a longer window allows may
fail within one window of ours: 99.99% of a year leaves 99.88% of the worst month of it. Not
compared are bounds of measures, the window `all`, and what the service itself adds to the
failures: a promise that is just backed leaves nothing for them. Events are taken to be spread
evenly over the window. What a vendor's contract pays for is `contract/weaker-than-promise`.

Source: of events that need all of several parts, the share that is good is at most the least share
of a part (Fréchet), and the product where parts are independent.

Mend: promise no more than is backed, or have more promised by what it depends on; take out of
`depends_on` what the events do not need, such as a part that another one stands in for.

Fails:
    apiVersion: truegreen/v1
    kind: Vendor
    metadata: {name: cloudhost}
    spec: {contact: noc@cloudhost.example}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - name: sold
          use: csat
          objective: 99.9%
          window: month
          depends_on: [{vendor: cloudhost, objective: 99.5%, window: month}]

agreement/dependency-circle
---------------------------
Promises depend on each other in a circle.

Nothing backs a promise that is backed by itself.

Mend: take one of them out of `depends_on`.

Fails:
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      slas:
        - {name: sold, use: csat, objective: 99%, window: month, depends_on: [shop/paid]}
        - {name: paid, use: csat, objective: 99%, window: month, depends_on: [shop/sold]}
"""

from __future__ import annotations

from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from truegreen_definitions.backing import backed_share, backing
from truegreen_definitions.checks.check import Check
from truegreen_definitions.models.dependency import VendorPromise
from truegreen_definitions.problems import Severity
from truegreen_definitions.units import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.agreement import Agreement
    from truegreen_definitions.models.service import Service
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.units import Window
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

WEAKER, CIRCLE = "agreement/weaker-dependency", "agreement/dependency-circle"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield a problem at every promise that rests on too little, or on itself."""
    promised = {
        f"{service.name}/{agreement.name}": agreement
        for service in catalog.services.values()
        for _, _, agreement in service.model.spec.agreements()
    }
    yield from _circles(catalog, promised)
    for service in catalog.services.values():
        for section, index, agreement in service.model.spec.agreements():
            if agreement.depends_on:
                path = ("spec", section, index, "depends_on")
                yield from _too_weak(service, agreement, path, promised)


def _too_weak(
    service: Definition[Service],
    agreement: Agreement,
    path: tuple[Step, ...],
    promised: dict[str, Agreement],
) -> Iterator[Problem]:
    """Yield a problem where the promise is above what is left by those it depends on."""
    window = agreement.window
    left = [
        (share, said, share < theirs)
        for said, theirs, over in _promises(agreement, promised)
        if (share := backed_share(theirs, over, window)) is not None
    ]
    objective, backed = agreement.objective, backing(share for share, _, _ in left)
    if not isinstance(objective, Decimal) or objective <= backed.independent:
        return
    if objective > backed.together:
        _, weakest, crowded = min(left)
        why = f"{weakest}, which it depends on, leaves {percent(backed.together)} at best"
        why += f": all of its failures may come in the same {window.label}" if crowded else ""
    else:
        every = ", ".join(said for _, said, _ in left)
        why = f"it depends on {every}: {percent(backed.independent)} where they fail independently"
    yield service.problem(
        WEAKER,
        f"`{agreement.name}` promises {percent(objective)} over {window.label}, and {why}",
        *path,
        hint=f"promise no more than {percent(backed.independent)}, or have more promised to you",
        severity=Severity.WARNING,
    )


def _promises(
    agreement: Agreement, promised: dict[str, Agreement]
) -> Iterator[tuple[str, Decimal, Window]]:
    """Yield each share that is promised by what an agreement depends on, in words first."""
    for one in dict.fromkeys(agreement.depends_on):
        if isinstance(one, VendorPromise):
            name, objective, window = one.vendor, one.objective, one.window
        else:
            other = promised.get(one)
            if other is None or not isinstance(other.objective, Decimal):
                continue  # a check of references reports it
            name, objective, window = one, other.objective, other.window
        yield f"`{name}` ({percent(objective)} over {window.label})", objective, window


def _circles(catalog: Catalog, promised: dict[str, Agreement]) -> Iterator[Problem]:
    """Yield one problem where promises depend on each other in a circle."""
    order = {
        name: [one for one in agreement.depends_on if isinstance(one, str) and one in promised]
        for name, agreement in promised.items()
        if agreement.depends_on
    }
    try:
        TopologicalSorter(order).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))[:-1]
        start = circle.index(min(circle))
        turned = [*circle[start:], *circle[:start], circle[start]]
        words = " on ".join(f"`{name}`" for name in turned)
        yield _at(catalog, turned[0], f"promises depend on each other in a circle: {words}")


def _at(catalog: Catalog, agreement_id: str, message: str) -> Problem:
    service = catalog.services[agreement_id.partition("/")[0]]
    section, index = next(
        (section, index)
        for section, index, one in service.model.spec.agreements()
        if f"{service.name}/{one.name}" == agreement_id
    )
    path = ("spec", section, index, "depends_on")
    return service.problem(CIRCLE, message, *path, hint="take one of these out of `depends_on`")


CHECK = Check((WEAKER, CIRCLE), check)
