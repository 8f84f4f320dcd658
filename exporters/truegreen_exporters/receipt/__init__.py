"""Receipts: where a number comes from, to be checked by anybody; one module a kind.

Truegreen is not needed to check one: the SQL, in which times are microseconds since 1970, runs on
the table as it is, and the digest is

    sha256 of the document without its `digest`, as JSON in UTF-8 with sorted keys, no spaces and
    no escapes but JSON's own: json.dumps(document, sort_keys=True, ensure_ascii=False,
    separators=(",", ":"))
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

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
from truegreen_exporters.accountability.watermelon.receipt import (
    is_service,
    service_receipt,
    service_text,
)
from truegreen_exporters.digests import digest
from truegreen_exporters.process.receipt import is_step, step_receipt, step_text
from truegreen_exporters.reading.reader import open_reader
from truegreen_exporters.receipt.agreement import agreement_receipt, agreement_text
from truegreen_exporters.receipt.kind import Asked, ReceiptKind
from truegreen_exporters.receipt.measure import is_measure, measure_receipt, measure_text

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["KINDS", "give"]

# The first that a name is of; what is of none is taken for an agreement, which says what it lacks.
KINDS: tuple[ReceiptKind, ...] = (
    ReceiptKind(of=is_channel, document=channel_receipt, text=channel_text),
    ReceiptKind(of=is_spending, document=spending_receipt, text=spending_text),
    ReceiptKind(of=is_measure, document=measure_receipt, text=measure_text),
    ReceiptKind(of=is_step, document=step_receipt, text=step_text),
    ReceiptKind(of=is_service, document=service_receipt, text=service_text),
    ReceiptKind(of=lambda _plan, _name: True, document=agreement_receipt, text=agreement_text),
)


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
    kind = next(one for one in KINDS if one.of(loaded.plan, name))
    with open_reader(state, loaded) as reader:
        found = kind.document(Asked(loaded=loaded, name=name, reader=reader, at=at, window=window))
    found["digest"] = digest(found)
    if form == "json":
        return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    return f"{kind.text(found)}  digest: {found['digest']}\n"
