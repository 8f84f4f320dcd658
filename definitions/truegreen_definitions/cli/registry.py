"""What other rooms add: commands and emitters, found by entry point.

Imports point one way, so this package cannot name the exporter, the probe or the boards. They
announce themselves in pyproject.toml under `truegreen.commands` and `truegreen.emitters`.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from truegreen_definitions.errors import TerminalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.artifacts import Emitter
    from truegreen_definitions.cli.command import Command

__all__ = ["found_commands", "found_emitters"]


def found_commands() -> tuple[Command, ...]:
    """Return the commands of the other rooms, by name.

    Raises:
        TerminalError: One is announced and cannot be loaded.
    """
    return tuple(cast("Command", found) for found in _load("truegreen.commands"))


def found_emitters() -> tuple[Emitter, ...]:
    """Return the emitters of the other rooms, by name.

    Raises:
        TerminalError: One is announced and cannot be loaded.
    """
    return tuple(cast("Emitter", found) for found in _load("truegreen.emitters"))


def _load(group: str) -> Iterator[object]:
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            yield point.load()
        except (ImportError, AttributeError) as error:
            package = point.dist.name if point.dist else "an unknown package"
            raise TerminalError(
                f"{point.value} of {package} cannot be loaded: {error}; "
                "install that package again, or remove it"
            ) from error
