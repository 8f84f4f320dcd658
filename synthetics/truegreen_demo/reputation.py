"""What outages do to the example company's good name: customers who left, and sales that were lost.

- The checkout exports what ended without a sale: a few payments a day are given up, and in the
  outage of paying many.
- The list of customers is exported month by month. A few leave every month, and of those whom an
  outage has hit more do.

Told backwards from `now` and from a fixed seed, as the rest of the past.
"""

from __future__ import annotations

import csv
import io
import random
from datetime import timedelta
from typing import TYPE_CHECKING

from truegreen_demo.outages import outages

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["customer_csv", "lost_sale_csv"]

SEED = 20_266
DAYS, LOST_A_DAY = 90, (2, 6)
LOST_AN_HOUR = 9  # in an outage
SNAPSHOTS, DAYS_APART, CUSTOMERS = 3, 30, 240
LEAVES, LEAVES_AFTER_OUTAGE, HIT = 0.02, 0.06, 0.3


def lost_sale_csv(now: datetime) -> str:
    """Return the payments that were begun and came to nothing."""
    rng = random.Random(SEED)  # noqa: S311  a story needs a seed, not secrecy
    times = [
        now - timedelta(days=days, seconds=rng.uniform(0, 86_400))
        for days in range(DAYS)
        for _ in range(rng.randint(*LOST_A_DAY))
    ]
    for one in outages(now):
        number = int((one.end - one.start).total_seconds() / 3_600 * LOST_AN_HOUR)
        times += [one.start + (one.end - one.start) * rng.random() for _ in range(number)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "application", "outcome", "ended"))
    for number, at in enumerate(sorted(times), start=1):
        outcome = rng.choice(("failed", "timeout", "timeout"))
        writer.writerow((f"L-{number:05}", "webshop", outcome, at.isoformat()))
    return out.getvalue()


def customer_csv(now: datetime) -> str:
    """Return the customers who were active before each snapshot, and whether they still are."""
    rng = random.Random(SEED + 1)  # noqa: S311  as above
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("customer", "application", "as_of", "active", "exposed"))
    staying = [f"C-{number:04}" for number in range(CUSTOMERS)]
    for back in reversed(range(SNAPSHOTS)):
        at = now - timedelta(days=back * DAYS_APART + 1)
        hit = any(at - timedelta(days=DAYS_APART) <= one.start < at for one in outages(now))
        kept = []
        for customer in staying:
            exposed = hit and rng.random() < HIT
            active = rng.random() >= (LEAVES_AFTER_OUTAGE if exposed else LEAVES)
            told = (str(active).lower(), str(exposed).lower())
            writer.writerow((customer, "webshop", at.isoformat(), *told))
            kept += [customer] * active
        staying = kept
    return out.getvalue()
