"""What a recording (HAR 1.2) holds that a journey could ask again, in its order.

Left out are pictures, styles, scripts, cookies, and the headers that only a browser sends.
Source: HAR 1.2 specification.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from truegreen_synthetics.har.offers import offers_of
from truegreen_synthetics.har.step import DraftStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_synthetics.har.offers import Offer

__all__ = ["Entry", "HarError", "entries_of"]

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ASSETS = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|woff2?|ttf|otf|eot|mp4|webm|mp3|wasm)$",
    re.IGNORECASE,
)
ASSET_TYPES = re.compile(r"^(?:image|font|audio|video)/|css|javascript|wasm")
# Those of a browser or of one recording; the others are kept where an answer gave their value.
OWN_HEADERS = re.compile(
    r"^(?::.*|cookie|host|connection|content-.*|accept-encoding|user-agent|referer|origin|sec-.*|if-.*"
    r"|cache-control|pragma|upgrade-insecure-requests|dnt|te|priority|traceparent|tracestate)$"
)
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 1_000


class HarError(ValueError):
    """The recording cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A request and what its answer gives.

    Attributes:
        origin: Scheme, host and port that it went to.
        bodiless: Whether it had a body that cannot be told.
    """

    origin: str
    step: DraftStep
    offers: tuple[Offer, ...]
    bodiless: bool


def entries_of(text: str) -> Iterator[Entry]:
    """Yield what a recording holds; what is no exchange is left out.

    Raises:
        HarError: It is no HAR.
    """
    try:
        found = json.loads(text)["log"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise HarError("this is no HAR: it has no log.entries") from None
    for one in found if isinstance(found, list) else ():
        try:
            entry = _entry(one)
        except (KeyError, TypeError, ValueError, AttributeError):
            continue  # what is no exchange cannot be repeated
        if entry is not None:
            yield entry


def _entry(one: Any) -> Entry | None:  # noqa: ANN401  a recording holds anything
    request, response = one["request"], one["response"]
    parts = urlsplit(request["url"])
    kind = str(response.get("content", {}).get("mimeType", ""))
    usable = parts.scheme in {"http", "https"} and parts.hostname and request["method"] in METHODS
    if not usable or ASSETS.search(parts.path) or ASSET_TYPES.search(kind):
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {pair["name"].lower(): pair["value"] for pair in request.get("headers", ())}
    sent = request.get("postData") or {}
    fields = _fields(sent, str(sent.get("mimeType") or headers.get("content-type", "")))
    step = DraftStep(
        name="",
        method=request["method"],
        path=path,
        headers={name: headers[name] for name in sorted(headers) if not OWN_HEADERS.match(name)},
        body=_json(sent.get("text")) if fields is None else fields,
        form=fields is not None,
        status=int(response["status"]),
        seconds=max(0.0, float(one.get("time") or 0) / 1000),
    )
    answered = str(response.get("content", {}).get("text") or "")
    offers = offers_of(_json(answered), answered, kind, _cookies(response))
    bodiless = bool(sent.get("text") or sent.get("params")) and step.body is None
    return Entry(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}", step, offers, bodiless)


def _cookies(response: Mapping[str, Any]) -> dict[str, str]:
    """Return what an answer sets, by name."""
    lines = (one["value"] for one in response["headers"] if one["name"].lower() == "set-cookie")
    pairs = (line.partition(";")[0].partition("=") for many in lines for line in many.split("\n"))
    return {name.strip(): value.strip() for name, equals, value in pairs if equals}


def _fields(sent: Mapping[str, Any], kind: str) -> dict[str, Any] | None:
    """Return a form that was sent as values by name; None for none, or one that cannot be told.

    Browsers write its text as it was sent. Parameters without a text are taken as they are.
    """
    if kind.partition(";")[0].strip().lower() != FORM:
        return None
    try:
        pairs = parse_qsl(
            str(sent.get("text") or ""),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        return None
    pairs = pairs or [(str(one["name"]), str(one["value"])) for one in sent.get("params", ())]
    if any(not name.strip() or "${" in name + value for name, value in pairs):
        return None
    names = dict.fromkeys(name for name, _ in pairs)
    values = {name: [value for other, value in pairs if other == name] for name in names}
    return {name: many if many[1:] else many[0] for name, many in values.items()} or None


def _json(text: Any) -> Any:  # noqa: ANN401  a recording holds anything
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError):
        return None
