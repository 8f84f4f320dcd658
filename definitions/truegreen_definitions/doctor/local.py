"""What this machine has for the plan: files of the sources, the state file, secrets."""

from __future__ import annotations

import re
import shlex
import stat
from typing import TYPE_CHECKING

from truegreen_definitions.doctor.finding import Finding, Topic, good, problem
from truegreen_definitions.plan import FileRead

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from truegreen_definitions.doctor.case import Case
    from truegreen_definitions.plan import Journey

__all__ = ["local"]

_SECRET = re.compile(r"\$\{secret:([A-Za-z_][A-Za-z0-9_]*)\}")
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def local(case: Case) -> Iterator[Finding]:
    """Look at the files and secrets that the plan needs here."""
    if case.state is not None:
        yield _state(case, case.state)
    if case.loaded is None:
        return
    if case.data is not None:
        for source in case.loaded.plan.sources:
            if not isinstance(source.read, FileRead):
                continue
            subject, glob = f"source {source.name}", source.read.location
            if any(case.data.glob(glob)):
                yield good(Topic.CONFIGURED, subject, f"{glob} matches files")
            else:
                message = f"{glob} matches no file below {case.data}"
                fix = f"put the export there, or mend read: ({source.origin})"
                yield problem(Topic.CONFIGURED, subject, message, fix)
    plan = case.loaded.plan
    by_journeys = {one for journey in plan.journeys for one in _named(journey)}
    by_sources = {one for source in plan.sources for one in _SECRET.findall(repr(source.read))}
    for secret in sorted(by_journeys):
        yield _secret(case, secret, "probe")
    for secret in sorted(by_sources - by_journeys):
        yield _secret(case, secret, "exporter")


def _state(case: Case, path: Path) -> Finding:
    fix = shlex.join(("chmod", "600", str(path)))
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return problem(
            Topic.CONFIGURED,
            "state file",
            f"{path}: {error.strerror}",
            f"`{case.export_command}` makes it",
        )
    if mode & OTHERS:
        message = f"{path} can be read by others ({stat.filemode(mode)}): it holds business records"
        return problem(Topic.CONFIGURED, "state file", message, fix)
    return good(Topic.CONFIGURED, "state file", f"{path} is the exporter's alone")


def _named(journey: Journey) -> set[str]:
    return {name for text in journey.texts for name in _SECRET.findall(text)}


def _secret(case: Case, name: str, reader: str) -> Finding:
    subject = f"secret {name}"
    if case.environment.get(name) or case.environment.get(f"{name}_FILE"):
        return good(Topic.CONFIGURED, subject, "is set")
    fix = f"export {name}=…, or {name}_FILE=FILE, where the {reader} runs"
    return problem(Topic.CONFIGURED, subject, "is set neither itself nor as a file", fix)
