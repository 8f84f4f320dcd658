"""Receipts: where a number that is counted from records comes from, to be checked by anybody.

A receipt of a service is about its closed months (`accountability.watermelon.document`), one of a
measure in `value_receipt`. One of an agreement, window and moment has the line of the definition,
the SQL that counts its parts, the parts, sample rows of each (good, bad, pending, excluded), the
newest rows that its sources refused, the revisions of its closed periods, and a digest. Truegreen
is not needed to check it: the SQL, in which times are microseconds since 1970, runs on the table as
it is, and the digest is

    sha256 of the document without its `digest`, as JSON in UTF-8 with sorted keys, no spaces and
    no escapes but JSON's own: json.dumps(document, sort_keys=True, ensure_ascii=False,
    separators=(",", ":"))
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from truegreen_definitions.errors import UsageError
from truegreen_definitions.plan import Records
from truegreen_exporters.accountability.expectations.channel_receipt import (
    channel_receipt,
    channel_text,
    is_channel,
)
from truegreen_exporters.accountability.showback.receipt import (
    is_spending,
    spending_receipt,
    spending_text,
)
from truegreen_exporters.accountability.watermelon.render import text as watermelon_text
from truegreen_exporters.asked import questions
from truegreen_exporters.digests import digest
from truegreen_exporters.intake.mapping import literal
from truegreen_exporters.process.receipt import is_step, step_receipt, step_text
from truegreen_exporters.reading.reader import open_reader
from truegreen_exporters.value_receipt import is_measure, value_receipt, value_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_exporters.reading.reader import Reader

__all__ = ["FORMAT", "give", "receipt", "text"]

FORMAT = 1
_PARTS = ("good", "bad", "pending", "excluded")


def give(
    loaded: LoadedPlan,
    name: str,
    state: Path,
    *,
    at: datetime | None,
    window: str | None,
    form: str,
) -> str:
    """Return a receipt from a state file, or from the exporter that holds it.

    Of an agreement or a measure it is that of a number; of a service that of its closed months:
    what each was judged by, and the queries that count its cases; of a step (`service/step`) that
    of its cases, with the slowest; of a channel (`service/channel`) that of what its hour is
    expected to be worth; of `service/costs` or `service/saving` that of cost lines.

    Args:
        loaded: The plan.
        name: The id of an agreement, a measure or a channel, or the name of a service.
        state: The state file.
        at: The moment it is seen from; None: now.
        window: The window; None: the promise's own.
        form: `json` or `text`.

    Raises:
        UsageError: No such agreement is counted from records, or it has no such window.
        TerminalError: The file cannot be read, or the exporter that holds it has another plan.
    """
    if is_channel(loaded.plan, name):
        with open_reader(state, loaded) as reader:
            priced = channel_receipt(loaded, name, reader, at=at)
        return channel_text(priced) if form == "text" else _json(priced)
    if is_spending(loaded.plan, name):
        with open_reader(state, loaded) as reader:
            spent = spending_receipt(loaded, name, reader, at=at, window=window)
        return spending_text(spent) if form == "text" else _json(spent)
    if is_measure(loaded.plan, name):
        with open_reader(state, loaded) as reader:
            measured = value_receipt(loaded, name, reader, at=at, window=window)
        return value_text(measured) if form == "text" else _json(measured)
    if is_step(loaded.plan, name):
        with open_reader(state, loaded) as reader:
            step = step_receipt(loaded, name, reader, at=at, window=window)
        return step_text(step) if form == "text" else _json(step)
    with open_reader(state, loaded) as reader:
        if any(service.name == name for service in loaded.plan.services):
            return _of_service(name, reader, at=at, form=form)
        found = receipt(loaded, name, reader, at=at, window=window)
    if form == "json":
        return _json(found)
    return text(found)


def _of_service(name: str, reader: Reader, *, at: datetime | None, form: str) -> str:
    moment = {} if at is None else {"at": at.isoformat()}
    found = {"format": FORMAT, **reader.ask("watermelon", {"service": name, **moment})}
    found["digest"] = digest(found)
    if form == "json":
        return _json(found)
    return f"Receipt of {watermelon_text(found)}  digest: {found['digest']}\n"


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def receipt(
    loaded: LoadedPlan, name: str, reader: Reader, *, at: datetime | None, window: str | None
) -> dict[str, Any]:
    """Return a receipt as plain data, with its digest; see `give`."""
    plan = loaded.plan
    agreement = next((one for one, _ in questions(plan) if one.id == name), None)
    if agreement is None or not isinstance(agreement.parts, Records):
        raise UsageError(f"{name} is not counted from records, so there is no receipt of rows")
    moment = {} if at is None else {"at": at.isoformat()}
    counted = reader.ask("parts", {"agreement": name, **moment})
    wanted = window or agreement.windows[0].window.label
    found = {one["window"]: one for one in counted["windows"]}
    if wanted not in found:
        raise UsageError(f"{name} is not counted over {wanted!r}: there are {', '.join(found)}")
    about = {"agreement": name, "window": wanted, "at": counted["at"], "limit": "5"}
    sources = [source.name for source in plan.sources if source.table == agreement.parts.table]
    document = {
        "format": FORMAT,
        "agreement": name,
        "definition": str(agreement.origin),
        "plan": counted["plan"],
        "at": counted["at"],
        **{key: found[wanted][key] for key in ("window", "start", "end", "good", "total")},
        **{key: found[wanted][key] for key in ("pending", "excluded")},
        "sql": f"SET TimeZone = {literal(plan.service(agreement.service).zone)};\n"
        + found[wanted]["sql"],
        "exclusions": [
            {"reason": one.reason, "sql": one.sql} for one in agreement.parts.exclusions
        ],
        "rows": {part: _sample(reader, {**about, "part": part}) for part in _PARTS},
        "rejected": {
            one: reader.ask("rejects", {"source": one, "limit": "5"})["rejects"] for one in sources
        },
        "closed": reader.ask("closed", {"agreement": name})["periods"],
    }
    return {**document, "digest": digest(document)}


def text(document: dict[str, Any]) -> str:
    """Return a receipt to be read."""
    out = [f"Receipt of {document['agreement']}, window {document['window']}"]
    out += [f"  defined in: {document['definition']} (plan {document['plan'][:12]})"]
    out += [f"  seen from: {document['at']}"]
    out += [f"  from: {document['start'] or 'the beginning'} up to {document['end']}"]
    out += [f"  {part}: {document[part]}" for part in ("good", "total", "pending", "excluded")]
    out += ["  counted by:", *(f"    {line}" for line in document["sql"].splitlines())]
    for one in document["exclusions"]:
        out.append(f"  excluded as {one['reason']}: {one['sql']}")
    for part, rows in document["rows"].items():
        out += [f"  {part} rows, for example:"] * bool(rows)
        out += [f"    {json.dumps(row, ensure_ascii=False, sort_keys=True)}" for row in rows]
    for source, refused in document["rejected"].items():
        out += [f"  refused rows of {source}, the newest:"] * bool(refused)
        for one in refused:
            out.append(f"    {one['path']}:{one['line']}: {one['reason']}: {one['detail']}")
    for period in document["closed"]:
        out.append(f"  closed period: {json.dumps(period, ensure_ascii=False, sort_keys=True)}")
    return "\n".join([*out, f"  digest: {document['digest']}"]) + "\n"


def _sample(reader: Reader, asked: dict[str, str]) -> list[dict[str, Any]]:
    found = reader.ask("rows", asked)
    plain = json.loads(json.dumps(found, default=str))
    columns = plain["columns"]
    return [
        row if isinstance(row, dict) else dict(zip(columns, row, strict=True))
        for row in plain["rows"]
    ]
