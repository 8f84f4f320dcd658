"""The words of a model are those of its docstring, whole and in one line each."""

from __future__ import annotations

from truegreen_definitions.models.base import Model
from truegreen_definitions.schema.docstrings import words_of


class _Base(Model):
    """A base.

    Attributes:
        one: The first.
    """

    one: str = ""


class _Documented(_Base):
    """A summary that goes on
    in a second line.

    More of it.

    Attributes:
        two: The second, which has a colon: like this,
            and a second line.
        gone: A field that is no more.
    """  # noqa: D205  two lines are the point

    two: str = ""
    three: str = ""


def test_words_are_read_from_the_docstring() -> None:
    """Summary, further paragraphs and fields, a base's too; nothing is cut at a line's end."""
    words = words_of(_Documented)
    assert words.summary == "A summary that goes on in a second line."
    assert words.more == ("More of it.",)
    assert dict(words.fields) == {
        "one": "The first.",
        "two": "The second, which has a colon: like this, and a second line.",
    }


def test_a_model_without_fields_has_no_words_of_them() -> None:
    """A docstring of one line is a summary."""

    class Small(Model):
        """Small."""

    assert words_of(Small).summary == "Small."
    assert words_of(Small).more == ()
    assert dict(words_of(Small).fields) == {}
