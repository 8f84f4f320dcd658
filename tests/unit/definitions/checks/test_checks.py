"""Checks: every one is registered, has a manual page and a golden case."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from truegreen_definitions import checks
from truegreen_definitions.checks import CHECKS, DATED_CHECKS, INVENTORY_CHECKS
from truegreen_definitions.manual import page
from truegreen_definitions.problems import Severity

BROKEN = Path(__file__).parents[3] / "golden" / "definitions" / "broken"
MODULES = {
    module.name: import_module(f"{checks.__name__}.{module.name}")
    for module in iter_modules(checks.__path__)
    if module.name not in {"check", "manual"}
}


def test_every_module_is_registered() -> None:
    """A check is a module and a line in the tuple; none has only one of them."""
    assert sorted(map(id, (*CHECKS, *DATED_CHECKS, *INVENTORY_CHECKS))) == sorted(
        id(module.CHECK) for module in MODULES.values()
    )


def test_every_id_has_a_page_and_a_case() -> None:
    """The id of every problem of a check has a manual page and a golden case."""
    shown = "".join(path.read_text() for path in BROKEN.glob("*/README.md"))
    for module in MODULES.values():
        for problem_id in module.CHECK.ids:
            assert page(problem_id) is not None, problem_id
            assert f"`{problem_id}`" in shown


def test_no_plan_depends_on_what_is_outside() -> None:
    """What a dated check or one of an inventory finds is never an error."""
    for check in (*DATED_CHECKS, *INVENTORY_CHECKS):
        for problem_id in check.ids:
            found = page(problem_id)
            assert found is not None
            assert found.severity is not Severity.ERROR
