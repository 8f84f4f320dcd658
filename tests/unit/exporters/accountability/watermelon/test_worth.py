"""What may mislead about the worth of an SLA is named, with its numbers."""

from __future__ import annotations

import pytest

from truegreen_exporters.accountability.watermelon.worth import Lost, worth
from truegreen_exporters.engines.cases import CaseGroup

KINDS = (("easy", 90, 10, 0.1), ("hard", 10, 90, 0.5))


def groups(answered: tuple[float, float] = (0.5, 0.5), elsewhere: int = 0) -> list[CaseGroup]:
    """Return cases of two kinds: which one it is decides alone, the SLA tells nothing.

    Args:
        answered: Share of those who answered, where it was met and where it was missed.
        elsewhere: Of each group, answers outside the span.
    """
    found = []
    for kind, met, missed, bad in KINDS:
        for kept, cases in ((True, met), (False, missed)):
            worse = round(cases * bad)
            found.append(
                CaseGroup(
                    mix=kind,
                    met=kept,
                    good=cases - worse,
                    bad=worse,
                    unknown=0,
                    known=(cases,),
                    bad_by=(worse,),
                    answered=round(cases * answered[not kept]),
                    elsewhere=elsewhere,
                )
            )
    return found


def traps(of: list[CaseGroup], lost: int = 0, mix: str = "") -> tuple[str, ...]:
    """Return what may mislead, of 200 rows of experience."""
    told = [Lost(xla="desk/csat", rows=200, lost=lost)]
    return worth("desk/in-time", ["desk/csat"], of, told, mix).traps


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (traps(groups()), ()),
        (
            traps(groups((0.2, 0.9))),
            (
                (
                    "response bias: customers answer more often where it was missed (90 of 100) "
                    "than where it was met (20 of 100)"
                ),
            ),
        ),
        (
            traps(groups(), mix="difficulty"),
            (
                (
                    "mix: by `difficulty` (Mantel-Haenszel) the lift is 1.00, without it 3.29: "
                    "kinds of cases differ in both"
                ),
            ),
        ),
        (
            traps(groups(), lost=30),
            ("different populations: 30 of 200 rows of desk/csat are of no case of the SLA",),
        ),
        (
            traps(groups(elsewhere=5)),
            ("different periods: 20 cases were answered outside the period",),
        ),
    ],
    ids=("none", "answers", "mix", "populations", "periods"),
)
def test_traps_are_named(found: tuple[str, ...], said: tuple[str, ...]) -> None:
    """Who answers, which kinds there are, rows of others and late answers: each is said alone."""
    assert found == said
