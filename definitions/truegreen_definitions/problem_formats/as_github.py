"""Problems as workflow commands, which GitHub Actions shows at their lines in a pull request.

Source: docs.github.com, "Workflow commands for GitHub Actions"; the escapes are those of the
runner (`%`, line ends, and in properties `:` and `,` too).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.problems import Severity, in_order

if TYPE_CHECKING:
    from truegreen_definitions.problem_formats.report import Report
    from truegreen_definitions.problems import Problem

__all__ = ["github_text"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github_text(report: Report) -> str:
    """Return one command a line, in order of place."""
    return "".join(_command(problem, report) for problem in in_order(report.problems))


def _command(problem: Problem, report: Report) -> str:
    place = problem.place
    properties = {
        "file": report.path(place.path),
        "line": str(place.line),
        "col": str(place.column),
        "endColumn": str(place.end_column),
        "title": problem.id,
    }
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    return f"::{_COMMANDS[problem.severity]} {named}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
