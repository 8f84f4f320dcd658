"""How a source reads, from the language into the plan."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING

from truegreen_definitions import plan
from truegreen_definitions.models.reads.files import CsvRead, JsonlRead, ParquetRead
from truegreen_definitions.models.reads.http import (
    Authentication,
    HttpRead,
    NextPaging,
    OffsetPaging,
    TokenPaging,
)
from truegreen_definitions.models.reads.prometheus import PrometheusRead
from truegreen_definitions.models.reads.sql import SqlRead
from truegreen_definitions.models.reads.webhook import Signature, WebhookRead

if TYPE_CHECKING:
    from truegreen_definitions.models.reads import Read
    from truegreen_definitions.models.reads.http import Paging

__all__ = ["read_of"]

GITHUB_HEADER = "x-hub-signature-256"


@singledispatch
def read_of(read: Read) -> plan.Read:
    """Return how rows are read, as the exporter needs to know it."""
    raise TypeError(read)


@read_of.register
def _csv(read: CsvRead) -> plan.Read:
    return plan.FileRead(format="csv", location=read.csv)


@read_of.register
def _jsonl(read: JsonlRead) -> plan.Read:
    return plan.FileRead(format="jsonl", location=read.jsonl)


@read_of.register
def _parquet(read: ParquetRead) -> plan.Read:
    return plan.FileRead(format="parquet", location=read.parquet)


@read_of.register
def _sql(read: SqlRead) -> plan.Read:
    return plan.SqlRead(
        location=read.url,
        query=read.sql,
        cursor=read.cursor,
        look_back_seconds=float(read.look_back),
        every_seconds=float(read.every),
        page_rows=read.page,
        timeout_seconds=float(read.timeout),
    )


@read_of.register
def _http(read: HttpRead) -> plan.Read:
    return plan.HttpRead(
        location=read.http,
        query=tuple(read.query.items()),
        headers=tuple(read.headers.items()),
        authentication=_authentication(read.auth),
        rows=read.rows,
        paging=_paging(read.pages),
        cursor=read.cursor or "",
        cursor_format=read.cursor_format,
        since=read.since.isoformat() if read.since else "",
        look_back_seconds=float(read.look_back),
        every_seconds=float(read.every),
        timeout_seconds=float(read.timeout),
    )


@read_of.register
def _webhook(read: WebhookRead) -> plan.Read:
    return plan.WebhookRead(
        location=read.webhook,
        signature=_signature(read.signature),
        rows=read.rows,
        delivery=(read.delivery or "").lower(),
        headers=tuple((column, header.lower()) for column, header in read.headers.items()),
    )


@read_of.register
def _prometheus(read: PrometheusRead) -> plan.Read:
    return plan.PrometheusRead(
        location=read.prometheus.rstrip("/"),
        authentication=_authentication(read.auth),
        look_back_seconds=float(read.look_back),
        history_seconds=float(read.history),
        every_seconds=float(read.every),
        timeout_seconds=float(read.timeout),
        of=read.of,
    )


def _authentication(auth: Authentication | None) -> plan.Authentication | None:
    if auth is None:
        return None
    if auth.basic is not None:
        return plan.Authentication(method="basic", user=auth.basic.user, secret=auth.basic.password)
    if auth.oauth2 is not None:
        return plan.Authentication(
            method="oauth2",
            user=auth.oauth2.client_id,
            secret=auth.oauth2.client_secret,
            token_url=auth.oauth2.token_url,
            scope=auth.oauth2.scope or "",
        )
    return plan.Authentication(method="bearer", secret=auth.bearer or "")


def _paging(pages: Paging | None) -> plan.Paging | None:
    if pages is None:
        return None
    if isinstance(pages, OffsetPaging):
        return plan.Paging(by="offset", parameter=pages.parameter, size=pages.size)
    if isinstance(pages, TokenPaging):
        return plan.Paging(by="token", parameter=pages.parameter, path=pages.token)
    if isinstance(pages, NextPaging):
        return plan.Paging(by="next", path=pages.next)
    return plan.Paging(by="link")


def _signature(signature: Signature | None) -> plan.Signature | None:
    if signature is None:
        return None
    if signature.hmac is not None:
        return plan.Signature(
            method=signature.hmac.algorithm,
            header=signature.hmac.header.lower(),
            secret=signature.hmac.secret,
            encoding=signature.hmac.encoding,
        )
    if signature.github is not None:
        return plan.Signature(
            method="sha256", header=GITHUB_HEADER, secret=signature.github, encoding="hex"
        )
    return plan.Signature(
        method="bearer", header="authorization", secret=signature.bearer or "", encoding="hex"
    )
