"""From exact parts to judged ratios, for one window: attainment, its interval, budget.

A sample's interval is Wilson's score interval at 95 %: it is honest for few events and for
shares near 1, where the usual one is not. A census needs none: its bounds are the attainment.

Source: E. B. Wilson (1927), "Probable inference, the law of succession, and statistical
inference", JASA 22, with z = 1.96.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.units import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.emitters.rules.rule import Recording

__all__ = ["judgement", "ratios"]


def ratios(promise: Promise, window: str) -> Iterator[Recording]:
    """Yield attainment and its bounds over a window whose sums are recorded."""
    good = promise.series(names.GOOD_SUM, window=window)
    total = promise.series(names.TOTAL_SUM, window=window)
    attainment = promise.series(names.ATTAINMENT, window=window)
    lower = upper = attainment
    if promise.agreement.sampling == "sample":
        lower, upper = (_wilson(attainment, total, sign) for sign in "-+")
    yield promise.record(names.ATTAINMENT, f"{good} / ({total} > 0)", window=window)
    yield promise.record(names.ATTAINMENT_LOWER, lower, window=window)
    yield promise.record(names.ATTAINMENT_UPPER, upper, window=window)


def judgement(promise: Promise, window: str) -> Iterator[Recording]:
    """Yield the objective and what is left of its budget over a window."""
    good = promise.series(names.GOOD_SUM, window=window)
    total = promise.series(names.TOTAL_SUM, window=window)
    objective = number_text(promise.agreement.objective)
    left = f"1 - (\n  {total}\n  - {good}\n) / ({promise.budget} * {total} > 0)"
    yield promise.record(names.OBJECTIVE, f"vector({objective})", window=window)
    yield promise.record(names.BUDGET_REMAINING, left, window=window)


def _wilson(p: str, n: str, sign: str) -> str:
    """Return a bound; 1.9208, 0.9604 and 3.8416 are z²/2, z²/4 and z²."""
    return (
        "clamp(\n"
        "  (\n"
        f"    {p} + 1.9208 / {n}\n"
        f"    {sign} 1.96 * sqrt(\n"
        "      (\n"
        f"        {p}\n"
        f"        * (1 - {p})\n"
        f"        + 0.9604 / {n}\n"
        f"      ) / {n}\n"
        "    )\n"
        f"  ) / (1 + 3.8416 / {n}),\n"
        "  0, 1\n"
        ")"
    )
