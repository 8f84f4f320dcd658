"""Problems in the forms that people and machines read.

A form is chosen by `--format`, the same for every command that finds problems. Its writer is
imported when it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.problem_formats.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Report", "written"]


def written(report: Report, form: str, more: Mapping[str, object] | None = None) -> str:
    """Return a report in a format.

    Args:
        report: What was found.
        form: `text`, `json`, `github` or `sarif`.
        more: Further top-level fields of the JSON document; other forms leave them out.
    """
    if form == "json":
        from truegreen_definitions.problem_formats.as_json import json_text  # noqa: PLC0415

        return json_text(report, more or {})
    if form == "github":
        from truegreen_definitions.problem_formats.as_github import github_text  # noqa: PLC0415

        return github_text(report)
    if form == "sarif":
        from truegreen_definitions.problem_formats.as_sarif import sarif_text  # noqa: PLC0415

        return sarif_text(report)
    from truegreen_definitions.problems import render  # noqa: PLC0415

    return render(report.problems, report.texts)
