"""The manual as one page of Markdown, a section for each problem."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.manual.page import Page

__all__ = ["manual_markdown"]

_HEAD = """\
# Every problem, and how to mend it

<!-- Made by `make build` from the docstrings in truegreen_definitions/checks. Do not edit. -->

What `truegreen check` finds, by id. `truegreen check --manual ID` shows a section of this page; the
YAML of each section is run by the tests.

| problem | severity | what |
|---|---|---|
"""


def manual_markdown(pages: Iterable[Page]) -> str:
    """Return the pages, sorted by id, as one Markdown page."""
    every = tuple(pages)
    rows = [
        f"| [{page.id}](#{page.id.replace('/', '')}) | {page.severity} | {page.title} |\n"
        for page in every
    ]
    parts = [_HEAD + "".join(rows)]
    for group, members in groupby(every, key=lambda page: page.group):
        parts.append(f"## {group}\n")
        parts.extend(line for page in members for line in _section(page))
    return "\n".join(parts)


def _section(page: Page) -> Iterator[str]:
    yield f"### {page.id}\n\n{page.title} ({page.severity}).\n"
    if page.why:
        yield f"{page.why.strip()}\n"
    yield f"To mend it: {page.mend}\n"
    if page.fails:
        how, language = (", written in Python's escapes", "text") if page.escaped else ("", "yaml")
        yield f"This has the problem{how}:\n\n```{language}\n{page.fails.strip()}\n```\n"
    yield f"This does not:\n\n```yaml\n{page.passes.strip()}\n```\n"
    allow = re.sub(r"^(# truegreen: .*?REASON)", r"`\1`", page.allow)
    yield f"To allow it: {allow}.\n"
