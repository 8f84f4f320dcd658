"""What other rooms add: commands and emitters, found by entry point.

Imports point one way, so this package cannot name the exporter, the probe or the boards. They
announce themselves in pyproject.toml under `truegreen.commands` and `truegreen.emitters`.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from truegreen_definitions.artifacts import Emitter
    from truegreen_definitions.cli.command import Command

__all__ = ["found_commands", "found_emitters"]


def found_commands() -> tuple[Command, ...]:
    """Return the commands of the other rooms, by name."""
    found = sorted(entry_points(group="truegreen.commands"), key=lambda point: point.name)
    return tuple(cast("Command", point.load()) for point in found)  # an entry point is untyped


def found_emitters() -> tuple[Emitter, ...]:
    """Return the emitters of the other rooms, by name."""
    found = sorted(entry_points(group="truegreen.emitters"), key=lambda point: point.name)
    return tuple(cast("Emitter", point.load()) for point in found)  # an entry point is untyped
