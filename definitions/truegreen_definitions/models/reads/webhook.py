"""Rows that others post to the exporter."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema, model_validator

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import HeaderName, JsonPath
from truegreen_definitions.models.shapes import one_of, pattern
from truegreen_definitions.models.values import ColumnName, Secret, Text, Zone, bad_value

__all__ = ["HmacSignature", "Signature", "WebhookRead"]

_PATH = r"/hooks/[A-Za-z0-9][A-Za-z0-9._-]*"


def _hook(text: str) -> str:
    if not re.fullmatch(_PATH, text):
        bad_value(f"{text!r} is no path of a webhook", "write /hooks/NAME")
    return text


HookPath = Annotated[
    Text,
    AfterValidator(_hook),
    WithJsonSchema(pattern("Webhook path", "Below `/hooks/`.", _PATH, "/hooks/github")),
]


class HmacSignature(Model):
    """A keyed digest of the body, in a header.

    Attributes:
        header: The header.
        secret: The key.
        algorithm: How the digest is made.
        encoding: How it is written; a prefix such as `sha256=` may stand before it.
    """

    header: HeaderName
    secret: Secret
    algorithm: Literal["sha256", "sha512", "sha1"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"


class Signature(Model):
    """How a post shows that it comes from whom it should: one of three ways.

    Attributes:
        github: Key of GitHub's `X-Hub-Signature-256`.
        hmac: A keyed digest in a header of another name.
        bearer: Token that the header `Authorization: Bearer …` holds.
    """

    model_config = ConfigDict(json_schema_extra=one_of("github", "hmac", "bearer"))

    github: Secret | None = None
    hmac: HmacSignature | None = None
    bearer: Secret | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Signature":
        if sum(way is not None for way in (self.github, self.hmac, self.bearer)) != 1:
            bad_value("a post is signed in one way", "write one of github, hmac, bearer")
        return self


class WebhookRead(Model):
    """Rows that others post to the exporter, as JSON; a post is kept before it is answered.

    Attributes:
        webhook: Path that is posted to, `/hooks/NAME`.
        signature: How a post shows that it comes from whom it should.
        rows: Where the rows stand in the body: a list, or one object.
        delivery: Header that identifies a post; one that comes again is taken once. Without it
            two posts with the same body are one.
        headers: Column of the source to the request header it is read from.
        zone: Time zone of times that say none.
    """

    format: ClassVar[str] = "webhook"

    webhook: HookPath
    signature: Signature | None = None
    rows: JsonPath = "$"
    delivery: HeaderName | None = None
    headers: Mapping[ColumnName, HeaderName] = Field(default_factory=dict)
    zone: Zone = "UTC"

    @property
    def location(self) -> str:
        """Where the rows are, in a word."""
        return self.webhook
