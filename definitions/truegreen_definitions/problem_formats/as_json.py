"""Problems as one JSON document, whose shape is stable.

    {"version": 1,
     "counts": {"error": 1, "warning": 0, "info": 0, "allowed": 0},
     "problems": [
       {"id": "reference/unknown", "severity": "error",
        "message": "…", "hint": "…",
        "path": "definitions/shop.yaml", "line": 7, "column": 10, "end_column": 22,
        "fix": {"title": "…", "edits": [
          {"path": "…", "line": 7, "column": 10, "end_column": 22, "text": "…"}]}}],
     "allowed": [{"problem": {…}, "until": "2026-12-31", "reason": "…"}]}

Lines and columns count from 1, columns in characters; `end_column` is the one after the last.
`hint` may be empty and `fix` null. A command with a result of its own adds it under its name.
Fields may be added; `version` changes when one is renamed, removed or means something else.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from truegreen_definitions.problems import Severity, in_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from truegreen_definitions.problem_formats.report import Report
    from truegreen_definitions.problems import Fix, Place, Problem

__all__ = ["VERSION", "json_text"]

VERSION = 1
_Object: TypeAlias = "dict[str, object]"


def json_text(report: Report, more: Mapping[str, object]) -> str:
    """Return the document, indented; `more` is added at its top."""
    found = [problem.severity for problem in report.problems]
    document = {
        "version": VERSION,
        "counts": {one.value: found.count(one) for one in Severity}
        | {"allowed": len(report.allowed)},
        "problems": [_problem(problem) for problem in in_order(report.problems)],
        "allowed": [
            {"problem": _problem(one.problem), "until": one.until, "reason": one.reason}
            for one in report.allowed
        ],
        **more,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _problem(problem: Problem) -> _Object:
    return {
        "id": problem.id,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        **_place(problem.place),
        "fix": _fix(problem.fix) if problem.fix else None,
    }


def _fix(fix: Fix) -> _Object:
    edits = [{**_place(edit.place), "text": edit.text} for edit in fix.edits]
    return {"title": fix.title, "edits": edits}


def _place(place: Place) -> _Object:
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_column": place.end_column,
    }
