"""Faults of the shop are read strictly and drawn as declared."""

from __future__ import annotations

import pytest

from truegreen_demo.faults import Fault, Faults, parse_faults


def test_faults_are_shown_as_they_are_read() -> None:
    """What the shop says is on can be read back to the same faults."""
    read = parse_faults({"pay": {"delay": "1500ms"}, "cart": {"error": 0.25}})
    assert read == {
        "pay": Fault(delay_seconds=1.5),
        "cart": Fault(error_ratio=0.25),
    }
    faults = Faults()
    faults.switch(read)
    assert parse_faults(faults.document()) == read
    faults.switch({})
    assert faults.document() == {}


def test_the_share_of_errors_is_the_declared_one() -> None:
    """Of many requests about the declared share fails, and all of them are delayed."""
    faults = Faults()
    faults.switch({"pay": Fault(delay_seconds=0.5, error_ratio=0.25)})
    drawn = [faults.draw("pay") for _ in range(4_000)]
    assert {delay for delay, _ in drawn} == {0.5}
    assert 850 < sum(fails for _, fails in drawn) < 1_150
    assert faults.draw("cart") == (0.0, False)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "object of routes"),
        ({"pax": {}}, "no route 'pax'"),
        ({"pay": {}}, "delay, error or both"),
        ({"pay": {"dela": "1s"}}, "delay, error or both"),
        ({"pay": {"delay": 3}}, "such as 1500ms"),
        ({"pay": {"delay": "soon"}}, "no duration"),
        ({"pay": {"delay": "2h"}}, "above 60s"),
        ({"pay": {"error": 1.5}}, "0 to 1"),
        ({"pay": {"error": True}}, "0 to 1"),
    ],
)
def test_what_is_no_fault_is_refused_in_words(document: object, words: str) -> None:
    """A document that is no set of faults is refused, and the message says what is allowed."""
    with pytest.raises(ValueError, match=words):
        parse_faults(document)
