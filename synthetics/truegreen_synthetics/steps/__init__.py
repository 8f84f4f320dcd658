"""Step types: what a step of a journey can do, one module each; `STEP_TYPES` lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_synthetics.steps.browser import BROWSER
from truegreen_synthetics.steps.dns import DNS
from truegreen_synthetics.steps.http import HTTP
from truegreen_synthetics.steps.smtp import SMTP
from truegreen_synthetics.steps.sql import SQL
from truegreen_synthetics.steps.tcp import TCP

if TYPE_CHECKING:
    from truegreen_definitions.plan import Action
    from truegreen_synthetics.steps.step_type import CompiledAction, Kit, StepType

__all__ = ["STEP_TYPES", "compile_action"]

STEP_TYPES: tuple[StepType, ...] = (HTTP, SQL, TCP, DNS, SMTP, BROWSER)


def compile_action(action: Action, kit: Kit) -> CompiledAction:
    """Return what a step or cleanup does, ready to be done.

    Raises:
        ValueError: Something of it cannot be read.
    """
    found = next(one for one in STEP_TYPES if one.kind == action.kind)
    return found.compile(action, kit)
