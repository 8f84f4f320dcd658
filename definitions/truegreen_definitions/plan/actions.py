"""What a step of a journey does, one type for each way to ask a system for something.

Texts may hold `${name}` templates, which the probe fills in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Action", "Request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; path, header values and JSON text may hold `${name}` templates.

    Attributes:
        json: Body as JSON text with sorted keys; empty for no body.
        headers: (name, value) pairs, sorted.
        redirects: How many redirects it follows.
    """

    kind: Literal["http"] = "http"
    method: str
    path: str
    json: str
    headers: tuple[tuple[str, str], ...]
    redirects: int = 0

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.path, self.json, *(value for _, value in self.headers))

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return f"{self.method} {self.path}"


Action: TypeAlias = Request
