"""The manual: a page for every problem there is, by id; `truegreen check --manual` shows it.

Pages of checks are read from the docstrings of their modules. What is found before any check
runs (reading a file, a document, an expression) has its pages in the modules beside this one, by
subject; `SUBJECTS` lists them. The form of a docstring is that of `page`.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from truegreen_definitions.checks import CHECKS, DATED_CHECKS, INVENTORY_CHECKS
from truegreen_definitions.manual import (
    allowances,
    definitions,
    dialects,
    engines,
    experience,
    indicators,
    language,
    measures,
    promql,
    sql,
    templates,
    yaml_text,
)
from truegreen_definitions.manual.page import Page, read_pages

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["SUBJECTS", "Page", "page", "pages", "problem_ids"]

SUBJECTS: tuple[ModuleType, ...] = (
    yaml_text,
    language,
    definitions,
    dialects,
    engines,
    experience,
    indicators,
    measures,
    promql,
    sql,
    templates,
    allowances,
)


@cache
def pages() -> tuple[Page, ...]:
    """Return the page of every problem id, sorted by id, each once."""
    found = [page for subject in SUBJECTS for page in read_pages(subject.__doc__ or "")]
    listed = [(one.run.__module__, one.ids) for one in CHECKS]
    listed += [(one.run.__module__, one.ids) for one in DATED_CHECKS]
    listed += [(one.run.__module__, one.ids) for one in INVENTORY_CHECKS]
    for module, ids in listed:
        found.extend(read_pages(import_module(module).__doc__ or "", ids))
    return tuple(sorted(found, key=lambda page: page.id))


def page(problem_id: str) -> Page | None:
    """Return the page of a problem, if there is such a problem."""
    return next((page for page in pages() if page.id == problem_id), None)


def problem_ids() -> tuple[str, ...]:
    """Return the id of every problem there is, sorted."""
    return tuple(page.id for page in pages())
