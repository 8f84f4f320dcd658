"""Hints for words that are not allowed."""

from __future__ import annotations

from truegreen_definitions.suggestions import (
    definition_to_add,
    listed,
    near_word,
    suggestion,
)


def test_a_near_word_comes_first() -> None:
    """A typing error is answered with the word that was meant, then with all words."""
    hint = suggestion("shop-taem", ["paygate", "shop-team"])
    assert hint == "did you mean `shop-team`? allowed: `paygate`, `shop-team`"


def test_the_only_word_is_said_once() -> None:
    """With one word to choose from, the question says it all."""
    assert suggestion("shop-taem", ["shop-team"]) == "did you mean `shop-team`?"
    assert suggestion("other", ["shop-team"]) == "allowed: `shop-team`"


def test_nothing_to_choose_from() -> None:
    """Where there is no allowed word, the hint says so."""
    assert suggestion("x", []) == "there is none to choose from"
    assert near_word("x", []) == ""


def test_long_lists_are_cut() -> None:
    """A list of more than twelve words says how many are left out."""
    assert listed(f"w{n}" for n in range(12)).endswith("`w11`")
    assert listed(f"w{n}" for n in range(14)).endswith("`w11` and 2 more")


def test_a_definition_to_add_is_written_out() -> None:
    """A name that nothing has is answered with the lines that would define it."""
    assert (
        definition_to_add("desk", ["Team"])
        == "define it: `kind: Team` with `metadata: {name: desk}`"
    )
    assert definition_to_add("desk", ["Team", "Vendor"]).startswith(
        "define it: `kind: Team` or `kind: Vendor` with"
    )
