"""What the example company spends, and what it spared itself: cost lines, changes, remedies.

- The cloud's bill comes as FOCUS lines, one a day and service. In summer two things became
  cheaper: machines were tuned, and the database moved to the cloud. The network's line names
  nobody, so showback shows it as nobody's.
- The client Northwind is charged once a month.
- Changes in an emergency cost a multiple of those that were planned.
- The payment gateway runs full now and then. Where nobody acts it may end as it did in the outage;
  three times a machine restarted it before anybody noticed, and that is on record.

Bills are of calendar days, because savings are compared between declared dates; all else is told
backwards from `now`, as the rest of the past.
"""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from truegreen_demo.outages import outages

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["change_csv", "cost_csv", "invoice_csv", "near_miss_lines", "remedy_csv"]

SEED = 20_265
FIRST_BILL, CHEAPER = date(2026, 3, 1), date(2026, 7, 1)
FOCUS = (
    *("BillingAccountId", "SubAccountId", "SubAccountName", "ProviderName", "PublisherName"),
    *("InvoiceIssuerName", "ServiceCategory", "ServiceName", "ResourceId", "ResourceName"),
    *("ResourceType", "RegionId", "SkuId", "SkuPriceId", "ChargeCategory", "ChargeClass"),
    *("ChargeFrequency", "ChargeDescription", "ChargePeriodStart", "ChargePeriodEnd"),
    *("BillingPeriodStart", "BillingPeriodEnd", "BillingCurrency", "BilledCost", "EffectiveCost"),
    *("ListCost", "ContractedCost", "ConsumedQuantity", "ConsumedUnit", "PricingCategory"),
    *("PricingQuantity", "PricingUnit", "CommitmentDiscountId", "CommitmentDiscountStatus"),
    "Tags",
)
BILLS = (  # application, category, what, EUR a day before, and since
    ("webshop", "Compute", "machines", 184.0, 121.0),
    ("webshop", "Databases", "database", 96.0, 71.0),
    ("benefits", "Compute", "machines", 22.0, 22.0),
    ("", "Networking", "network", 14.0, 14.0),
)
INVOICED_EUR = (21_000, 34_000)
DAYS, CHANGES, EMERGENCIES = 90, 36, 7
PLANNED_EUR, EMERGENCY_EUR = (180, 900), (1_400, 5_200)
SYMPTOM_OF = "INC-1077"  # the outage that the near misses looked like
NEAR_MISSES = (
    (58, False),
    (51, False),
    (44, False),
    (33, True),
    (29, False),
    (15, True),
    (6, True),
)
"""Days ago, and whether a machine mended it."""


def cost_csv(now: datetime) -> str:
    """Return the bills of all days that are over, in the columns of FOCUS."""
    rng = random.Random(SEED)  # noqa: S311  a story needs a seed, not secrecy
    out = io.StringIO()
    writer = csv.DictWriter(out, FOCUS, restval="NULL", lineterminator="\n")
    writer.writeheader()
    day = FIRST_BILL
    while day < now.astimezone(UTC).date():
        for application, category, what, before, since in BILLS:
            usual = before if day < CHEAPER else since
            writer.writerow(_bill(day, (application, category, what), usual * rng.gauss(1, 0.04)))
        day += timedelta(days=1)
    return out.getvalue()


def invoice_csv(now: datetime) -> str:
    """Return what clients were charged: one invoice a month, on the last day of it."""
    rng = random.Random(SEED + 2)  # noqa: S311  as above
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("number", "client", "issued", "amount", "currency"))
    month, number = FIRST_BILL, 1
    while (after := (month + timedelta(days=31)).replace(day=1)) <= now.astimezone(UTC).date():
        issued = after - timedelta(days=1)
        amount = f"{rng.uniform(*INVOICED_EUR):.2f}"
        writer.writerow((f"NW-{number:04}", "northwind", f"{issued} 12:00", amount, "EUR"))
        month, number = after, number + 1
    return out.getvalue()


def change_csv(now: datetime) -> str:
    """Return the changes of the web shop, oldest first."""
    rng = random.Random(SEED + 1)  # noqa: S311  as above
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "application", "kind", "ended", "result", "hours", "cost", "currency"))
    for number in range(CHANGES):
        ended = now - timedelta(days=DAYS * (CHANGES - number) / CHANGES, hours=rng.uniform(1, 6))
        urgent = number % (CHANGES // EMERGENCIES) == 1
        cost = rng.uniform(*(EMERGENCY_EUR if urgent else PLANNED_EUR))
        told = ("emergency" if urgent else "normal", ended.replace(microsecond=0).isoformat())
        hours = f"{cost / 85:.1f}"
        writer.writerow(
            (f"CHG-{2_000 + number}", "webshop", *told, "successful", hours, f"{cost:.2f}", "EUR")
        )
    return out.getvalue()


def near_miss_lines(now: datetime) -> Iterator[str]:
    """Yield what was detected and became no outage, as the incident desk exports it."""
    alike = next(one for one in outages(now) if one.id == SYMPTOM_OF)
    for number, (days, _) in enumerate(NEAR_MISSES):
        at = _seen(now, days)
        yield json.dumps(
            {
                "id": f"INC-{1_100 + number}",
                "version": 1,
                "system": "webshop",
                "component": alike.step,
                "severity": "sev4",
                "title": alike.title,
                "impact_share": 0,
                "impact_from": at.isoformat(),
                "detected_at": at.isoformat(),
                "impact_to": (at + timedelta(minutes=9)).isoformat(),
            }
        )


def remedy_csv(now: datetime) -> str:
    """Return the restarts that a machine made in time."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("run", "application", "action", "incident", "started", "ended", "ok"))
    for number, (days, mended) in enumerate(NEAR_MISSES):
        if mended:
            start = _seen(now, days) + timedelta(minutes=1)
            times = (start.isoformat(), (start + timedelta(minutes=4)).isoformat())
            told = (f"RUN-{number}", "webshop", "restart", f"INC-{1_100 + number}")
            writer.writerow((*told, *times, "true"))
    return out.getvalue()


def _bill(day: date, of: tuple[str, str, str], cost: float) -> dict[str, str]:
    application, category, what = of
    month = day.replace(day=1)
    after = (month + timedelta(days=31)).replace(day=1)
    tags = {"application": application, "environment": "production"} if application else {}
    return {
        "BillingAccountId": "acme",
        "ProviderName": "Example Cloud",
        "InvoiceIssuerName": "Example Cloud",
        "ServiceCategory": category,
        "ServiceName": what,
        "ResourceId": f"{application or 'shared'}-{what}",
        "ChargeCategory": "Usage",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{day + timedelta(days=1)}T00:00:00Z",
        "BillingPeriodStart": f"{month}T00:00:00Z",
        "BillingPeriodEnd": f"{after}T00:00:00Z",
        "BillingCurrency": "EUR",
        "BilledCost": f"{cost:.4f}",
        "EffectiveCost": f"{cost:.4f}",
        "Tags": json.dumps(tags),
    }


def _seen(now: datetime, days: int) -> datetime:
    return (now - timedelta(days=days)).replace(hour=13, minute=7, second=0, microsecond=0)
