"""Whether there is anything to build, told by digests alone."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.artifacts import Artifact
from truegreen_definitions.building.folder import build_into
from truegreen_definitions.building.freshness import SHAPING, inputs_digest, is_as_built
from truegreen_definitions.building.manifest import read_manifest

if TYPE_CHECKING:
    from pathlib import Path

FILE = ("a.yaml", "definitions/a.yaml", b"kind: Team", "")
VERSIONS = (("pydantic", "2.0"), ("ruff", "1.0"))


def digest(
    *files: tuple[str, str, bytes, str],
    packages: tuple[str, ...] = (),
    versions: tuple[tuple[str, str], ...] = VERSIONS,
    arguments: tuple[str, ...] = ("",),
) -> str:
    """Return the digest of inputs that are plain unless told."""
    return inputs_digest(
        files or (FILE,), packages=packages, versions=versions, arguments=arguments
    )


def test_every_input_counts() -> None:
    """A file's path, bytes or fault, an argument, a version: each gives another digest."""
    path, shown, data, fault = FILE
    others = [
        digest((path, shown, b"kind: Vendor", fault)),
        digest(("b.yaml", shown, data, fault)),
        digest((path, "<library>/a.yaml", data, fault)),
        digest((path, shown, data, "cannot be read")),
        digest(FILE, FILE),
        digest(arguments=("4f2a9c1",)),
        digest(versions=(("pydantic", "2.1"),)),
        digest(packages=("truegreen_definitions",)),
    ]
    assert len({digest(), *others}) == 1 + len(others)


def test_what_shapes_nothing_does_not_count() -> None:
    """The name a user gives the folder, and tools that are installed beside, change nothing."""
    path, _, data, fault = FILE
    assert digest((path, "elsewhere/a.yaml", data, fault)) == digest()
    assert digest(versions=(*VERSIONS[:1], ("ruff", "2.0"))) == digest()


def test_the_code_that_emits_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of the code, or of YAML it reads, is told without importing it."""
    package = tmp_path / "odd_emitter"
    (package / "data").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path)
    seen = set()
    for name, text in (("__init__.py", "raise"), ("__init__.py", "1"), ("data/x.yaml", "a: 1")):
        (package / name).write_text(text)
        seen.add(digest(packages=("odd_emitter",)))
    (package / "notes.md").write_text("no code")
    assert digest(packages=("odd_emitter",)) in seen
    assert len(seen) == 3


ARTIFACTS = (Artifact("rules/a.yml", "a"), Artifact("plan.json", "1"))


def test_a_folder_as_built(tmp_path: Path) -> None:
    """From the same inputs, with nothing touched, there is nothing to do."""
    build_into(tmp_path, ARTIFACTS, inputs="1")
    manifest = read_manifest(str(tmp_path))
    assert is_as_built(str(tmp_path), manifest, "1")
    assert not is_as_built(str(tmp_path), manifest, "2")


@pytest.mark.parametrize("change", ["edit", "remove", "link", "folder"])
def test_a_touched_output_is_noticed(change: str, tmp_path: Path) -> None:
    """An artefact that was edited, removed or replaced has to be made again."""
    build_into(tmp_path, ARTIFACTS, inputs="1")
    plan = tmp_path / "plan.json"
    plan.unlink()
    if change == "edit":
        plan.write_text("2")
    elif change == "link":
        (tmp_path / "elsewhere").write_text("1")
        plan.symlink_to(tmp_path / "elsewhere")
    elif change == "folder":
        plan.mkdir()
    assert not is_as_built(str(tmp_path), read_manifest(str(tmp_path)), "1")


def test_a_folder_without_known_inputs_is_never_as_built(tmp_path: Path) -> None:
    """Neither a folder of an older version nor one where no build was can be told."""
    build_into(tmp_path, ARTIFACTS)
    assert not is_as_built(str(tmp_path), read_manifest(str(tmp_path)), "")
    assert not is_as_built(str(tmp_path / "none"), read_manifest(str(tmp_path / "none")), "1")


def test_every_package_that_a_build_loads_is_known(root: Path, tmp_path: Path) -> None:
    """No third-party code runs in a build without its version being part of the digest."""
    script = (
        "import json, sys\nfrom truegreen_definitions.cli.app import main\n"
        "main(sys.argv[1:])\n"
        "json.dump([n for n, m in sys.modules.items() if m is not None and '.' not in n],"
        " open(sys.argv[-1] + '/modules', 'w'))"
    )
    (tmp_path / "out").mkdir()
    build = ["build", str(root / "definitions" / "acme"), "-o", str(tmp_path / "out")]
    subprocess.run([sys.executable, "-c", script, *build], check=True, capture_output=True)
    loaded = json.loads((tmp_path / "out" / "modules").read_text())
    known = metadata.packages_distributions()
    used = {name for module in loaded for name in known.get(module, ())}
    names = {name.replace("-", "_").replace(".", "_").lower() for name in used}
    assert "pydantic" in names
    # A virtual environment of Python 3.11 loads a hook of its setuptools at every start.
    assert names - {"setuptools"} <= {*SHAPING, "truegreen"}
