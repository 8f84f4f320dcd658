"""What a step of a journey does, one type for each way to ask a system for something.

Texts may hold `${name}` templates, which the probe fills in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "Action",
    "BrowserVisit",
    "DnsQuery",
    "Gesture",
    "Request",
    "SmtpDialogue",
    "SqlQuery",
    "TcpExchange",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; path, header values, JSON text and form may hold `${name}` templates.

    Attributes:
        json: Body as JSON text with sorted keys; empty for no body.
        headers: (name, value) pairs, sorted.
        redirects: How many redirects it follows.
        form: (name, value) pairs of a form that is the body, sorted by name, values in the order
            they were written; none for no form. With a form `json` is empty.
    """

    kind: Literal["http"] = "http"
    method: str
    path: str
    json: str
    headers: tuple[tuple[str, str], ...]
    redirects: int = 0
    form: tuple[tuple[str, str], ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        fields = (text for field in self.form for text in field)
        return (self.path, self.json, *(value for _, value in self.headers), *fields)

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlQuery:
    """One statement in a database.

    Attributes:
        database: SQLAlchemy URL, as a whole a secret.
        values: (name in the statement, value) pairs, sorted.
    """

    kind: Literal["sql"] = "sql"
    database: str
    query: str
    values: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.database, *(value for _, value in self.values))

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return f"SQL {' '.join(self.query.split())}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpExchange:
    """A connection to a port, and maybe a line said and an answer heard.

    Attributes:
        send: What is sent; empty for nothing.
        expect: Regular expression of the answer; empty to wait for none.
    """

    kind: Literal["tcp"] = "tcp"
    host: str
    port: int
    tls: bool
    send: str
    expect: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.send,)

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return f"TCP {self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsQuery:
    """One question to a name server.

    Attributes:
        type: Of the records that are asked for.
        server: Host of the name server; empty for that of the probe's machine.
        port: Of the name server.
        expect: Response code.
    """

    kind: Literal["dns"] = "dns"
    name: str
    type: str
    server: str
    port: int
    expect: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.name,)

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return f"DNS {self.type} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpDialogue:
    """A talk with a mail server; texts are empty where they were not given.

    Attributes:
        sender: Address the mail comes from.
        to: Address the mail goes to; empty to send none.
    """

    kind: Literal["smtp"] = "smtp"
    host: str
    port: int
    tls: Literal["starttls", "implicit", "none"]
    user: str
    password: str
    sender: str
    to: str
    subject: str
    body: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.user, self.password, self.sender, self.to, self.subject, self.body)

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        return f"SMTP {self.host}:{self.port}" + (f", mail to {self.to}" if self.to else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gesture:
    """One thing that a person does on a page, or waits for.

    Attributes:
        name: What is done.
        what: The selector, key or words it is about.
        value: What is written or chosen; empty where nothing is.
    """

    name: Literal["click", "fill", "select", "press", "wait_for", "see"]
    what: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserVisit:
    """A page in a browser, and what is done on it, in order.

    Attributes:
        path: Of the page, below the target; empty to go on where the browser is.
    """

    kind: Literal["browser"] = "browser"
    path: str
    gestures: tuple[Gesture, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that may hold a template."""
        return (self.path, *(text for one in self.gestures for text in (one.what, one.value)))

    @property
    def summary(self) -> str:
        """What it does, in a few words."""
        words = [f"open {self.path}"] if self.path else []
        return f"browser: {', '.join(words + [f'{one.name} {one.what}' for one in self.gestures])}"


Action: TypeAlias = Request | SqlQuery | TcpExchange | DnsQuery | SmtpDialogue | BrowserVisit
"""Told apart by `kind`."""
