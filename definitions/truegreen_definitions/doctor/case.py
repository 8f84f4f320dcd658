"""The case a doctor is given: a plan, a build folder, and where everything should be."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["Case", "Place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server should be.

    Attributes:
        url: Base URL, without a last `/`; empty for none.
        asked: Whether somebody named it: then it has to answer.
    """

    url: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What to look at.

    Attributes:
        build: The build folder.
        plan: The file of its plan.
        loaded: Its plan; None where there is none that can be read.
        data: Where the sources' files are.
        state: The exporter's state file, if it was named.
        now: Unix seconds.
    """

    build: Path
    plan: Path
    loaded: LoadedPlan | None
    prometheus: Place
    alertmanager: Place
    exporter: Place
    probe: Place
    collector: Place
    data: Path | None
    state: Path | None
    environment: Mapping[str, str] = field(repr=False)
    now: float

    @property
    def export_command(self) -> str:
        """What starts the exporter on what the doctor was shown."""
        files = {"--plan": self.plan, "--data": self.data, "--state": self.state}
        named = [word for flag, path in files.items() if path for word in (flag, str(path))]
        return shlex.join(("truegreen", "export", *named))

    @property
    def probe_command(self) -> str:
        """What starts the probe on the plan."""
        return shlex.join(("truegreen", "probe", "--plan", str(self.plan)))
