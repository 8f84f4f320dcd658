"""What every test may ask for: binaries, the example company's plan, and the real data."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postgres_server import Postgres

    from truegreen_definitions.plan import Plan

ROOT = Path(__file__).resolve().parent.parent

# Machines are shared: how long one example takes says nothing about the code.
settings.register_profile("shared-machine", deadline=None)
settings.load_profile("shared-machine")


@pytest.fixture(autouse=True)
def _logs_are_nobodys() -> Iterator[None]:
    """Undo what a verb that ran in this process said about logs."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Finds a binary; skips the test where it is missing, fails it under CI=true."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None and os.environ.get("CI") == "true":
            pytest.fail(f"{name} is missing: `make tools` installs it")
        if path is None:
            pytest.skip(f"{name} is missing: `make tools` installs it")
        return path

    return find


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own; skips the test where it is missing, fails it under CI=true."""
    from postgres_server import bin_folder, started

    programs = bin_folder()
    if programs is None and os.environ.get("CI") == "true":
        pytest.fail("PostgreSQL is missing: `make tools` installs it")
    if programs is None:
        pytest.skip("PostgreSQL is missing: `make tools` installs it")
    with started(programs) as server:
        yield server


@pytest.fixture(scope="session")
def acme_plan() -> Plan:
    """The example company, compiled."""
    from truegreen_definitions.compiler import compile_folder

    compiled = compile_folder(ROOT / "definitions" / "acme")
    assert compiled.plan is not None, compiled.problems
    return compiled.plan


@pytest.fixture(scope="session")
def offline_plan(acme_plan: Plan) -> Plan:
    """The example company without the sources that ask a server, which a test may not run."""
    kept = tuple(one for one in acme_plan.sources if one.read.format != "prometheus")
    return replace(acme_plan, sources=kept)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data sets beside the checkout; skips where they are missing."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real data sets are not beside the checkout")
    return folder
