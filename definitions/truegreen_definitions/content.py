"""Where the YAML that travels with Truegreen lies: the indicator library and the example company.

In a wheel it lies inside this package; in a checkout it is the folder beside it.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Literal

from truegreen_definitions.errors import InvariantError

__all__ = ["content_folder"]


def content_folder(name: Literal["library", "acme"]) -> Path:
    """Return the folder of definitions of that name.

    Raises:
        InvariantError: It is in neither place: the installation is broken.
    """
    package = Path(str(resources.files("truegreen_definitions")))
    for folder in (package / "content" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise InvariantError(f"the definitions of {name!r} are missing from the installation")
