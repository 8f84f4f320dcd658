"""The list of files that builds wrote into a folder: `.truegreen.json`.

It says whose the files are: path to the SHA-256 of what a build wrote there, or of all that it may
have written when it was cut short. And it says what they were made from, so that a build with
nothing to do can tell. Paths, content and words of it are the same on every machine.
"""

from __future__ import annotations

import json
import os

from truegreen_definitions.errors import TerminalError

TYPE_CHECKING = False  # `typing` and `pathlib` take longer to import than all of this to run
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MANIFEST", "Manifest", "manifest_text", "read_manifest"]

MANIFEST = ".truegreen.json"
MANIFEST_FORMAT = 2
_KNOWN_FORMATS = (1, 2)  # the first had no inputs


class Manifest:
    """What builds left in a folder.

    Attributes:
        files: Path below the folder to the digests of all that a build may have written there.
        inputs: Digest of what the files were made from; empty when that cannot be said.
        problems: The problems of the definitions in words, such as `2 warnings`.
        since: The first day on which they are these, as an ISO date; empty for ever.
        until: The first day on which they may be others; empty for never.
    """

    __slots__ = ("files", "inputs", "problems", "since", "until")

    def __init__(
        self,
        files: Mapping[str, frozenset[str]],
        inputs: str = "",
        problems: str = "",
        same: tuple[str, str] = ("", ""),
    ) -> None:
        self.files = files
        self.inputs = inputs
        self.problems = problems
        self.since, self.until = same

    def holds_on(self, day: str) -> bool:
        """Return whether the problems are these on a day, an ISO date."""
        return self.since <= day and (not self.until or day < self.until)


def manifest_text(manifest: Manifest) -> str:
    """Return the list as it is written."""
    content = {
        "format": MANIFEST_FORMAT,
        "files": {path: sorted(digests) for path, digests in manifest.files.items()},
        "inputs": manifest.inputs,
        "problems": manifest.problems,
        "since": manifest.since,
        "until": manifest.until,
    }
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def read_manifest(folder: str) -> Manifest:
    """Return the list of a folder; an empty one where no build was.

    Raises:
        TerminalError: There is one, but it cannot be read, or it is none that we wrote.
    """
    path = os.path.join(folder, MANIFEST)
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read())
    except (FileNotFoundError, NotADirectoryError):
        return Manifest({})
    except OSError as error:
        raise TerminalError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _foreign(path) from error
    if not _is_ours(found):
        raise _foreign(path)
    files = {name: frozenset(digests) for name, digests in found["files"].items()}
    same = found.get("since", ""), found.get("until", "")
    return Manifest(files, found.get("inputs", ""), found.get("problems", ""), same)


def _is_ours(found: object) -> bool:
    if not isinstance(found, dict) or found.get("format") not in _KNOWN_FORMATS:
        return False
    words = {name: value for name, value in found.items() if name not in {"format", "files"}}
    files = found.get("files")
    return (
        type(found["format"]) is int
        and words.keys() <= {"inputs", "problems", "since", "until"}
        and all(isinstance(value, str) for value in words.values())
        and isinstance(files, dict)
        and all(_is_below(name) and _is_words(digests) for name, digests in files.items())
    )


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_below(name: str) -> bool:
    """Return whether a path is plain and leads nowhere but below the folder."""
    parts = name.split("/")
    return name.isprintable() and all(part not in {"", ".", ".."} for part in parts)


def _foreign(path: str) -> TerminalError:
    return TerminalError(
        f"{path} is no list of files that this version wrote: build into an empty folder, "
        "or remove it together with the files of old builds"
    )
