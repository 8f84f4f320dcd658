"""The page's own files, read once from the package."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePosixPath

__all__ = ["Asset", "assets", "media_type"]

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file: its media type and its bytes."""

    kind: str
    body: bytes


def media_type(path: str) -> str:
    """Return the media type of a page's file by the end of its name.

    Raises:
        KeyError: It is none that a page has.
    """
    return _KINDS[PurePosixPath(path).suffix]


def assets() -> dict[str, Asset]:
    """Return the files by their path below `page/`, those of a known type alone."""
    found: dict[str, Asset] = {}
    folders = [("", files("truegreen_dashboards") / "page")]
    while folders:
        prefix, folder = folders.pop()
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            kind = _KINDS.get(PurePosixPath(path).suffix)
            if entry.is_dir():
                folders.append((f"{path}/", entry))
            elif kind is not None:
                found[path] = Asset(kind, entry.read_bytes())
    return found
