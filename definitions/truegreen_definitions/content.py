"""Where the YAML that travels with Truegreen lies: the indicator library and the example company.

In a wheel it lies inside this package; in a checkout it is the folder beside it. Wheels are
unpacked when they are installed, so a path is all it takes.
"""

from __future__ import annotations

import os

from truegreen_definitions.errors import InvariantError

TYPE_CHECKING = False  # `typing` and `pathlib` take longer to import than all of this to run
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

__all__ = ["content_folder", "content_path"]


def content_folder(name: Literal["library", "acme", "offers"]) -> Path:
    """Return the folder of definitions of that name; see `content_path`."""
    from pathlib import Path

    return Path(content_path(name))


def content_path(name: Literal["library", "acme", "offers"]) -> str:
    """Return the path of the folder of definitions of that name.

    Raises:
        InvariantError: It is in neither place: the installation is broken.
    """
    package = os.path.dirname(os.path.abspath(__file__))
    for parent in (os.path.join(package, "content"), os.path.dirname(package)):
        folder = os.path.join(parent, name)
        if os.path.isdir(folder):
            return folder
    raise InvariantError(f"the definitions of {name!r} are missing from the installation")
