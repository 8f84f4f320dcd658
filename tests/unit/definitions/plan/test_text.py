"""The text of a plan: all of it, stable."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import plans

from truegreen_definitions.plan.text import plan_text
from truegreen_definitions.units import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Plan

GOLDEN = Path(__file__).parents[3] / "golden" / "definitions" / "acme" / "plan.txt"
SAID = {"truth", "long_seconds", "short_seconds"}  # by the type and by labels beside them


def test_plan_of_the_example_company(acme_plan: Plan) -> None:
    """The example company's plan is the one that was looked at (UPDATE_GOLDEN=1 writes it)."""
    text = plan_text(acme_plan)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def _changed(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value + "x"
    return value + 1 if isinstance(value, int | float | Decimal) else "x"


def _variants(value: Any) -> Iterator[Any]:
    """Yield a value again and again, each time with one thing in it changed."""
    if isinstance(value, Window):
        yield replace(value, label=f"{value.label}x")  # the label says the rest
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name not in SAID:
                for other in _variants(getattr(value, field.name)):
                    yield replace(value, **{field.name: other})
    elif isinstance(value, tuple) and value:
        yield value[1:]
        for index, item in enumerate(value):
            for other in _variants(item):
                yield (*value[:index], other, *value[index + 1 :])
    else:
        yield (("x",) if value == () else _changed(value))


def test_nothing_in_a_plan_is_missing_from_its_text() -> None:
    """Whatever single thing of a plan changes, its text changes too."""
    excluding = replace(plans.PLAN, agreements=(plans.AVAILABILITY, plans.CSAT_EXCLUDING))
    settled = replace(excluding, contracts=(plans.CONTRACT,), measurements=(plans.QUICK,))
    whole = plans.under(replace(plans.POLICY, burn=plans.POLICY.burn[:2]), settled)
    text = plan_text(whole)
    count = 0
    for variant in _variants(whole):
        count += 1
        assert plan_text(variant) != text
    assert count > 200


def test_every_value_is_one_line() -> None:
    """A line break inside a value is shown as an escape and does not break the text."""
    team = replace(plans.TEAM, title="a\nteam checkout-team", contact=" b")
    text = plan_text(replace(plans.PLAN, teams=(team,)))
    assert "  title: 'a\\nteam checkout-team'\n  contact: ' b'\n" in text
