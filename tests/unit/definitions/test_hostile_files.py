"""Files that nobody wrote in good faith: each is a Problem, in bounded time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

MAX_MEMORY_MIB = 512
MAX_SECONDS = 120  # far more than it takes: a machine may be busy, a hang takes for ever

CHECK = """
import json, sys
from pathlib import Path
from truegreen_definitions.cli.app import main
code = main(["check", "."])
sys.stdout.flush()
# What getrusage says of a child begins with the size of its parent.
status = Path("/proc/self/status").read_text()
print(json.dumps([code, int(status.split("VmHWM:")[1].split()[0])]), file=sys.stderr)
"""

HEAD = b"apiVersion: truegreen/v1\nkind: Team\nmetadata: {name: a}\nspec: {contact: "
BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9)) for n in range(98, 123)
)

FILES: dict[str, tuple[bytes, str]] = {
    "alias-bomb": (BOMB, "yaml/anchor"),
    "merge-bomb": (b"a: &a {<<: *a}\n" * 1_000, "yaml/merge"),
    "deep-flow": (b"[" * 100_000, "yaml/depth"),
    "deep-mappings": (b"{a: " * 100_000, "yaml/depth"),
    "deep-block": (b"".join(b" " * n + b"a:\n" for n in range(2_000)), "yaml/depth"),
    "deep-list": (b"- " * 500_000, "yaml/depth"),
    "latin-1": (HEAD + "é}\n".encode("latin-1"), "yaml/encoding"),
    "utf-16": (HEAD.decode().encode("utf-16"), "yaml/encoding"),
    "nul": (HEAD + b"\0}\n", "yaml/character"),
    "escape": (HEAD + b"\x1b[2J}\n", "yaml/character"),
    "surrogate": (HEAD + b"\xed\xa0\x80}\n", "yaml/encoding"),
    "only-nul": (b"\0" * 100_000, "yaml/character"),
    "documents": (b"---\n" * 1_000_000, "yaml/too-many-nodes"),
    "values": (b"a: [" + b"1," * 1_900_000 + b"]\n", "yaml/too-many-nodes"),
    "directives": (b"%TAG ! tag:x,2000:\n" * 100_000, "yaml/directive"),
    "tags": (HEAD + b"!!python/object/apply:os.system ['true']}\n", "yaml/tag"),
    "huge-number": (b"kind: " + b"9" * 4_000_000 + b"\n", "language/missing-field"),
    "huge-power": (b"kind: " + b"9" * 4_000_000 + b"e\n", "language/missing-field"),
    "huge-zero": (b"kind: " + b"0" * 4_000_000 + b"e5\n", "yaml/ambiguous"),
    "huge-underscore": (b"kind: 1_" + b"1" * 4_000_000 + b"x\n", "language/missing-field"),
    "huge-text": (b"kind: '" + b"x" * 4_000_000 + b"'\n", "language/missing-field"),
    "huge-key": (b"? '" + b"x" * 4_000_000 + b"'\n: 1\n", "language/missing-field"),
    "huge-comment": (b"# " + b"x" * 4_000_000 + b"\n", "yaml/empty"),
    "long-open-quote": (b"a: '" + b"x\n" * 1_000_000, "yaml/syntax"),
    "long-open-flow": (b"a: [" + b"x,\n" * 50_000, "yaml/syntax"),
    "same-key": (b"a: no\n" * 20_000, "yaml/duplicate-key"),
    "complex-keys": (b"? [a, {b: c}]\n: 1\n" * 20_000, "yaml/key"),
    "tabs": (b"a:\n\t" * 100_000, "yaml/tab"),
    "empty": (b"", "yaml/empty"),
    "half": (HEAD[:60], "yaml/syntax"),
    "huge-name": (
        HEAD.replace(b"{name: a}", b"{name: '%s'}" % (b"a" * 1_000_000)) + b"x}\n",
        "language/bad-value",
    ),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str], int, int]:
    """Check a folder with all of them: lines of stdout, lines of stderr, exit code, KiB."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (data, _) in FILES.items():
        (folder / f"{name}.yaml").write_bytes(data)
    with (folder / "sparse.yaml").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    (folder / "large.yaml").write_bytes(b"# much to read\n" * 7_000_000)
    os.mkfifo(folder / "pipe.yaml")
    (folder / "folder.yaml").mkdir()
    (folder / "folder.yaml" / "up.yaml").symlink_to(folder, target_is_directory=True)
    (folder / "around.yaml").symlink_to(folder / "around.yaml")
    (folder / "device.yaml").symlink_to("/dev/zero")
    odd = os.fsencode(folder) + b"/odd-\xff-\x1b[1m.yaml"
    with open(odd, "wb") as file:  # noqa: PTH123  a path of bytes
        file.write(b"x")
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=MAX_SECONDS,
    )
    said = done.stderr.decode().splitlines()
    code, memory = json.loads(said.pop())
    return done.stdout.decode().splitlines(), said, code, memory


def test_all_of_it_ends_in_problems(found: tuple[list[str], list[str], int, int]) -> None:
    """A folder full of traps is refused with exit code 1, without a traceback."""
    _, said, code, _ = found
    assert code == 1
    assert len(said) == 1
    assert "errors" in said[0]


def test_memory_is_bounded(found: tuple[list[str], list[str], int, int]) -> None:
    """Two files of 100 MB and all the bombs together stay below 512 MiB."""
    assert found[3] < MAX_MEMORY_MIB * 1024


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_told_by_its_fault(
    name: str, found: tuple[list[str], list[str], int, int]
) -> None:
    """The problem that was foreseen is among those of the file."""
    told = [line for line in found[0] if line.startswith(f"{name}.yaml:")]
    assert any(line.endswith(f"[{FILES[name][1]}]") for line in told), told[:5]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("sparse.yaml", "[yaml/too-large]"),
        ("large.yaml", "[yaml/too-large]"),
        ("pipe.yaml", "this is no regular file [file/unreadable]"),
        ("device.yaml", "this is no regular file [file/unreadable]"),
        ("around.yaml", "too many levels of symbolic links [file/unreadable]"),
        ("odd-�-�[1m.yaml", ""),
    ],
)
def test_what_is_no_plain_file_is_told(
    name: str, problem: str, found: tuple[list[str], list[str], int, int]
) -> None:
    """Large and sparse files, pipes, devices, loops and odd names keep nobody waiting."""
    told = [line for line in found[0] if line.startswith(f"{name}:1:1: error: ")]
    assert any(line.endswith(problem) for line in told)


def test_no_line_holds_a_control_character(
    found: tuple[list[str], list[str], int, int],
) -> None:
    """Nothing of a file or its name reaches the terminal as a command."""
    assert all(line.isprintable() or "\t" in line for line in found[0])
