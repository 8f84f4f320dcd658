"""Step types: what a step of a journey can do, one module each; `STEP_TYPES` lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_synthetics.steps.http import HTTP

if TYPE_CHECKING:
    from truegreen_definitions.plan import Action
    from truegreen_synthetics.steps.step_type import CompiledAction, Kit, StepType

__all__ = ["STEP_TYPES", "compile_action"]

STEP_TYPES: tuple[StepType, ...] = (HTTP,)


def compile_action(action: Action, kit: Kit) -> CompiledAction:
    """Return what a step or cleanup does, ready to be done.

    Raises:
        ValueError: Something of it cannot be read.
    """
    found = next(one for one in STEP_TYPES if one.kind == action.kind)
    return found.compile(action, kit)
