"""Problems as SARIF 2.1.0, which code hosts and editors show at their lines.

Every rule carries its manual page, every certain fix is a `fix`, and what a comment in the file
allows is there with its suppression and reason. Columns count code points.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from truegreen_definitions.errors import InvariantError
from truegreen_definitions.manual import page
from truegreen_definitions.problems import Severity, in_order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.manual import Page
    from truegreen_definitions.problem_formats.report import Report
    from truegreen_definitions.problems import Allowed, Edit, Fix, Place, Problem

__all__ = ["sarif_text"]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_Object: TypeAlias = "dict[str, object]"


def sarif_text(report: Report) -> str:
    """Return the log of one run, indented."""
    allowed = {one.problem: one for one in report.allowed}
    found = in_order((*report.problems, *allowed))
    rules = sorted({problem.id for problem in found})
    driver: _Object = {
        "name": "truegreen",
        **({"semanticVersion": report.version} if report.version else {}),
        "rules": [_rule(_page(problem_id)) for problem_id in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules, allowed.get(one), report) for one in found],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _page(problem_id: str) -> Page:
    found = page(problem_id)
    if found is None:
        raise InvariantError(f"the problem {problem_id} has no manual page")
    return found


def _rule(page: Page) -> _Object:
    why = " ".join(page.why.split())
    return {
        "id": page.id,
        "shortDescription": {"text": f"{page.title}."},
        "fullDescription": {"text": f"{page.title}. {why}".strip()},
        "help": {"text": f"To mend it: {page.mend}", "markdown": _markdown(page)},
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
    }


def _markdown(page: Page) -> str:
    parts = [f"{page.title}.", page.why, f"**To mend it:** {page.mend}"]
    if page.fails and not page.escaped:
        parts.append(f"This has the problem:\n\n```yaml\n{page.fails}```")
    parts.append(f"This does not:\n\n```yaml\n{page.passes}```")
    return "\n\n".join(part for part in parts if part)


def _result(problem: Problem, rules: list[str], allowed: Allowed | None, report: Report) -> _Object:
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    result: _Object = {
        "ruleId": problem.id,
        "ruleIndex": rules.index(problem.id),
        "level": _LEVELS[problem.severity],
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _file(problem.place, report),
                    "region": _region(problem.place),
                }
            }
        ],
    }
    if problem.fix:
        result["fixes"] = [_fix(problem.fix, report)]
    if allowed:
        reason = f"{allowed.reason} (until {allowed.until})"
        result["suppressions"] = [{"kind": "inSource", "justification": reason}]
    return result


def _fix(fix: Fix, report: Report) -> _Object:
    files = dict.fromkeys(edit.place.path for edit in fix.edits)
    changes = [
        {
            "artifactLocation": {"uri": _uri(report.path(path))},
            "replacements": _replacements(e for e in fix.edits if e.place.path == path),
        }
        for path in files
    ]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _replacements(edits: Iterable[Edit]) -> list[_Object]:
    return [
        {"deletedRegion": _region(edit.place), "insertedContent": {"text": edit.text}}
        for edit in edits
    ]


def _file(place: Place, report: Report) -> _Object:
    return {"uri": _uri(report.path(place.path))}


def _region(place: Place) -> _Object:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.end_column,
    }


def _uri(path: str) -> str:
    """Return a path as a relative or absolute URI reference."""
    quoted = quote(path)
    return f"file://{quoted}" if path.startswith("/") else quoted
