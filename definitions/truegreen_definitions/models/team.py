"""Team: people who can be accountable, and where their alerts go.

Example:
    apiVersion: truegreen/v1
    kind: Team
    metadata: {name: checkout-team, title: Checkout team}
    spec:
      contact: checkout@acme.example
      page: {webhook: 'https://pages.acme.example/checkout'}
      ticket: {webhook: 'https://tickets.acme.example/checkout'}
"""

from typing import Literal

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.values import Name, Text, Url

__all__ = ["Receiver", "Team", "TeamSpec"]


class Receiver(Model):
    """Where alerts are sent.

    Attributes:
        webhook: URL that Alertmanager posts them to.
    """

    webhook: Url


class TeamSpec(Model):
    """What a team is made of.

    Attributes:
        contact: How people reach it.
        page: Receives alerts that need a person now.
        ticket: Receives alerts that can wait.
        hours: Calendar in which the team works.
    """

    contact: Text
    page: Receiver | None = None
    ticket: Receiver | None = None
    hours: Name | None = None


class Team(Header):
    """People who can be accountable, and where their alerts go."""

    kind: Literal["Team"]
    spec: TeamSpec
