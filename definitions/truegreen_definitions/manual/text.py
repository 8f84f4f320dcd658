"""Pages of the manual as people read them in a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.manual.page import Page

__all__ = ["list_text", "page_text"]


def page_text(page: Page) -> str:
    """Return a page: what it means, how to mend it, both examples, how to allow it."""
    parts = [f"{page.id} ({page.severity})\n\n{page.title}.", page.why, f"To mend it: {page.mend}"]
    if page.fails:
        how = ", written in Python's escapes" if page.escaped else ""
        parts.append(f"This has the problem{how}:\n\n{textwrap.indent(page.fails, '    ')}")
    parts.append(f"This does not:\n\n{textwrap.indent(page.passes, '    ')}")
    parts.append(f"To allow it: {page.allow}.")
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def list_text(pages: Iterable[Page]) -> str:
    """Return one line per page: id, severity and title."""
    listed = tuple(pages)
    width = max(len(page.id) for page in listed)
    return "".join(f"{page.id:<{width}}  {page.severity:<7}  {page.title}\n" for page in listed)
