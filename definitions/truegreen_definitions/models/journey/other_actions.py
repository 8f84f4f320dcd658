"""What a step asks for that is not HTTP: a database, a port, a name, a mail server."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.auth import SecretText
from truegreen_definitions.models.journey.scalars import RegularExpression
from truegreen_definitions.models.shapes import pattern
from truegreen_definitions.models.values import Boolean, Text, Variable, bad_value

__all__ = ["DnsQuery", "SmtpDialogue", "SqlQuery", "TcpExchange"]

_ADDRESS = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}"


def _address(text: str) -> str:
    port = text.rpartition(":")[2]
    if not re.fullmatch(_ADDRESS, text) or not 1 <= int(port) <= 65_535:  # noqa: PLR2004  TCP's own
        bad_value(f"{text!r} is no address", "write HOST:PORT, such as mail.example.org:25")
    return text


Address: TypeAlias = Annotated[
    Text,
    AfterValidator(_address),
    WithJsonSchema(pattern("Address", "Host and port.", _ADDRESS, "mail.example.org:25")),
]


class SqlQuery(Model):
    """One statement in a database. The answer is JSON: `{"rows": [{…}], "count": 1}`.

    Attributes:
        database: SQLAlchemy URL of the database, as a whole a secret: `${secret:NAME}`.
        query: One statement; `:name` takes a value of `with`.
        values: Name in the query to its value; `${variable}` takes a variable (`with:`).
    """

    database: SecretText
    query: Text
    values: Annotated[Mapping[Variable, Text], Field(alias="with")] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _values_are_bound(self) -> "SqlQuery":
        if "${" in self.query:
            bad_value(
                "a value is never written into a statement",
                "write :name in the query, and with: {name: '${variable}'} beside it",
            )
        return self


class TcpExchange(Model):
    """A connection to a port, and maybe a line said and an answer heard.

    Attributes:
        connect: Where to.
        tls: Whether TLS is spoken, with the certificate verified.
        send: What is sent once connected.
        expect: What the answer must match; without it nothing is waited for.
    """

    connect: Address
    tls: Boolean = False
    send: Text | None = None
    expect: RegularExpression | None = None


class DnsQuery(Model):
    """One question to a name server. The answer is JSON: `{"answers": [{"data": …, "ttl": …}]}`.

    Attributes:
        name: The name that is asked for.
        type: Type of the records.
        server: Name server; without one the first of the probe's own machine.
        expect: Response code; `NOERROR` needs a record as well.
    """

    name: Text
    type: Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] = "A"
    server: Address | None = None
    expect: Literal["NOERROR", "NXDOMAIN", "REFUSED", "SERVFAIL"] = "NOERROR"


class SmtpDialogue(Model):
    """A talk with a mail server; with `to`, a mail is sent, which carries the synthetic mark.

    Attributes:
        server: Where to.
        tls: `starttls`, `implicit` (from the first byte), or `none`.
        user: Name to log in with.
        password: `${secret:NAME}`.
        sender: Address the mail comes from (`from:`).
        to: Address the mail goes to.
        subject: Its subject.
        body: Its text.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "dependencies": {"to": ["from"], "user": ["password"], "password": ["user"]}
        }
    )

    server: Address
    tls: Literal["starttls", "implicit", "none"] = "none"
    user: Text | None = None
    password: SecretText | None = None
    sender: Annotated[Text | None, Field(alias="from")] = None
    to: Text | None = None
    subject: Text = "Synthetic check"
    body: Text = "This mail was sent by a synthetic check."

    @model_validator(mode="after")
    def _goes_together(self) -> "SmtpDialogue":
        if self.to is not None and self.sender is None:
            bad_value("a mail comes from somebody", "add from: with an address")
        if (self.user is None) != (self.password is None):
            bad_value("a login has a user and a password", "write both, or none")
        return self
