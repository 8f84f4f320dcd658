"""Inhibition: what says nothing new while another alert fires.

page over ticket     of an agreement; one about a service as a whole over those of its steps
fast over slow       one fault is one page: a burn pair over every slower one of its agreement
fact over forecast   a fast burn over the forecast; a missed objective over its spent budget, its
                     slow burn

A ticket never inhibits a page: all but the first kind are about alerts of one severity, and a
page inhibits the tickets of its agreement anyway. Labels that neither alert has are equal to
Alertmanager, so both sides must be about an agreement: alerts that are not ours are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions import names
from truegreen_definitions.expressions.promql import quote
from truegreen_definitions.names import AlertName, SeverityValue

if TYPE_CHECKING:
    from truegreen_definitions.emitters.yaml_text import Value
    from truegreen_definitions.plan import Burn

__all__ = ["inhibit_rules"]

_PAGE = f"{names.AlertLabel.SEVERITY}={quote(SeverityValue.PAGE)}"
_TICKET = f"{names.AlertLabel.SEVERITY}={quote(SeverityValue.TICKET)}"
_OURS = [f'{names.SERVICE}!=""', f'{names.AGREEMENT}!=""']


def inhibit_rules(burn: tuple[Burn, ...]) -> list[Value]:
    """Return the rules for a company with these burn pairs."""
    agreement = [names.SERVICE, names.AGREEMENT]
    alike = [*agreement, str(names.AlertLabel.SEVERITY)]
    of_whole, of_step = f'{names.STEP}=""', f'{names.STEP}!=""'
    budget = f"{AlertName.BUDGET_EXHAUSTED}|{AlertName.SLOW_BURN}"
    return [
        _rule([_PAGE], [_TICKET], agreement),
        _rule([_PAGE, of_whole], [_TICKET, of_step], [names.SERVICE]),
        _rule([_named(AlertName.OBJECTIVE_MISSED)], [f"alertname=~{quote(budget)}"], alike),
        _rule([_named(AlertName.BURN)], [_named(AlertName.FORECAST)], alike),
        *(_over_slower(pair, burn[at:], alike) for at, pair in enumerate(burn[:-1], start=1)),
    ]


def _over_slower(pair: Burn, slower: tuple[Burn, ...], alike: list[str]) -> Value:
    label = names.AlertLabel.BURN
    others = quote("|".join(one.label for one in slower))
    return _rule([f"{label}={quote(pair.label)}"], [f"{label}=~{others}"], alike)


def _named(alert: AlertName) -> str:
    return f"alertname={quote(alert)}"


def _rule(source: list[str], target: list[str], equal: list[str]) -> Value:
    return {
        "source_matchers": [*source, *_OURS],
        "target_matchers": [*target, *_OURS],
        "equal": equal,
    }
