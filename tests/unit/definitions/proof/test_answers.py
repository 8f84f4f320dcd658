"""Answers side by side: what differs is shown, and nothing else."""

from __future__ import annotations

import pytest

from truegreen_definitions.emitters.rule_tests.case import Check, Sample
from truegreen_definitions.proof.answers import in_words

ONE = Check(0, 'up{job="a"}', (Sample({"__name__": "up", "job": "a", "zone": "x"}, 1),))
NONE = Check(0, 'up{job="a"}')


@pytest.mark.parametrize(
    ("check", "got", "said"),
    [
        (ONE, '{__name__="up", job="a", zone="x"} 2.5E+00', ("1", "2.5")),
        (ONE, '{__name__="up", job="a"} 1E+00', ('1 with zone="x"', "1")),
        (ONE, "nil", ('1 with zone="x"', "nothing")),
        (NONE, '{__name__="up", job="a", zone="y"} 0E+00', ("nothing", '0 with zone="y"')),
        (
            ONE,
            "many-to-many matching not allowed",
            ('1 with zone="x"', "many-to-many matching not allowed"),
        ),
        (ONE, '{__name__="up", job="a", zone="x"} NaN', ("1", "NaN")),
        (
            ONE,
            (
                '{__name__="up", job="a", zone="x"} 1E+00, '
                '{__name__="up", job="a", zone="a, \\"b\\""} 1E+00'
            ),
            ('1 with zone="x"', '1 with zone="x"; 1 with zone="a, \\"b\\""'),
        ),
    ],
)
def test_what_differs_is_shown(check: Check, got: str, said: tuple[str, str]) -> None:
    """Values alone where labels agree, labels where they do not, never what the question says."""
    assert in_words(check, got) == said
