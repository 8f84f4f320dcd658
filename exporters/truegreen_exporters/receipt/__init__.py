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

from truegreen_definitions import names
from truegreen_definitions.explanations.accounts import (
    AVOIDED_SHOWN,
    LOSSES_SHOWN,
    OUTCOME_SHOWN,
)
from truegreen_exporters.accountability.contracts.receipt import (
    contract_receipt,
    contract_text,
    is_contract,
)
from truegreen_exporters.accountability.expectations.channel_receipt import (
    channel_receipt,
    channel_text,
    is_channel,
)
from truegreen_exporters.accountability.losses.avoided_receipt import (
    avoided_receipt,
    avoided_text,
    is_avoided,
)
from truegreen_exporters.accountability.losses.receipt import (
    is_losses,
    losses_receipt,
    losses_text,
)
from truegreen_exporters.accountability.outcomes.receipt import (
    is_outcome,
    outcome_receipt,
    outcome_text,
)
from truegreen_exporters.accountability.recorded_receipt import (
    is_recorded,
    recorded_receipt,
    recorded_text,
)
from truegreen_exporters.accountability.showback.receipt import (
    is_spending,
    spending_receipt,
    spending_text,
)
from truegreen_exporters.accountability.watermelon.receipt import (
    RECORDED,
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
    ReceiptKind(
        ids="service/channel",
        of=is_channel,
        document=channel_receipt,
        text=channel_text,
        metrics=(
            names.EXPECTED_TRANSACTIONS,
            names.EXPECTED_VALUE,
            names.CRITICAL_FACTOR,
            names.FX_RATE,
            names.FX_RATE_DATE,
            names.IMPACT,
            names.VALUE_AT_RISK,
            names.REPORTED_VALUE_AT_RISK,
            names.OUTAGE_COST,
            names.REPORTED_OUTAGE_COST,
        ),
    ),
    ReceiptKind(
        ids="service/costs, service/saving",
        of=is_spending,
        document=spending_receipt,
        text=spending_text,
        metrics=(names.COST, names.SAVED),
    ),
    ReceiptKind(
        ids="service/measure",
        of=is_measure,
        document=measure_receipt,
        text=measure_text,
        metrics=(
            names.WINDOW_VALUE,
            names.WINDOW_VALUE_RESTATED,
            names.WINDOW_VALUE_LOWER,
            names.WINDOW_VALUE_UPPER,
            names.WINDOW_QUOTIENT,
            names.WINDOW_SAMPLE,
            names.STRATUM_VALUE,
            names.VALUE,
            names.VALUE_LOWER,
            names.VALUE_UPPER,
            names.REPUTATION,
        ),
    ),
    ReceiptKind(
        ids="service/step",
        of=is_step,
        document=step_receipt,
        text=step_text,
        metrics=(
            names.STEP_CASES,
            names.STEP_REWORKED,
            names.STEP_TIME,
            names.STEP_OVERRUN_SHOWN,
            names.PROCESS_CASES,
            names.PROCESS_OVERRUN_SHOWN,
            names.OVERRUN_SHARE_SHOWN,
            names.OVERRUN_UNATTRIBUTED_SHOWN,
        ),
    ),
    ReceiptKind(
        ids="service/production, service/step",
        of=is_recorded,
        document=recorded_receipt,
        text=recorded_text,
        metrics=(
            names.IMPACT,
            names.PRODUCTION_AT_RISK,
            names.OUTAGE_COST,
            names.STEP_OVERRUN,
            names.OVERRUN_5M,
            names.OVERRUN_SUM,
            names.OVERRUN_SHARE,
        ),
    ),
    ReceiptKind(
        ids="service",
        of=is_service,
        document=service_receipt,
        text=service_text,
        metrics=(
            names.CLOSED_WATERMELON,
            names.WATERMELON_PERIOD,
            names.WATERMELON_SUSPECTED,
            names.WATERMELON_DEPTH,
            names.WATERMELON_PERIODS,
            names.WATERMELON_FIRST,
            names.WATERMELON_PORTFOLIO,
            names.SLA_CASES,
            names.SLA_ANSWERS,
            names.SLA_LIFT,
            names.SLA_AUC,
            names.SLA_INFORMATION,
            names.SCORE,
            names.SCORE_VETOED,
            *RECORDED,
        ),
    ),
    ReceiptKind(
        ids="service/losses",
        of=is_losses,
        document=losses_receipt,
        text=losses_text,
        metrics=LOSSES_SHOWN,
    ),
    ReceiptKind(
        ids="service/avoided",
        of=is_avoided,
        document=avoided_receipt,
        text=avoided_text,
        metrics=AVOIDED_SHOWN,
    ),
    ReceiptKind(
        ids="service/outcome",
        of=is_outcome,
        document=outcome_receipt,
        text=outcome_text,
        metrics=OUTCOME_SHOWN,
    ),
    ReceiptKind(
        ids="contract, contract/service/agreement, vendor, client",
        of=is_contract,
        document=contract_receipt,
        text=contract_text,
        metrics=(
            names.PENALTY,
            names.REWARD,
            names.CONTRACT_AT_RISK,
            names.CONTRACT_LINE,
            names.CONTRACT_CLOSED,
            names.CONTRACT_EVENTS,
            names.CONTRACT_BOUND,
            names.CONTRACT_MISS,
        ),
    ),
    ReceiptKind(
        ids="service/agreement",
        of=lambda _plan, _name: True,
        document=agreement_receipt,
        text=agreement_text,
        metrics=(
            names.WINDOW_EVENTS,
            names.WINDOW_RESTATED,
            names.PERIOD_CLOSED,
            names.PERIOD_RESTATEMENTS,
            names.STRATUM_EVENTS,
            names.WINDOW_EXCLUDED,
        ),
    ),
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
    expected to be worth; of `service/costs` or `service/saving` that of cost lines; of
    `service/losses` that of the ledger and its trials, of `service/avoided` that of preventions, of
    `service/outcome` that of correlations; of a contract or a party to one that of what is owed.

    Args:
        loaded: The plan.
        name: An id or a name, as `KINDS` lists their forms.
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
