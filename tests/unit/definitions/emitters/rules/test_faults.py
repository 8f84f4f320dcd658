"""The faults of the torture campaign fit the rules as they are now."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from truegreen_definitions.emitters import rules

if TYPE_CHECKING:
    from types import ModuleType

RULES = Path(rules.__file__).parent


def _faults(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults", root / "tests/torture/faults.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["faults"] = module
    spec.loader.exec_module(module)
    return module


def test_every_fault_can_be_planted(root: Path) -> None:
    """The text that a fault changes stands in its module, and every module has a fault."""
    faults = _faults(root)
    texts = {path.stem: path.read_text(encoding="utf-8") for path in RULES.glob("*.py")}
    assert [one for one in faults.FAULTS if one.old not in texts[one.module]] == []
    assert texts.keys() - {one.module for one in faults.FAULTS} == faults.UNJUDGED
    assert len(faults.FAULTS) > 100
