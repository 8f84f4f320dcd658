"""What is installed: Python, the packages of the extras, and the programs beside us."""

from __future__ import annotations

import importlib.util
import platform
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from truegreen_definitions.doctor.finding import Finding, Topic, good, note, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.doctor.case import Case

__all__ = ["installed"]

EXTRAS = {
    "exporter": ("duckdb", "records are read and counted with it"),
    "probe": ("locust", "journeys are run with it"),
    "browser": ("playwright", "browser steps are done with it"),
    "otlp": ("opentelemetry.exporter.otlp.proto.common", "metrics are pushed with it"),
}
PROGRAMS = {
    "prometheus": ("prometheus",),
    "promtool": ("promtool",),
    "alertmanager": ("prometheus-alertmanager", "alertmanager"),
    "amtool": ("amtool",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}
PATIENCE_SECONDS = 5
_VERSION = re.compile(r"\d+(?:\.\d+)+")


def installed(case: Case) -> Iterator[Finding]:
    """Look at what is installed; what the plan needs has to be there, the rest may."""
    yield good(Topic.INSTALLED, "python", platform.python_version())
    plan = case.loaded.plan if case.loaded else None
    pushed = any(name.startswith("OTEL_EXPORTER_OTLP_") for name in case.environment)
    needed = {
        "exporter": plan is not None and bool(plan.sources),
        "probe": plan is not None and bool(plan.journeys),
        "browser": plan is not None and any(one.browses for one in plan.journeys),
        "otlp": pushed,
    }
    for extra, (module, what_for) in EXTRAS.items():
        subject, fix = f"truegreen[{extra}]", f"pip install 'truegreen[{extra}]'"
        if _found(module):
            yield good(Topic.INSTALLED, subject, f"{module.partition('.')[0]} is there")
        else:
            message = f"{module.partition('.')[0]} is missing: {what_for}"
            tell = problem if needed[extra] else note
            yield tell(Topic.INSTALLED, subject, message, fix)
    for program, commands in PROGRAMS.items():
        yield _program(program, commands)


def _found(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _program(program: str, commands: tuple[str, ...]) -> Finding:
    paths = [found for found in map(shutil.which, commands) if found]
    if not paths:
        fix = f"apt install prometheus prometheus-alertmanager chromium, or put {program} on PATH"
        return note(Topic.INSTALLED, program, "is not on PATH", fix)
    try:
        done = subprocess.run(  # noqa: S603  a fixed name, found on PATH
            [paths[0], "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return problem(Topic.INSTALLED, program, f"{paths[0]} cannot be run", "install it again")
    version = _VERSION.search(done.stdout + done.stderr)
    return good(Topic.INSTALLED, program, version[0] if version else "of an unknown version")
