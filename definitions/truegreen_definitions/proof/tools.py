"""The programs a proof needs, and whether they are the right ones for the declared server."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.errors import UsageError
from truegreen_definitions.proof.promtool import version_of

if TYPE_CHECKING:
    from truegreen_definitions.plan import Policy

__all__ = ["Tools", "found_tools"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Paths of the programs; `amtool` is empty where it is missing."""

    promtool: str
    amtool: str


def found_tools(policy: Policy) -> Tools:
    """Return the programs on the path.

    Raises:
        UsageError: promtool is missing, or counts the ends of a range otherwise than the server
            the rules are made for.
        TerminalError: It does not run.
    """
    promtool = shutil.which("promtool")
    if promtool is None:
        raise UsageError(
            "promtool is missing: it comes with Prometheus (Debian: apt install prometheus)"
        )
    major, minor = version_of(promtool)
    declared = policy.prometheus_version
    if (major >= 3) != (int(declared.partition(".")[0]) >= 3):  # noqa: PLR2004  ranges are left-open since 3
        raise UsageError(
            f"the Policy declares Prometheus {declared} and promtool is {major}.{minor}: ranges "
            "hold other samples in 3.x than in 2.x, so test with the promtool of your server"
        )
    return Tools(promtool=promtool, amtool=shutil.which("amtool") or "")
