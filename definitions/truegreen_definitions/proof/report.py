"""A proof as people read it, as JSON, and as JUnit for CI.

Text shows what failed, with the line of the definition, the claim, and the answer that differs;
what holds is one line in all.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.proof.coverage import Coverage
    from truegreen_definitions.proof.outcome import CaseOutcome, Failure, FileOutcome, Proof

__all__ = ["FORMATS", "as_json", "as_junit", "as_text", "in_short"]

_SHOWN = 5  # failures of one case: the first say it, the rest repeat it
_CONTROL = {code: "\ufffd" for code in range(32) if code not in (9, 10, 13)}


def as_text(proof: Proof) -> str:
    """Return what failed, in order of file; nothing when all is well."""
    return "\n".join(_text(proof))


def in_short(proof: Proof) -> str:
    """Return the counts in one line."""
    failed = sum(1 for case in proof.cases if case.failures)
    faults = sum(1 for file in proof.files if file.fault)
    said = [_counted(len(proof.cases), "case"), f"{failed} failed"]
    if faults:
        said.append(f"{_counted(faults, 'file')} that could not be tested")
    if proof.coverage is not None:
        said.append(_covered(proof.coverage))
    return ", ".join(said)


def as_json(proof: Proof) -> str:
    """Return the whole proof as JSON."""
    told = asdict(proof)
    if proof.coverage is not None:
        told["coverage"] |= {"percent": round(proof.coverage.percent, 2)}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def as_junit(proof: Proof) -> str:
    """Return the proof as JUnit XML, one suite a file."""
    suites = "".join(_suite(file) for file in proof.files)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suites}</testsuites>\n'


FORMATS = {"text": as_text, "json": as_json, "junit": as_junit}


def _text(proof: Proof) -> Iterator[str]:
    for path in proof.altered:
        yield f"{path}: not what plan.json makes: edited by hand, or built by another version"
    for file in proof.files:
        for case in file.cases:
            if case.failures:
                yield from _case(case)
        if file.fault:
            yield f"{file.name}: could not be tested"
            yield from (f"  {line}" for line in file.fault.splitlines())
    if proof.coverage is not None:
        for rule in proof.coverage.uncovered:
            yield f"{rule.group}: {rule.lacks}: {rule.series}"
    yield ""


def _case(case: CaseOutcome) -> Iterator[str]:
    yield f"{case.place or '-'}: {case.about}: {case.claim}"
    for failure in case.failures[:_SHOWN]:
        yield from _failure(failure)
    more = len(case.failures) - _SHOWN
    if more > 0:
        yield f"  and {more} more"


def _failure(failure: Failure) -> Iterator[str]:
    when = " ".join(text for text in (failure.situation, f"after {failure.after}") if text)
    yield f"  {when}: {failure.asked}" if failure.after else f"  {failure.asked}"
    yield f"    expected  {failure.expected}"
    yield f"    got       {failure.got}"


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _covered(coverage: Coverage) -> str:
    whole = coverage.total - len(coverage.uncovered)
    return f"{whole} of {coverage.total} rules covered ({_percent(coverage)})"


def _percent(coverage: Coverage) -> str:
    """Return the share, never rounded up to 100 %."""
    return "100%" if not coverage.uncovered else f"{min(coverage.percent, 99.9):.1f}%"


def _suite(file: FileOutcome) -> str:
    failed = sum(1 for case in file.cases if case.failures)
    errors = int(bool(file.fault))
    head = (
        f"  <testsuite name={_attribute(file.name)} tests={quoteattr(str(len(file.cases)))}"
        f' failures="{failed}" errors="{errors}" time="{file.seconds:.3f}">\n'
    )
    fault = f"    <system-err>{_content(file.fault)}</system-err>\n" if file.fault else ""
    return head + "".join(map(_testcase, file.cases)) + fault + "  </testsuite>\n"


def _testcase(case: CaseOutcome) -> str:
    path, _, line = case.place.rpartition(":")
    where = f" file={_attribute(path)} line={_attribute(line)}" if path else ""
    head = f"    <testcase classname={_attribute(case.about)} name={_attribute(case.claim)}{where}"
    if not case.failures:
        return head + "/>\n"
    first = case.failures[0]
    message = _attribute(f"expected {first.expected}, got {first.got}")
    told = _content("\n".join(line for failure in case.failures for line in _failure(failure)))
    return f"{head}>\n      <failure message={message}>{told}</failure>\n    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(text.translate(_CONTROL))


def _content(text: str) -> str:
    return escape(text.translate(_CONTROL))
