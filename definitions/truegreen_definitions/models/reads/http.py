"""Rows of a JSON API, page by page."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import ConfigDict, Field, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import HeaderName, HeaderValue, JsonPath
from truegreen_definitions.models.shapes import one_of
from truegreen_definitions.models.values import (
    Date,
    Duration,
    PositiveDuration,
    Secret,
    Text,
    Url,
    Zone,
    bad_value,
    whole_number,
)

__all__ = ["Authentication", "HttpRead", "Paging"]


class SourceOAuth2(Model):
    """OAuth 2 client credentials; the token is kept until it expires.

    Attributes:
        token_url: Where the token is asked for.
        client_id: Who asks.
        client_secret: The client's secret.
        scope: What is asked for.
    """

    token_url: Url
    client_id: Text
    client_secret: Secret
    scope: Text | None = None


class BasicLogin(Model):
    """A name and a password.

    Attributes:
        user: The name.
        password: The password.
    """

    user: Text
    password: Secret


class Authentication(Model):
    """How a server knows who asks: one of three ways.

    Attributes:
        basic: By name and password.
        bearer: By a token.
        oauth2: By a token that is asked for with client credentials.
    """

    model_config = ConfigDict(json_schema_extra=one_of("basic", "bearer", "oauth2"))

    basic: BasicLogin | None = None
    bearer: Secret | None = None
    oauth2: SourceOAuth2 | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Authentication":
        if sum(way is not None for way in (self.basic, self.bearer, self.oauth2)) != 1:
            bad_value("a server knows us in one way", "write one of basic, bearer, oauth2")
        return self


class LinkPaging(Model):
    """The next page is named by the header `Link: <…>; rel="next"` (RFC 8288).

    Attributes:
        by: `link`.
    """

    by: Literal["link"]


class OffsetPaging(Model):
    """The next page is asked for by the number of rows read so far.

    Attributes:
        by: `offset`.
        parameter: Query parameter with that number, such as `sysparm_offset` or `startAt`.
        size: Rows of a page, as asked for in `query`; a page with fewer is the last.
    """

    by: Literal["offset"]
    parameter: Text
    size: Annotated[int, whole_number(1, 50_000)]


class TokenPaging(Model):
    """The next page is asked for by a token that a page's body holds.

    Attributes:
        by: `token`.
        parameter: Query parameter with the token.
        token: Where the token stands; a page without one is the last.
    """

    by: Literal["token"]
    parameter: Text
    token: JsonPath


class NextPaging(Model):
    """The next page is named by an address in the page's body.

    Attributes:
        by: `next`.
        next: Where the address stands; a page without one is the last.
    """

    by: Literal["next"]
    next: JsonPath


Paging: TypeAlias = Annotated[
    LinkPaging | OffsetPaging | TokenPaging | NextPaging, Field(discriminator="by")
]


class HttpRead(Model):
    """Rows of a JSON API.

    Attributes:
        http: Address of the first page, without a query.
        query: Query parameters; `${since}` is when the newest row so far changed, less
            `look_back`.
        headers: Request headers, beside those that are always sent.
        auth: How the server knows who asks.
        rows: Where a page's rows stand.
        pages: How the next page is asked for; only one page is read where nothing is said.
        cursor: Where a row says when it changed, such as `$.sys_updated_on`; without it all rows
            are read each time.
        cursor_format: How `${since}` is written, in the words of strftime.
        since: Day from which rows are asked for, the first time.
        look_back: How far before the newest row the next reading begins.
        every: How often the server is asked.
        timeout: How long an answer may take.
        zone: Time zone of times that say none, and of `${since}`.
    """

    format: ClassVar[str] = "http"

    http: Url
    query: Mapping[Text, Text] = Field(default_factory=dict)
    headers: Mapping[HeaderName, HeaderValue] = Field(default_factory=dict)
    auth: Authentication | None = None
    rows: JsonPath = "$"
    pages: Paging | None = None
    cursor: JsonPath | None = None
    cursor_format: Text = "%Y-%m-%d %H:%M:%S"
    since: Date | None = None
    look_back: Duration = Decimal(300)
    every: PositiveDuration = Decimal(60)
    timeout: PositiveDuration = Decimal(30)
    zone: Zone = "UTC"

    @property
    def location(self) -> str:
        """Where the rows are, in a word."""
        return self.http
