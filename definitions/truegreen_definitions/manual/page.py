"""A page of the manual: what a problem means, and how to mend it; read from a docstring.

A docstring has a first line and an introduction, then a section for each id of its module:

    group/name (warning)
    --------------------
    What it means in one sentence.

    Why it matters, as long as it takes.

    Mend: what to do.

    Passes:
        YAML without the problem

    Fails:
        YAML with it

The word in parentheses is the severity, and left out for an error. A module of one id, which is
an error, may leave the heading out: its whole docstring is then the page. A section without
`Passes:` has that of the introduction. `Fails, in Python's escapes:` is for bytes that are no
text. A section without `Fails:` says in words what an example would be too long for.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Page", "read_pages"]

_HEADING = re.compile(r"^([a-z]+/[a-z0-9-]+)(?: \((warning|info)\))?\n-+\n", re.MULTILINE)
_PART = re.compile(r"^(Mend|Passes|Fails(?:, in Python's escapes)?):[ \n]", re.MULTILINE)
_ESCAPED = "Fails, in Python's escapes"
_UNSUPPRESSIBLE_GROUP = "allow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The manual page of one problem id.

    Attributes:
        id: `group/name`.
        title: What it means, in one sentence without a full stop.
        severity: How much it matters.
        why: Paragraphs on why it matters, wrapped, with an empty line between them; may be empty.
        mend: What to do about it, in one paragraph.
        passes: YAML of whole documents that do not have the problem.
        fails: The same with the problem; empty where `why` says it in words.
        escaped: Whether `fails` is written in Python's escapes, because it is no text.
    """

    id: str
    title: str
    severity: Severity
    why: str
    mend: str
    passes: str
    fails: str
    escaped: bool = False

    @property
    def group(self) -> str:
        """What it is about: the part of the id before the stroke."""
        return self.id.partition("/")[0]

    @property
    def suppressible(self) -> bool:
        """Whether a comment in the file can allow it: all but errors can, and what allows."""
        return self.severity is not Severity.ERROR and self.group != _UNSUPPRESSIBLE_GROUP

    @property
    def allow(self) -> str:
        """How to live with it for a while, or why that cannot be."""
        if self.suppressible:
            return (
                f"# truegreen: allow {self.id} until YEAR-MONTH-DAY because REASON, as a comment "
                "on the line of the problem or on the line above it"
            )
        if self.group == _UNSUPPRESSIBLE_GROUP:
            return "it cannot be allowed: it is about what allows others"
        return "it cannot be allowed: it is an error, and nothing is compiled until it is mended"

    @property
    def fails_data(self) -> bytes:
        """The failing example as the bytes of a file."""
        if self.escaped:
            return self.fails.encode().decode("unicode_escape").encode("latin-1")
        return self.fails.encode()


def read_pages(docstring: str, ids: tuple[str, ...] = ()) -> tuple[Page, ...]:
    """Return the pages of a docstring, in its order.

    Args:
        docstring: As written, with its own indentation.
        ids: What the module finds, for a docstring without headings.

    Raises:
        InvariantError: A page has no part that every page has.
    """
    introduction, *rest = _HEADING.split(textwrap.dedent(docstring))
    if not rest:
        return tuple(_page(problem_id, Severity.ERROR, introduction, {}) for problem_id in ids)
    shared = dict(_parts(introduction))
    sections = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
    return tuple(
        _page(problem_id, Severity(word or "error"), section, shared)
        for problem_id, word, section in sections
    )


def _page(problem_id: str, severity: Severity, text: str, shared: dict[str, str]) -> Page:
    own = dict(_parts(text))
    title, _, why = own[""].partition("\n\n")
    passes = own.get("Passes") or shared.get("Passes", "")
    mend = own.get("Mend", "")
    if not (title and passes and mend):
        raise InvariantError(f"the page of {problem_id} lacks a title, `Mend:` or `Passes:`")
    return Page(
        id=problem_id,
        title=" ".join(title.split()).removesuffix("."),
        severity=severity,
        why=why.strip(),
        mend=" ".join(mend.split()),
        passes=passes,
        fails=own.get("Fails", own.get(_ESCAPED, "")),
        escaped=_ESCAPED in own,
    )


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a section by name; what stands before the first has none."""
    before, *rest = _PART.split(text)
    yield "", before.strip()
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        yield name, body.strip() if name == "Mend" else textwrap.dedent(body).strip("\n") + "\n"
