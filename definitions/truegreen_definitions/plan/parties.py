"""Who can be accountable: teams and vendors."""

from __future__ import annotations

from dataclasses import dataclass

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["Team", "Vendor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who can be accountable, and where their alerts go.

    Attributes:
        page: Webhook URL for alerts of severity `page`; empty for none.
        ticket: Webhook URL for alerts of severity `ticket`; empty for none.
    """

    name: str
    title: str
    contact: str
    page: str
    ticket: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A company that is accountable for steps."""

    name: str
    title: str
    contact: str
    origin: Origin
