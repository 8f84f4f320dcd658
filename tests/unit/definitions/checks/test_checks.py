"""Checks: every one is registered, has a manual page whose examples hold, and a golden case."""

from __future__ import annotations

import re
import textwrap
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions import checks
from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.checks import CHECKS

if TYPE_CHECKING:
    from types import ModuleType

    from truegreen_definitions.checks.check import Check
    from truegreen_definitions.problems import Problem

BROKEN = Path(__file__).parents[3] / "golden" / "definitions" / "broken"
MODULES = {
    module.name: import_module(f"{checks.__name__}.{module.name}")
    for module in iter_modules(checks.__path__)
    if module.name != "check"
}


def _example(module: ModuleType, title: str) -> str:
    """Return the YAML that stands indented below a title in a module's docstring."""
    found = re.search(rf"^{title}:\n((?:    .*\n|\n)+)", f"{module.__doc__}\n", re.MULTILINE)
    assert found, f"{module.__name__} has no example after `{title}:`"
    return textwrap.dedent(found[1]).strip() + "\n"


def _run(check: Check, text: str) -> list[Problem]:
    file = SourceFile(path="a.yaml", shown="a.yaml", data=text.encode())
    catalog, problems = build_catalog([file])
    assert problems == (), "an example is valid but for what the check finds"
    return list(check.run(catalog))


@pytest.mark.parametrize("name", MODULES)
def test_the_manual_page_holds(name: str) -> None:
    """The example that passes has no problem of the check, the one that fails has one."""
    check: Check = MODULES[name].CHECK
    assert _run(check, _example(MODULES[name], "Passes")) == []
    found = _run(check, _example(MODULES[name], "Fails"))
    assert found
    assert {problem.id for problem in found} <= set(check.ids)


def test_every_module_is_registered() -> None:
    """A check is a module and a line in the tuple; none has only one of them."""
    assert sorted(map(id, CHECKS)) == sorted(id(module.CHECK) for module in MODULES.values())


def test_every_id_has_a_page_and_a_case() -> None:
    """The id of every problem is named in its check's manual page and has a golden case."""
    shown = "".join(path.read_text() for path in BROKEN.glob("*/README.md"))
    for name, module in MODULES.items():
        for problem_id in module.CHECK.ids:
            assert f"`{problem_id}`" in module.__doc__, name
            assert f"`{problem_id}`" in shown
