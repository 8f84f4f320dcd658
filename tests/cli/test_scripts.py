"""Command lines as scripts: files, a command, and exactly what it prints and ends with.

A script in `scripts/` is text in sections. `-- PATH --` is a file in the empty folder the command
runs in; `-- command --` is the command after `truegreen`; `-- exit --`, `-- stdout --` and
`-- stderr --` are what is expected. What stands before the first section says why the script
exists. `UPDATE_GOLDEN=1` writes the expectations anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
SECTION = re.compile(r"^-- (.+) --\n", re.MULTILINE)
EXPECTED = ("exit", "stdout", "stderr")


def _sections(text: str) -> dict[str, str]:
    why, *parts = SECTION.split(text)
    assert why.strip(), "a script says why it exists"
    return {"why": why} | dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(script: Path, tmp_path: Path) -> None:
    """The command prints what its script says, and ends as it says."""
    sections = _sections(script.read_text())
    for name, content in sections.items():
        if name not in {"why", "command", *EXPECTED}:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
    command = (sys.executable, "-m", "truegreen_definitions.cli.app")
    done = subprocess.run(
        (*command, *shlex.split(sections["command"])),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "COLUMNS": "100"},
    )
    found = {"exit": f"{done.returncode}\n", "stdout": done.stdout, "stderr": done.stderr}
    if os.environ.get("UPDATE_GOLDEN"):
        kept = {name: text for name, text in sections.items() if name not in {"why", *EXPECTED}}
        written = "".join(f"-- {name} --\n{text}" for name, text in (kept | found).items())
        script.write_text(sections["why"] + written)
    assert found == {name: sections.get(name, "") for name in EXPECTED}


def test_there_are_scripts() -> None:
    """The folder is not empty by accident."""
    assert len(SCRIPTS) >= 8
