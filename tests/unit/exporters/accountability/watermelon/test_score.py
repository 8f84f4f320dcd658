"""The XLA score: hand-computed, and no mean ever hides a breach."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.plan import Score
from truegreen_exporters.accountability.watermelon.score import score
from truegreen_exporters.accountability.watermelon.standing import Judged, Standing

DECLARED = Score(weights=(("a", Decimal(3)), ("b", Decimal(1))), veto=("b",))


def judged(name: str, spent: float | None) -> Judged:
    """Return an agreement that has spent so much of its budget."""
    known = Standing.MISSED if spent is not None and spent > 1 else Standing.MET
    return Judged(
        agreement=f"shop/{name}",
        kind="xla",
        standing=Standing.UNKNOWN if spent is None else known,
        share=None,
        spent=spent,
        shown="",
    )


def test_a_weighted_mean_while_all_is_well() -> None:
    """(3 x 0.9 + 1 x 0.5) / 4 is 80; what has no weight plays no part."""
    found = score(DECLARED, [judged("a", 0.2), judged("b", 1.0), judged("c", 9.0)])
    assert found.points == pytest.approx(80)
    assert (found.vetoed, found.bounded_by, found.unknown) == ((), "", ())
    assert found.parts == (("shop/a", 3.0, 0.9), ("shop/b", 1.0, 0.5))


def test_a_missed_agreement_bounds_it() -> None:
    """1.6 of the budget spent leaves 20, however good the other one is."""
    found = score(DECLARED, [judged("a", 1.6), judged("b", 0.0)])
    assert found.points == pytest.approx(20)
    assert found.mean == pytest.approx(40)
    assert found.bounded_by == "shop/a"


def test_a_veto_makes_it_nothing() -> None:
    """A missed agreement with a veto is a score of 0."""
    found = score(DECLARED, [judged("a", 0.0), judged("b", 1.1)])
    assert (found.points, found.vetoed) == (0.0, ("shop/b",))


def test_only_what_is_known_counts() -> None:
    """Without data nothing is weighed, and it is named; without any there is no score."""
    found = score(DECLARED, [judged("a", None), judged("b", 0.5)])
    assert found.points == pytest.approx(75)
    assert found.unknown == ("shop/a",)
    assert score(DECLARED, [judged("a", None)]).points is None
    assert score(DECLARED, []).points is None


@given(st.lists(st.floats(0, 5), min_size=1, max_size=6), st.data())
def test_a_breach_is_always_below_50(spent: list[float], data: st.DataObject) -> None:
    """Whatever the weights, the score is at least 50 only if nothing weighed is missed."""
    weight = st.floats(0.01, 1000)
    weights = tuple((f"x{i}", Decimal(str(data.draw(weight)))) for i in range(len(spent)))
    found = score(
        Score(weights=weights, veto=()), [judged(f"x{i}", one) for i, one in enumerate(spent)]
    )
    assert found.points is not None
    assert 0 <= found.points <= 100 + 1e-9
    if any(one > 1 for one in spent):
        assert found.points < 50
