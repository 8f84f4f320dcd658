"""What came out of a proof: case by case, file by file, in typed form for every report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from truegreen_definitions.proof.coverage import Coverage

__all__ = ["CaseOutcome", "Failure", "FileOutcome", "Proof"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An answer that is not the expected one.

    Attributes:
        after: Time into the test, as a duration.
        situation: What the input stands for then; empty when the claim says it.
        asked: The expression or question.
        expected: What it should have answered, in words.
        got: What it answered.
    """

    after: str
    situation: str = ""
    asked: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """A case and what failed in it."""

    about: str
    claim: str
    place: str
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """What one run of a tool said.

    Attributes:
        name: What was tested: `order-to-cash/burn`, or `alertmanager`.
        cases: Every case of the file.
        fault: Why the file could not be tested at all; empty when it could.
    """

    name: str
    cases: tuple[CaseOutcome, ...]
    fault: str = ""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Whether anything is wrong."""
        return bool(self.fault) or any(case.failures for case in self.cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The whole of it.

    Attributes:
        files: In order of name.
        coverage: None when only some of the cases were asked for.
        altered: Files of a build that are not what its plan makes, sorted.
    """

    files: tuple[FileOutcome, ...]
    coverage: Coverage | None = None
    altered: tuple[str, ...] = ()

    @property
    def cases(self) -> tuple[CaseOutcome, ...]:
        """All cases of all files."""
        return tuple(case for file in self.files for case in file.cases)

    @property
    def clean(self) -> bool:
        """Whether every case holds, on files as they were built."""
        return not self.altered and not any(file.failed for file in self.files)
