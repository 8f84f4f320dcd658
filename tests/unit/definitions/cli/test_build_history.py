"""Whatever was built and edited before, a build leaves what a clean one would."""

from __future__ import annotations

import argparse
import functools
import shutil
import tempfile
from pathlib import Path

import companies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from truegreen_definitions.building.manifest import MANIFEST
from truegreen_definitions.cli.build import BUILD
from truegreen_definitions.cli.command import ExitCode

SLA = """
  slas:
    - name: availability
      indicator: {kind: promql, good: 'asked_total{code!~"5.."}', total: asked_total}
      objective: OBJECTIVE
      window: 30d
"""
STATES = st.tuples(
    st.sampled_from(["99%", "99.9%"]),  # the objective
    st.booleans(),  # whether there is a second service
    st.sampled_from(["", "4f2a9c1"]),  # the revision
)
State = tuple[str, bool, str]
EDITS = st.sampled_from(["none", "append", "remove", "swap", "list"])


def define(folder: Path, state: State) -> None:
    """Write the definitions of a state, and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    objective, second, _ = state
    service = companies.SERVICE + SLA.lstrip("\n").replace("OBJECTIVE", objective)
    for file in companies.files(shop=service):
        (folder / file.path).write_bytes(file.data)
    if second:
        text = (folder / "shop.yaml").read_text().replace("name: shop,", "name: stall,")
        (folder / "stall.yaml").write_text(text)


def build(definitions: Path, out: Path, state: State, *more: str) -> ExitCode:
    """Run the command."""
    parser = argparse.ArgumentParser()
    BUILD.configure(parser)
    words = [str(definitions), "-o", str(out), "--revision", state[2], *more]
    return BUILD.run(parser.parse_args(words))


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder by its path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@functools.cache
def clean(state: State) -> dict[str, bytes]:
    """Return what a build into an empty folder writes."""
    with tempfile.TemporaryDirectory() as folder:
        define(Path(folder) / "definitions", state)
        assert build(Path(folder) / "definitions", Path(folder) / "out", state) is ExitCode.CLEAN
        return tree(Path(folder) / "out")


def edit(out: Path, how: str) -> None:
    """Do by hand what nobody should."""
    plan, rules = out / "plan.json", out / "prometheus/rules/shop.yml"
    if how == "append":
        plan.write_text(plan.read_text() + " ")
    elif how == "remove":
        rules.unlink()
    elif how == "swap":
        plan.write_text(rules.read_text())
    elif how == "list":
        (out / MANIFEST).unlink()


@settings(deadline=None, max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(STATES, EDITS), min_size=1, max_size=4))
def test_any_history_ends_like_a_clean_build(steps: list[tuple[State, str]]) -> None:
    """After any edits of definitions and outputs, the bytes are those of a build from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        definitions, out = Path(folder) / "definitions", Path(folder) / "out"
        for state, how in steps:
            define(definitions, state)
            assert build(definitions, out, state) is ExitCode.CLEAN
            assert tree(out) == clean(state)
            assert build(definitions, out, state, "--check") is ExitCode.CLEAN
            edit(out, how)
            if how == "list":  # nobody owns the files any more: they are taken over when equal
                assert build(definitions, out, state) is ExitCode.CLEAN
                assert tree(out) == clean(state)
        assert build(definitions, out, state) is ExitCode.CLEAN
        assert tree(out) == clean(state)
