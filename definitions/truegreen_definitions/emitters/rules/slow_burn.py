"""Slow burn of records: the last seven days break the promise, and are worse than the last thirty.

Records come late and in small numbers, so an hour of them says nothing. A week does: when it
burns faster than the budget allows, and faster than the month it is part of, the promise will be
missed if nothing changes, and there is still time to change something. Of a sample the week must
burn so by the lower Wilson bound; of a census it takes some bad records.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.emitters.rules.burn import bad_events, burn_rate, surely_above
from truegreen_definitions.emitters.rules.raised import SAME, raised
from truegreen_definitions.names import StateValue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Rule

__all__ = ["LONG", "SHORT", "slow_burn"]

SHORT, LONG = "7d", "30d"


def slow_burn(promise: Promise) -> Iterator[Rule]:
    """Yield the two burn rates and the alert, where both windows are counted."""
    counted = {one.label for one in promise.agreement.windows}
    if not {SHORT, LONG} <= counted:
        return
    yield burn_rate(promise, SHORT)
    yield burn_rate(promise, LONG)
    short = promise.series(names.BURN_RATE, over=SHORT)
    long = promise.series(names.BURN_RATE, over=LONG)
    stale = promise.series(names.STATE_OF, window=promise.window, state=StateValue.STALE)
    alerting = promise.agreement.alerting
    conditions = [
        f"max without ({names.OVER}) ({short}) > 1",
        f"> on ({names.SERVICE}, {names.AGREEMENT}) {long}",
        f"{SAME} (\n{bad_events(promise, SHORT)}\n) >= {alerting.min_bad}",
        f"{SAME} {stale} == 0",
    ]
    if alerting.wilson:
        conditions.append(f"{SAME} {surely_above(promise, SHORT, Decimal(1))}")
    yield from raised(
        promise,
        names.AlertName.SLOW_BURN,
        "slow-burn",
        "\n".join(conditions),
        f'the last {SHORT} were {{{{ $value | printf "%.1f" }}}} times as bad as '
        f"{promise.words} allows, and worse than the {LONG} before now",
    )
