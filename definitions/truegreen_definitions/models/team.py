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

import re
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, ConfigDict, WithJsonSchema, model_validator

from truegreen_definitions.models.base import Header, Model
from truegreen_definitions.models.shapes import pattern
from truegreen_definitions.models.values import Name, PositiveDuration, Text, Url, bad_value

__all__ = ["Escalation", "Escalations", "KeyFile", "Receiver", "Slack", "Team", "TeamSpec"]

_FILE = r"/[^\s{}]*"
_EMAIL = r"[^\s@]+@[^\s@]+"
_WAYS = ("webhook", "email", "slack", "pagerduty", "opsgenie")


def _file(text: str) -> str:
    if not re.fullmatch(_FILE, text):
        bad_value(f"{text!r} is no absolute path", "write where Alertmanager finds the file")
    return text


def _email(text: str) -> str:
    if not re.fullmatch(_EMAIL, text):
        bad_value(f"{text!r} is no address", "write it as name@example.org")
    return text


SecretFile: TypeAlias = Annotated[
    Text,
    AfterValidator(_file),
    WithJsonSchema(
        pattern("Secret file", "Where Alertmanager reads a secret.", _FILE, "/etc/keys/pagerduty")
    ),
]
Email: TypeAlias = Annotated[
    Text,
    AfterValidator(_email),
    WithJsonSchema(pattern("Address", "An e-mail address.", _EMAIL, "shop@acme.example")),
]


class Slack(Model):
    """A channel of Slack.

    Attributes:
        channel: Its name, such as `#shop`.
        url_file: File on Alertmanager's machine that holds the webhook's URL, which is a secret.
    """

    channel: Text
    url_file: SecretFile


class KeyFile(Model):
    """A service that is told with a key.

    Attributes:
        key_file: File on Alertmanager's machine that holds the key.
    """

    key_file: SecretFile


class Receiver(Model):
    """Where alerts are sent: one way or several.

    Attributes:
        webhook: URL that Alertmanager posts them to.
        email: Address they are mailed to; the Policy says by which server.
        slack: Channel they are posted to.
        pagerduty: PagerDuty service, by its integration key (Events API v2).
        opsgenie: Opsgenie integration, by its API key.
    """

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [way]} for way in _WAYS]})

    webhook: Url | None = None
    email: Email | None = None
    slack: Slack | None = None
    pagerduty: KeyFile | None = None
    opsgenie: KeyFile | None = None

    @model_validator(mode="after")
    def _one_way_at_least(self) -> "Receiver":
        if all(getattr(self, way) is None for way in _WAYS):
            bad_value("it says no way to tell anybody", f"write one of {', '.join(_WAYS)}")
        return self


class Escalation(Model):
    """Who is told when an alert goes on for too long.

    Attributes:
        after: How long it has to fire without a pause.
        team: Team that is told then, in the way it is told of such alerts.
    """

    after: PositiveDuration
    team: Name


class Escalations(Model):
    """Who is told of alerts that go on, by their severity.

    Attributes:
        page: Of alerts that need a person now.
        ticket: Of alerts that can wait.
    """

    page: Escalation | None = None
    ticket: Escalation | None = None


class TeamSpec(Model):
    """What a team is made of.

    Attributes:
        contact: How people reach it.
        page: Receives alerts that need a person now.
        ticket: Receives alerts that can wait.
        hours: Calendar in which the team works, and gets its tickets.
        escalate: Who is told of its alerts when they go on.
    """

    contact: Text
    page: Receiver | None = None
    ticket: Receiver | None = None
    hours: Name | None = None
    escalate: Escalations | None = None


class Team(Header):
    """People who can be accountable, and where their alerts go."""

    kind: Literal["Team"]
    spec: TeamSpec
