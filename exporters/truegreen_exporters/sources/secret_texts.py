"""Texts of a source with `${secret:NAME}` in them: filled in to be used, masked to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.secret_values import Secrets, read_secrets
from truegreen_exporters.sources.rows import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SecretTexts"]

_SECRET = re.compile(r"\$\{secret:([A-Z_][A-Z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class SecretTexts:
    """The secrets of some texts."""

    _secrets: Secrets

    @classmethod
    def of(cls, environment: Mapping[str, str], *texts: str) -> Self:
        """Read the secrets that some texts name.

        Raises:
            SourceError: One has no value; the message names it and never shows a value.
        """
        names = {name for text in texts for name in _SECRET.findall(text)}
        try:
            return cls(read_secrets(names, environment, lambda path: Path(path).read_text("utf-8")))
        except TerminalError as error:
            raise SourceError(str(error)) from error

    def filled(self, text: str) -> str:
        """Return a text with the values of its secrets."""
        return _SECRET.sub(lambda found: self._secrets[found[1]], text)

    def masked(self, text: str) -> str:
        """Return a text in which every secret is `***`."""
        return self._secrets.mask(text)
