"""A coverage-guided search for definitions that the compiler does not survive.

    python tests/torture/torture_definitions.py [--seconds 600] [--seed 0] [--keep DIR]

It begins with all YAML of the repository, changes one file of a company at a time (bytes, lines,
words of the language, pieces of other files) and keeps what reaches a line of ours that nothing
reached before. Whatever it makes must end in Problems with places inside the file, or in a plan
from which every artefact can be made, each within a few seconds. What does not is written down,
and the search ends with 1. It prints how much it ran and how far it got.

The coverage is our own, by `sys.settrace`: a function is traced until its lines bring nothing new.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.cli.registry import found_emitters
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.emitters.built_in import BUILT_IN
from truegreen_definitions.models import KINDS
from truegreen_definitions.problems import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, FrameType
    from typing import Any

ROOT = Path(__file__).parents[2]
ACME = ROOT / "definitions" / "acme"
SECONDS_EACH = 20  # a hang; the slowest honest one takes a tenth of a second
PATIENCE = 200  # calls of a function without a new line after which it is traced no more
MEMORY_MIB = 512
EMITTED = 0.05  # share of the plans whose artefacts are made

YAML = ["no", "~", "null", "010", "1e3", "1:30", ".inf", "-0", "9" * 400, "2026-13-45", "&a ", "*a"]
YAML += ["!!str ", "<<: ", "? ", "- ", "| ", ">-\n", "---\n", "...\n", "%YAML 1.1\n", "{", "}", "["]
YAML += [
    "]",
    ": ",
    ",",
    "'",
    '"',
    "#",
    "\t",
    "\r\n",
    "\\",
    "é",
    "\u2028",
    "\ufeff",
    "\U0001f600",
    "\x85",
]
OURS = [
    "${",
    "$window",
    "99.9%",
    "101%",
    "400ms",
    "30d",
    "0s",
    "1e9d",
    "month",
    "prev_month",
    "all",
]
OURS += ["Europe/Berlin", "sum(", "increase(x[$window])", "rate(x[5m])", "count(*)", "case when"]
OURS += [
    "try_cast(",
    "1=1",
    "FREQ=YEARLY",
    "DE-BY",
    "http://[::1",
    *(kind.__name__ for kind in KINDS),
]
WORDS = [word.encode() for word in (*YAML, *OURS)]


@dataclass
class Coverage:
    """Lines of ours that were reached, by code object."""

    lines: dict[CodeType, set[int]] = field(default_factory=dict)
    idle: dict[CodeType, int] = field(default_factory=dict)
    total: int = 0

    def enter(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        """Decide whether to trace a call: ours, and still good for news."""
        code = frame.f_code
        idle = self.idle.get(code, 0)
        if idle > PATIENCE or "truegreen_" not in code.co_filename:
            return None
        self.idle[code] = idle + 1
        return self.line

    def line(self, frame: FrameType, event: str, _argument: Any) -> Any:
        """Note a line."""
        if event == "line":
            seen = self.lines.setdefault(frame.f_code, set())
            if frame.f_lineno not in seen:
                seen.add(frame.f_lineno)
                self.idle[frame.f_code] = 0
                self.total += 1
        return self.line


class HangError(Exception):
    """It took too long."""


def corpus() -> list[bytes]:
    """Return all definitions of the repository, good and broken."""
    paths = sorted(
        {*ROOT.glob("definitions/**/*.y*ml"), *ROOT.glob("tests/golden/**/input/**/*.y*ml")}
    )
    return [path.read_bytes() for path in paths]


def changed(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return a file with a few changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 4, 16))):
        data = chance.choice(CHANGES)(data, others, chance)[:200_000]
    return data


def _at(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def flip(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    """Return it with another byte somewhere."""
    at = _at(data, chance)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def insert(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    """Return it with a word of the language, or of YAML's, somewhere."""
    at = _at(data, chance)
    return data[:at] + chance.choice(WORDS) + data[at:]


def replace_word(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return it with one word in the place of another, from here or there."""
    words = data.split(b" ")
    theirs = chance.choice([words, chance.choice(others).split(b" "), WORDS])
    words[chance.randrange(len(words))] = chance.choice(theirs)
    return b" ".join(words)


def cut(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    """Return it without a piece."""
    at = _at(data, chance)
    return data[:at] + data[at + chance.randrange(1, 60) :]


def move_lines(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Return it with some lines of another file, or of its own, at another indentation."""
    lines = data.splitlines(keepends=True) or [b"\n"]
    theirs = chance.choice([data, chance.choice(others)]).splitlines(keepends=True) or [b"\n"]
    first = chance.randrange(len(theirs))
    taken = theirs[first : first + chance.randrange(1, 12)]
    shift = chance.choice((0, 0, 2, 4, -2))
    taken = [b" " * shift + line if shift > 0 else line[-shift:] for line in taken]
    at = chance.randrange(len(lines) + 1)
    return b"".join([*lines[:at], *taken, *lines[at + chance.choice((0, len(taken))) :]])


def repeat(data: bytes, _: list[bytes], chance: random.Random) -> bytes:
    """Return it with a piece many times."""
    at = _at(data, chance)
    piece = data[at : at + chance.randrange(1, 20)]
    return data[:at] + piece * chance.choice((2, 10, 200)) + data[at:]


CHANGES = (flip, insert, replace_word, replace_word, cut, move_lines, move_lines, repeat)


def run(
    data: bytes,
    name: str,
    rest: list[SourceFile],
    library: tuple[SourceFile, ...],
    *,
    emit: bool,
) -> bool:
    """Compile a company with one changed file; return whether it made a plan.

    Args:
        data: The changed file.
        name: Its path.
        rest: The other files.
        library: The library's.
        emit: Whether to make every artefact of the plan as well, which takes much longer.

    Raises:
        AssertionError: A problem has no place in its file.
    """
    file = SourceFile(path=name, shown=name, data=data)
    found = compile_files([*rest, file], library)
    for problem in found.problems:
        place = problem.place
        lines = found.texts.get(place.path, "").splitlines()
        assert place.line == 1 or 1 <= place.line <= len(lines), problem
        assert place.column >= 1, problem
        assert problem.message.strip(), problem
    render(found.problems, found.texts)
    if emit and found.plan is not None:
        for emitter in (*BUILT_IN, *found_emitters()):
            assert all(artifact.text for artifact in emitter.emit(found.plan, BuildInfo()))
    return found.plan is not None


def search(seconds: float, seed: int) -> Iterator[tuple[bytes, str]]:
    """Search for so long; yield what fails, with the reason, and print how far it got."""
    chance, library = random.Random(seed), read_library()
    pieces, coverage = corpus(), Coverage()
    company = list(read_folder(ACME))
    pool = [(index, file.data) for index, file in enumerate(company)]
    pool += [(chance.randrange(len(company)), data) for data in pieces]
    waiting, kept, plans, runs, grew = list(pool), 0, 0, 0, []
    start = shown = time.monotonic()
    while time.monotonic() - start < seconds or waiting:
        fresh = waiting.pop() if waiting else None
        index, data = fresh or pool[int(len(pool) * chance.random() ** 0.5)]
        data = data if fresh else changed(data, pieces, chance)
        rest = [file for n, file in enumerate(company) if n != index]
        before = coverage.total
        signal.alarm(SECONDS_EACH)
        sys.settrace(coverage.enter)
        try:
            emit = chance.random() < EMITTED
            plans += run(data, company[index].path, rest, library, emit=emit)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is what we look for
            if isinstance(error, KeyboardInterrupt):
                return
            yield data, traceback.format_exc()
        finally:
            sys.settrace(None)
            signal.alarm(0)
        runs += 1
        if coverage.total > before and not fresh:
            pool.append((index, data))
            kept += 1
        if not waiting and not grew:
            grew.append(coverage.total)
        if time.monotonic() - shown > seconds / 10:
            shown = time.monotonic()
            print(f"{shown - start:.0f} s: {runs} runs, {coverage.total} lines", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{runs} runs in {time.monotonic() - start:.0f} s, {plans} of them made a plan; "
        f"{grew[0] if grew else 0} lines of ours reached by the repository's own files, "
        f"{coverage.total} at the end, by {kept} files kept; {peak:.0f} MiB at most"
    )
    if peak > MEMORY_MIB:
        yield b"", f"it took more than {MEMORY_MIB} MiB"


def main() -> int:
    """Run the search; write down what it finds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("build/torture"))
    arguments = parser.parse_args()

    def hang(*_: object) -> None:
        raise HangError

    signal.signal(signal.SIGALRM, hang)
    reasons: dict[str, int] = {}
    for data, reason in search(arguments.seconds, arguments.seed):
        last = reason.strip().splitlines()[-3:]
        key = "\n".join(last)
        reasons[key] = reasons.get(key, 0) + 1
        if reasons[key] == 1:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            path = arguments.keep / f"{len(reasons)}.yaml"
            path.write_bytes(data)
            print(f"{path}:\n{reason}", flush=True)
    print(f"{len(reasons)} kinds of findings")
    return bool(reasons)


if __name__ == "__main__":
    sys.exit(main())
