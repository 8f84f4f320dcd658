"""Who can be accountable: teams and vendors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003  pydantic reads the annotations when plan.json is loaded
from typing import Literal

from truegreen_definitions.plan.origin import Origin  # noqa: TC001  pydantic reads the annotations

__all__ = ["Escalation", "Receiver", "Team", "Vendor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where alerts are sent; what is empty is no way. Secrets are in files of Alertmanager's.

    Attributes:
        webhook: URL.
        email: Address.
        slack_channel: Channel of Slack.
        slack_url_file: File that holds the URL of its webhook.
        pagerduty_key_file: File that holds an integration key.
        opsgenie_key_file: File that holds an API key.
    """

    webhook: str = ""
    email: str = ""
    slack_channel: str = ""
    slack_url_file: str = ""
    pagerduty_key_file: str = ""
    opsgenie_key_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who is told of a team's alerts of a severity when one fires for so long."""

    severity: Literal["page", "ticket"]
    after_seconds: int
    team: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who can be accountable, and where their alerts go.

    Attributes:
        page: Receives alerts of severity `page`; None for nobody.
        ticket: Receives alerts of severity `ticket`; None for nobody.
        hours: Calendar in which it gets its tickets; empty for always.
        escalations: Who is told when its alerts go on, by severity.
    """

    name: str
    title: str
    contact: str
    page: Receiver | None
    ticket: Receiver | None
    origin: Origin
    hours: str = ""
    escalations: tuple[Escalation, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether it is told of anything at all."""
        return self.page is not None or self.ticket is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """A company that is accountable for steps.

    Attributes:
        renewal: Day on which its contract renews; None if not said.
        notice_until: Last day of notice; None if not said.
    """

    name: str
    title: str
    contact: str
    origin: Origin
    renewal: date | None = None
    notice_until: date | None = None
