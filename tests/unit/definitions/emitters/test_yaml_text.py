"""The YAML writer against PyYAML's reader."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.emitters.yaml_text import Commented, dumps

if TYPE_CHECKING:
    from truegreen_definitions.emitters.yaml_text import Value

AWKWARD = """\
y n ~ = yes No ON off True null NaN .inf << 0x1F 010 1e3 1_000 12:30:45 2026-11-21 1. +1 - | ? %a
--- ... !!str &a *a a: :a a:b 5m 30d 1h30m 99.9% $window https://x/y a,b {a [a]"""
TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text(" \n\t'\"#:-|>&*!%@`{}[],?\\~abc019.=<\u0085\u2028é😀\x00\x7f", max_size=20),
    st.sampled_from(
        [*AWKWARD.split(), "- a", "a: b", "a #b", "\ufeffa", "a\n", "\na", " a\nb", "a \nb"]
    ),
    st.sampled_from(["a\n\nb", "a\n\n", "a\n b\n", "a\n#b", "a\tb\nc", "---\na", "\n", " ", ""]),
)
KEYS = TEXT.filter(lambda text: len(text) < 100)
LEAVES = st.one_of(TEXT, st.integers(), st.booleans())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def commented(value: Value, text: str) -> Value:
    """Return a value with a comment at every place where one may stand."""
    if isinstance(value, dict):
        inner: Value = {key: commented(item, text) for key, item in value.items()}
    elif isinstance(value, list):
        inner = [commented(item, text) for item in value]
    else:
        inner = value
    return Commented(inner, text)


@given(VALUES)
def test_what_is_written_is_read_back(value: Value) -> None:
    """Any nesting of texts, numbers and truths survives the round trip."""
    assert yaml.safe_load(dumps(value)) == value


@given(VALUES, TEXT)
def test_comments_change_nothing(value: Value, text: str) -> None:
    """A comment of any text, at any place, is no part of the value."""
    assert yaml.safe_load(dumps(commented(value, text))) == value


@pytest.mark.parametrize(("number", "text"), [("0.999", "0.999"), ("14.40", "14.4"), ("60", "60")])
def test_decimals_are_exact_and_short(number: str, text: str) -> None:
    """A decimal is written in its shortest exact form."""
    assert dumps({"value": Decimal(number)}) == f"value: {text}\n"


def test_it_reads_like_a_person_wrote_it() -> None:
    """Block style, comments in place, long expressions as literal blocks, quotes where needed."""
    value: Value = {
        "groups": [
            Commented(
                {
                    "name": "shop/felt",
                    "interval": "30s",
                    "expr": "a\n+ b",
                    "rules": [],
                    "labels": {"level": "on", "share": "99.9%"},
                },
                "shop.yaml:7",
            )
        ]
    }
    assert dumps(value) == (
        "groups:\n"
        "  # shop.yaml:7\n"
        "  - name: shop/felt\n"
        "    interval: 30s\n"
        "    expr: |-\n"
        "      a\n"
        "      + b\n"
        "    rules: []\n"
        "    labels:\n"
        "      level: 'on'\n"
        "      share: '99.9%'\n"
    )
