"""How a command shows its problems: in the format that was asked for, where nothing else gets in.

For `check` the problems are the result and go to stdout. Commands with a result of their own
keep stdout for it, and say problems on stderr; but a document (JSON, SARIF) is the whole of
stdout in every command, JSON with the command's own result under its name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from truegreen_definitions.compiler import Compiled
    from truegreen_definitions.problem_formats import Report

__all__ = ["print_document", "print_problems"]


def print_problems(found: Compiled, form: str, *, as_result: bool) -> None:
    """Print problems as lines, on stdout where they are the command's result, else on stderr."""
    from truegreen_definitions.problem_formats import written

    print(written(_report(found), form), end="", file=sys.stdout if as_result else sys.stderr)


def print_document(found: Compiled, form: str, more: Mapping[str, object] | None = None) -> None:
    """Print the document of a format, with the command's own result in JSON."""
    from truegreen_definitions.problem_formats import written

    print(written(_report(found), form, more), end="")


def _report(found: Compiled) -> Report:
    from importlib.metadata import version

    from truegreen_definitions.problem_formats import Report

    return Report(
        problems=found.problems,
        allowed=found.allowed,
        texts=found.texts,
        located=_located({*found.texts, *(one.place.path for one in found.problems)}),
        version=version("truegreen"),
    )


def _located(paths: Iterable[str]) -> dict[str, str]:
    """Return paths from the root of the repository, for files that lie in it."""
    root = _root(Path.cwd())
    located = {}
    for path in paths:
        whole = Path(os.path.abspath(path))  # noqa: PTH100  `resolve` would follow links
        if whole.is_relative_to(root) and not path.startswith("<"):
            located[path] = whole.relative_to(root).as_posix()
    return located


def _root(folder: Path) -> Path:
    """Return the repository a folder lies in, or the folder."""
    inside = (one for one in (folder, *folder.parents) if (one / ".git").exists())
    return next(inside, folder)
