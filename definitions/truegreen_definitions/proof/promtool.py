"""Run promtool over one file of tests, and read what it says of each case.

promtool tells the expression of a check that fails; the comment in it says the claim (see
`rule_tests.case`), so the case is found again without any numbering.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.proof.answers import in_words
from truegreen_definitions.proof.outcome import CaseOutcome, Failure, FileOutcome
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rule_tests.suite import Suite

__all__ = ["run_suite", "version_of"]

_FAILED = re.compile(
    r'expr: (?P<expr>"(?:\\.|[^"\\])*"), time: (?P<after>[0-9a-z]+),'
    r"(?: err: (?P<fault>[^\n]*)|\s+exp: (?P<expected>[^\n]*)\n\s+got: (?P<got>[^\n]*))"
)
_VERSION = re.compile(r"version (\d+)\.(\d+)")
_SHOWN = 2_000  # characters of what promtool says where we cannot read it


def version_of(promtool: str) -> tuple[int, int]:
    """Return major and minor version of a promtool.

    Raises:
        TerminalError: It does not tell.
    """
    try:
        done = subprocess.run(  # noqa: S603  a program the user has installed, and no shell
            [promtool, "--version"], capture_output=True, text=True, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TerminalError(f"{promtool} does not run: {error}") from error
    found = _VERSION.search(done.stdout + done.stderr)
    if found is None:
        raise TerminalError(f"{promtool} --version tells no version: is it promtool?")
    return int(found[1]), int(found[2])


def run_suite(promtool: str, folder: Path, suite: Suite) -> FileOutcome:
    """Run the tests of a suite whose files lie below a build folder."""
    begun = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603  a program the user has installed, and no shell
            [promtool, "test", "rules", str(folder / suite.tests_path)],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise TerminalError(f"{promtool} does not run: {error.strerror}") from error
    said = done.stdout + done.stderr
    read = _Reading(suite)
    read.all_of(said)
    fault = ""
    if done.returncode and not read.any_answer:
        fault = said.strip()[:_SHOWN] or f"promtool ended with {done.returncode}"
    return FileOutcome(
        name=suite.name,
        cases=tuple(_outcome(case, read.failures.get(id(case), [])) for case in suite.cases),
        fault=fault,
        seconds=time.perf_counter() - begun,
    )


@dataclass(slots=True)
class _Reading:
    """Failures by the identity of their case."""

    suite: Suite
    failures: dict[int, list[Failure]] = field(default_factory=dict)
    any_answer: bool = False

    def all_of(self, said: str) -> None:
        asked = {
            (text, duration_label(check.at)): (case, check)
            for case in self.suite.cases
            for check, text in zip(case.checks, case.expressions(), strict=True)
        }
        for found in _FAILED.finditer(said):
            self.any_answer = True
            case, check = asked.get((_text(found["expr"]), found["after"]), (None, None))
            if case is None or check is None:
                continue
            expected, got = in_words(check, found["got"] or found["fault"] or "")
            failure = Failure(
                after=found["after"],
                situation=check.situation,
                asked=check.expr,
                expected=expected,
                got=got,
            )
            self.failures.setdefault(id(case), []).append(failure)


def _outcome(case: Case, failures: list[Failure]) -> CaseOutcome:
    return CaseOutcome(
        about=case.about, claim=case.claim, place=str(case.origin), failures=tuple(failures)
    )


def _text(quoted: str) -> str:
    """Return what Go's quoting quotes; its escapes that JSON lacks stand for no PromQL of ours."""
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted
