"""A page of Markdown as something to run: its `sh` blocks in order, and what each should print.

A `text` block after an `sh` block is what the commands print, both streams together, exactly;
`...` alone on a line stands for any lines, and inside a line for any text.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Step", "blocks", "matches", "run", "steps"]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Commands, and what they should print; None where the page does not say."""

    commands: str
    prints: str | None


def blocks(page: Path, language: str) -> list[str]:
    """Return the blocks of a language, in order."""
    return [text for name, text in _BLOCK.findall(page.read_text()) if name == language]


def steps(page: Path) -> list[Step]:
    """Return what a page tells to run, in order."""
    found = _BLOCK.findall(page.read_text())
    return [
        Step(commands=text, prints=after[1] if after[0] == "text" else None)
        for (name, text), after in zip(found, [*found[1:], ("", "")], strict=True)
        if name == "sh"
    ]


def run(page: Path, folder: Path) -> list[tuple[Step, str]]:
    """Run all steps of a page in one shell; return what each of them printed."""
    told = steps(page)
    marker = "--- end of a step ---"
    script = "exec 2>&1\n" + "".join(f"{step.commands}echo '{marker}'\n" for step in told)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ("bash", "-c", script),
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=300,
    )
    printed = done.stdout.split(f"{marker}\n")
    return list(zip(told, printed, strict=False))


def matches(told: str, printed: str) -> bool:
    """Return whether what was printed is what the page tells."""
    lines = (
        r"(?:.*\n)*"
        if line == "..."
        else ".*".join(re.escape(part) for part in line.split("...")) + r"\n"
        for line in told.splitlines()
    )
    return re.fullmatch("".join(lines), printed) is not None
