"""How a source reads its rows, as the exporter needs to know it.

Texts may hold `${secret:NAME}`; the values are known to the process that reads alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = [
    "Authentication",
    "FileRead",
    "HttpRead",
    "Paging",
    "PrometheusRead",
    "Read",
    "Signature",
    "SqlRead",
    "WebhookRead",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """Files below the exporter's data folder.

    Attributes:
        location: Their glob.
    """

    format: Literal["csv", "jsonl", "parquet"]
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlRead:
    """Rows of a database.

    Attributes:
        query: One SELECT, or the dotted name of a table.
        location: SQLAlchemy URL of the database: `${secret:NAME}`.
        cursor: Columns by which rows are ordered and read on; none to read all each time.
        look_back_seconds: How far before the last row the next reading begins.
        every_seconds: How often it is read.
        page_rows: Rows of one page.
        timeout_seconds: How long a statement may take.
    """

    format: Literal["sql"] = "sql"
    location: str
    query: str
    cursor: tuple[str, ...]
    look_back_seconds: float
    every_seconds: float
    page_rows: int
    timeout_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """How a server knows who asks; what is not of the method is empty.

    Attributes:
        user: Name (basic), or client id (oauth2).
        secret: Password, token or client secret: `${secret:NAME}`.
        token_url: Where a token is asked for (oauth2).
        scope: What is asked for (oauth2).
    """

    method: Literal["basic", "bearer", "oauth2"]
    user: str = ""
    secret: str
    token_url: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How the next page of an API is asked for; what is not of the method is empty.

    Attributes:
        parameter: Query parameter (offset, token).
        path: JSON path of the token or address in the body (token, next).
        size: Rows of a whole page (offset).
    """

    by: Literal["link", "offset", "token", "next"]
    parameter: str = ""
    path: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRead:
    """Rows of a JSON API.

    Attributes:
        location: Address of the first page.
        query: (parameter, text), the text with `${since}` and `${secret:NAME}`.
        headers: (name, text), as for the query.
        rows: JSON path of a page's rows.
        cursor: JSON path, within a row, of the time it changed; empty to read all each time.
        cursor_format: How `${since}` is written, for strftime.
        since: First day that is asked for, ISO 8601; empty for 1970.
        look_back_seconds: How far before the newest row the next reading begins.
        every_seconds: How often it is read.
        timeout_seconds: How long an answer may take.
    """

    format: Literal["http"] = "http"
    location: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    authentication: Authentication | None
    rows: str
    paging: Paging | None
    cursor: str
    cursor_format: str
    since: str
    look_back_seconds: float
    every_seconds: float
    timeout_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How a post is signed.

    Attributes:
        method: `bearer`: the header `Authorization` holds the secret; else how the digest is made.
        header: Header of the signature, in lower case.
        secret: The key or token: `${secret:NAME}`.
        encoding: How a digest is written.
    """

    method: Literal["bearer", "sha1", "sha256", "sha512"]
    header: str
    secret: str
    encoding: Literal["hex", "base64"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRead:
    """Rows that others post to the exporter.

    Attributes:
        location: Path that is posted to.
        signature: How a post is signed; None when anybody may post.
        rows: JSON path of the rows in the body.
        delivery: Header that identifies a post, in lower case; empty to go by the body.
        headers: (column of the source, request header in lower case).
    """

    format: Literal["webhook"] = "webhook"
    location: str
    signature: Signature | None
    rows: str
    delivery: str
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusRead:
    """Hourly good and total of the agreements that Prometheus counts, or overruns.

    Attributes:
        location: Address of the server.
        of: What is read.
        look_back_seconds: How much of the last hours is asked for again.
        history_seconds: How far back the first reading goes.
        every_seconds: How often it is read.
        timeout_seconds: How long an answer may take.
    """

    format: Literal["prometheus"] = "prometheus"
    location: str
    authentication: Authentication | None
    look_back_seconds: float
    history_seconds: float
    every_seconds: float
    timeout_seconds: float
    of: Literal["agreements", "overruns"] = "agreements"


Read: TypeAlias = FileRead | SqlRead | HttpRead | WebhookRead | PrometheusRead
"""How a source reads its rows."""
