"""Every journey once, now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.logs import configure_logs
from truegreen_synthetics.engine.environments import environment_of, run_users
from truegreen_synthetics.engine.equipping import equipment_of, robots_of
from truegreen_synthetics.engine.users import SingleUser, user_class

if TYPE_CHECKING:
    from truegreen_synthetics.browsing.browsers import BrowserSettings
    from truegreen_synthetics.report import Report
    from truegreen_synthetics.selection import Assignment

__all__ = ["once"]


def once(
    assignment: Assignment, report: Report, browsers: BrowserSettings | None = None
) -> tuple[ExitCode, str]:
    """Run each journey once, at the same time; return the exit code and the result in words."""
    configure_logs(sys.stderr)
    equipment = equipment_of(assignment.location, browsers=browsers)
    robots = robots_of(assignment.journeys, report, equipment, None)
    classes = [user_class(SingleUser, name, robot=robot) for name, robot in robots.items()]
    code = run_users(environment_of(classes), until_signal=False)
    equipment.browsers.close()
    if code is ExitCode.CLEAN and not report.good():
        code = ExitCode.PROBLEMS
    return code, report.text()
