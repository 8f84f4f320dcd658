"""The verdict on a service, against its table written down a second time, case by case."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from decimal import Decimal

import plans
import pytest

from truegreen_definitions.names import WatermelonValue as State
from truegreen_exporters.accountability.watermelon.standing import Judged, Standing, judged_share
from truegreen_exporters.accountability.watermelon.verdict import verdict

MET, SEEMS_MET, SEEMS_MISSED, MISSED, UNKNOWN = Standing
G, W, INVERSE, R, U = State

# A row for each SLA, in the order of `Standing`; a column for each XLA; `u!` is suspected.
TABLE = {
    MET: "G G u! W U",
    SEEMS_MET: "G G u! u! U",
    SEEMS_MISSED: "U U U U U",
    MISSED: "I U U R U",
    UNKNOWN: "U U U U U",
}
WORDS = {"G": G, "W": W, "I": INVERSE, "R": R, "U": U, "u!": U}


def one(kind: str, standing: Standing, name: str = "a", share: float = 1.0) -> Judged:
    """Return an agreement that stands so."""
    known = None if standing is UNKNOWN else share
    return Judged(
        agreement=f"s/{kind}-{name}",
        kind=kind,
        standing=standing,
        share=known,
        spent=known,
        shown="",
    )


def test_every_pair_of_one_sla_and_one_xla() -> None:
    """For all 25 pairs the state and the suspicion are those of the table."""
    for sla, row in TABLE.items():
        for xla, word in zip(Standing, row.split(), strict=True):
            found = verdict([one("sla", sla), one("xla", xla)])
            assert (found.state, found.suspected) == (WORDS[word], word == "u!"), (sla, xla)


@pytest.mark.parametrize(
    ("slas", "xlas", "expected"),
    [
        ([MET, MET], [MET, MISSED], W),
        ([MET, MET], [MISSED, UNKNOWN], W),  # no answer there can undo what was missed here
        ([MET, UNKNOWN], [MISSED], U),  # watermelon or red: nobody knows
        ([MISSED, UNKNOWN], [MISSED], R),
        ([MISSED, MET], [MET, MET], INVERSE),
        ([MET], [MET, UNKNOWN], U),
        ([MET], [], U),
        ([], [MISSED], U),
        ([], [], U),
    ],
)
def test_several_agreements(slas: list[Standing], xlas: list[Standing], expected: State) -> None:
    """One missed agreement decides its side; one that is unknown leaves a side without it open."""
    judged = [one("sla", s, str(i)) for i, s in enumerate(slas)]
    judged += [one("xla", x, str(i)) for i, x in enumerate(xlas)]
    for order in itertools.permutations(judged):
        assert verdict(order).state is expected


@pytest.mark.parametrize(("truth", "least", "most"), [(0.78, 0.95, 1.0), (0.85, 0.0, 0.05)])
def test_generated_populations(truth: float, least: float, most: float) -> None:
    """400 answers, the SLA met by arithmetic: 7 points below 85 % is found, at 85 % it is quiet.

    Of 1,000 seeded populations at least 95 % are called a watermelon, and at most 5 %.
    """
    chance = random.Random(20_261_122)
    sla = replace(plans.CSAT, kind="sla", objective=Decimal("0.95"), sampling="census")
    xla = replace(plans.CSAT, kind="xla", objective=Decimal("0.85"), sampling="sample")
    met = judged_share(sla, 385, 400)
    called = 0
    for _ in range(1_000):
        content = sum(chance.random() < truth for _ in range(400))
        found = verdict([met, judged_share(xla, content, 400)])
        called += found.state is W
        assert found.state is not R
        assert not (found.suspected and found.state is not U)
    assert least <= called / 1_000 <= most


def test_depth_is_of_the_worst_on_each_side() -> None:
    """0.99 of the SLA's target against 0.8 of the XLA's is 0.19 deep; without a side it is none."""
    judged = [one("sla", MET, "a", 1.01), one("sla", MET, "b", 0.99)]
    judged += [one("xla", MISSED, "a", 0.8), one("xla", MET, "b", 1.1)]
    assert verdict(judged).depth == pytest.approx(0.19)
    assert verdict(judged[:2]).depth is None
    assert verdict([*judged[:2], one("xla", UNKNOWN)]).depth is None
