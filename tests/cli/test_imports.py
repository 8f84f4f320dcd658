"""What a verb imports: the lists are held to, the milliseconds are only printed (`pytest -s`)."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "import sys; from truegreen_definitions.cli.app import main; sys.exit(main(sys.argv[1:]))"

HEAVY = {"locust", "gevent", "duckdb", "grafanalib", "opentelemetry", "prometheus_client"}
LANGUAGE = {"pydantic", "yaml", "promql_parser", "sqlglot"}
SLOW_OF_THE_LIBRARY = {"asyncio", "http.server", "importlib.metadata", "email"}


def imported(cwd: Path, *words: str) -> set[str]:
    """Return every module that a command line imports, packages as well as what is in them."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", MAIN, *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    print(f"{' '.join(words)}: {(time.perf_counter() - start) * 1e3:.0f} ms with the list")
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    names = {line.rpartition("|")[2].strip() for line in lines}
    assert "truegreen_definitions.cli.app" in names
    return names | {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_and_version_need_little_more_than_argparse(word: str, tmp_path: Path) -> None:
    """Neither reads YAML, talks to a server, or asks `importlib.metadata` what is installed."""
    assert not imported(tmp_path, word) & (HEAVY | LANGUAGE | SLOW_OF_THE_LIBRARY)


@pytest.mark.parametrize("word", ["check", "build", "export", "probe", "preview", "report", "demo"])
def test_the_help_of_a_verb_loads_nothing_it_needs_to_run(word: str, tmp_path: Path) -> None:
    """How a verb is used is said before what it does is imported."""
    assert not imported(tmp_path, word, "--help") & (HEAVY | LANGUAGE)


def test_a_check_imports_nothing_that_runs(root: Path, tmp_path: Path) -> None:
    """Checking loads the language and the panel model: no engine, exporter or writer of JSON."""
    names = imported(tmp_path, "check", str(root / "definitions" / "acme"))
    assert names >= {"pydantic", "yaml"}
    assert not names & HEAVY
    ours = {name.partition(".")[0] for name in names if name.startswith("truegreen_")}
    assert ours == {"truegreen_dashboards", "truegreen_definitions"}
    assert "holidays.countries" not in names


def test_a_build_with_nothing_to_do_imports_next_to_nothing(root: Path, tmp_path: Path) -> None:
    """The second build reads files and compares digests; it knows neither YAML nor models."""
    build = ("build", str(root / "definitions" / "acme"), "-o", "out")
    assert imported(tmp_path, *build) >= {"pydantic", "yaml"}
    names = imported(tmp_path, *build)
    slow = {"typing", "pathlib", "dataclasses", "inspect", "shutil", "traceback"}
    assert not names & (HEAVY | LANGUAGE | SLOW_OF_THE_LIBRARY | slow)
    ours = {name for name in names if name.startswith("truegreen_")}
    assert len(ours) <= 15, sorted(ours)
