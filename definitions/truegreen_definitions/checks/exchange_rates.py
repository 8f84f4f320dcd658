"""Exchange rates are of other currencies, once a day, and there for what is to be reported.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      money:
        reporting: EUR
        rates: [{currency: USD, rate: 0.9215, on: 2026-11-02}]

money/own-rate
--------------
The reporting currency has a rate to itself.

It is worth 1 of itself, on every day.

Mend: take the line out, or name the other currency.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      money:
        reporting: EUR
        rates: [{currency: EUR, rate: 1, on: 2026-11-02}]

money/same-day
--------------
A currency has two rates of one day.

Nobody can tell which of them holds.

Mend: keep one of them.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      money:
        reporting: EUR
        rates:
          - {currency: USD, rate: 0.9215, on: 2026-11-02}
          - {currency: USD, rate: 0.9215, on: 2026-11-02}

money/no-rate (warning)
-----------------------
A service is worth something in a currency that has no rate.

Its money is shown in that currency alone, and is missing wherever the reporting currency is
shown: different currencies are never added up.

Mend: declare a rate in the Policy: `money.rates: [{currency: USD, rate: 0.9215, on: 2026-11-02}]`.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec: {money: {reporting: EUR}}
    ---
    apiVersion: truegreen/v1
    kind: Service
    metadata: {name: shop}
    spec:
      owner: shop-team
      steps: [{name: pay}]
      value: [{channel: web, currency: USD, per_transaction: 91.00}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.checks.check import Check
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.policy import MoneyTerms, Policy
    from truegreen_definitions.problems import Problem

__all__ = ["CHECK"]

OWN, SAME_DAY, NO_RATE = "money/own-rate", "money/same-day", "money/no-rate"


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of the Policy's rates, and what is worth something in other currencies."""
    for policy in catalog.policies.values():
        money = policy.model.spec.money
        if money is not None:
            yield from _rates(policy, money)
            yield from _without_rate(catalog, money)


def _rates(policy: Definition[Policy], money: MoneyTerms) -> Iterator[Problem]:
    days = [(one.currency, one.on) for one in money.rates]
    for index, one in enumerate(money.rates):
        path = ("spec", "money", "rates", index, "currency")
        if one.currency == money.reporting:
            message = f"{one.currency} is the reporting currency and needs no rate"
            yield policy.problem(OWN, message, *path, hint="take the line out")
        elif (one.currency, one.on) in days[:index]:
            message = f"there are two rates of {one.currency} on {one.on}"
            yield policy.problem(SAME_DAY, message, *path, hint="keep one of them")


def _without_rate(catalog: Catalog, money: MoneyTerms) -> Iterator[Problem]:
    known = {money.reporting, *(one.currency for one in money.rates)}
    for service in catalog.services.values():
        for index, value in enumerate(service.model.spec.value):
            if value.currency not in known:
                message = f"{value.currency} has no rate, so this is not shown in {money.reporting}"
                hint = f"declare it in the Policy: money.rates: [{{currency: {value.currency}, …}}]"
                path = ("spec", "value", index, "currency")
                yield service.problem(NO_RATE, message, *path, hint=hint, severity=Severity.WARNING)


CHECK = Check((OWN, SAME_DAY, NO_RATE), check)
