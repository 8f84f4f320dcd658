"""The paths that others post rows to: who may, how much, and when they are told that it is kept.

A post is acknowledged (204) once the inbox has it on disk. Before that it is read whole, its
signature is compared in constant time, and its body must be JSON. What cannot be kept now is
answered 503 with `Retry-After`, so a sender that is any good comes again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from base64 import b64encode
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog

from truegreen_definitions.plan import WebhookRead
from truegreen_exporters.intake.inbox import InboxError
from truegreen_exporters.sources.json_rows import document_of
from truegreen_exporters.sources.rows import SourceError
from truegreen_exporters.sources.secret_texts import SecretTexts
from truegreen_telemetry.web.messages import Response, refusal
from truegreen_telemetry.web.routes import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from truegreen_definitions.plan import Plan, Signature
    from truegreen_exporters.intake.inbox import Inbox
    from truegreen_telemetry.web.messages import Request

__all__ = ["MOST_BODY_BYTES", "Hooks"]

MOST_BODY_BYTES = 5 << 20
RETRY_SECONDS = 30
MOST_DELIVERY_CHARACTERS = 200

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Finds the route of a webhook; the plan says which there are.

    Attributes:
        plan: Returns the plan that is followed now.
        inbox: Keeps the posts; None where no state is kept.
        environment: Holds the secrets.
    """

    plan: Callable[[], Plan]
    inbox: Inbox | None
    environment: Mapping[str, str]

    def __call__(self, path: str) -> Route | None:
        """Return the route of a path; None for no webhook."""
        if not path.startswith("/hooks/"):
            return None
        for source in self.plan().sources:
            read = source.read
            if isinstance(read, WebhookRead) and read.location == path:
                hook = _Hook(source.name, read, self.inbox, self.environment)
                return Route(methods=("POST",), most_body_bytes=MOST_BODY_BYTES, handle=hook.answer)
        return None


@dataclass(frozen=True, slots=True)
class _Hook:
    source: str
    read: WebhookRead
    inbox: Inbox | None
    environment: Mapping[str, str]

    async def answer(self, request: Request) -> Response:
        """Keep a post, then acknowledge it."""
        return await asyncio.to_thread(self._kept, request)

    def _kept(self, request: Request) -> Response:
        if self.inbox is None:
            return self._later("this exporter has no inbox: start it again, with --state")
        try:
            if self.read.signature and not _signed(self.read.signature, request, self.environment):
                _LOG.warning("post_refused", source=self.source, reason="signature")
                return refusal(HTTPStatus.UNAUTHORIZED, why="the signature does not fit")
        except SourceError as error:
            _LOG.error("post_refused", source=self.source, reason=str(error))
            return self._later("the exporter has no secret to check signatures with")
        try:
            document_of(request.body)
        except (ValueError, UnicodeDecodeError) as error:
            return refusal(HTTPStatus.BAD_REQUEST, why=f"no JSON: {error}")
        headers = {name: request.headers.get(name, "") for _, name in self.read.headers}
        try:
            self.inbox.put(self.source, self._delivery(request, headers), headers, request.body)
        except InboxError as error:
            _LOG.error("post_refused", source=self.source, reason=str(error))
            return self._later("the inbox takes nothing now")
        return Response(status=HTTPStatus.NO_CONTENT, headers=())

    def _delivery(self, request: Request, headers: Mapping[str, str]) -> str:
        """Return what identifies a post: the sender's word for it, else all that is kept of it."""
        named = request.headers.get(self.read.delivery, "") if self.read.delivery else ""
        if named and len(named) <= MOST_DELIVERY_CHARACTERS:
            return named
        said = hashlib.sha256(named.encode("utf-8", "replace") if named else request.body)
        for name, text in sorted(headers.items()) if not named else ():
            said.update(f"\0{name}\0{text}".encode("utf-8", "replace"))
        return said.hexdigest()

    def _later(self, why: str) -> Response:
        after = ("Retry-After", str(RETRY_SECONDS))
        return refusal(HTTPStatus.SERVICE_UNAVAILABLE, after, why=why)


def _signed(signature: Signature, request: Request, environment: Mapping[str, str]) -> bool:
    """Return whether a request is signed with the source's secret.

    Source: GitHub documentation, "Validating webhook deliveries"; RFC 2104.

    Raises:
        SourceError: The secret has no value here.
    """
    secret = SecretTexts.of(environment, signature.secret).filled(signature.secret).encode()
    given = request.headers.get(signature.header, "").encode("utf-8", "replace")
    if signature.method == "bearer":
        return hmac.compare_digest(given, b"Bearer " + secret)
    digest = hmac.new(secret, request.body, signature.method)
    expected = (
        digest.hexdigest().encode() if signature.encoding == "hex" else b64encode(digest.digest())
    )
    bare = given.removeprefix(f"{signature.method}=".encode())
    return hmac.compare_digest(bare.lower() if signature.encoding == "hex" else bare, expected)
