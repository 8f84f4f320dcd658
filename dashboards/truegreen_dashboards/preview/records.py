"""Pages of what stands behind a figure: receipts of agreements and steps, with their rows.

A receipt is what `truegreen explain --state` writes as JSON: here every list of things that have
the same names becomes a table, every query a text to copy, and everything else a line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from truegreen_dashboards.catalogue.pages import STYLE, page_path
from truegreen_dashboards.templates import templates
from truegreen_dashboards.titles import titles_of
from truegreen_definitions.emitters.rules.promise import agreements_of
from truegreen_definitions.names import BoardUid
from truegreen_definitions.plan import Records
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from jinja2 import Environment

    from truegreen_definitions.plan import Plan
    from truegreen_definitions.plan.codec import LoadedPlan

__all__ = ["Receipts", "Rows", "behind", "records_page"]

_LENGTHS = frozenset({"by_step", "overrun", "took", "unattributed", "waited", "worked"})
_QUERY, _FORMAT, _TIMES = "sql", "format", "microseconds"


class Receipts(Protocol):
    """Writes the receipt of a figure, from the state file or the exporter that holds it."""

    def __call__(
        self,
        loaded: LoadedPlan,
        name: str,
        state: Path,
        *,
        at: datetime | None,
        window: str | None,
        form: str,
    ) -> str:
        """Return it as `json`.

        Raises:
            UsageError: Nothing of that name is counted from records.
            TerminalError: The records cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The records that figures lead to.

    Attributes:
        receipts: Writes what stands behind a figure.
        state: The state file that it reads, alone or through the exporter that holds it.
    """

    receipts: Receipts
    state: Path

    def receipt(self, loaded: LoadedPlan, name: str, window: str | None) -> str:
        """Return what stands behind a figure now, as JSON; raises as `Receipts` does."""
        return self.receipts(loaded, name, self.state, at=None, window=window, form="json")


def behind(plan: Plan) -> dict[str, dict[str, list[str]]]:
    """Return what records stand behind: by service, names of its steps and of its agreements."""
    return {
        service.name: {
            "step": [step.name for step in service.followed],
            "agreement": [
                one.name for one in agreements_of(plan, service) if isinstance(one.parts, Records)
            ],
        }
        for service in plan.services
    }


def records_page(plan: Plan, name: str, receipt: str, catalogue: str) -> str:
    """Return the page of a receipt.

    Args:
        plan: Has the titles.
        name: `service/name` of an agreement or a step.
        receipt: It, as JSON.
        catalogue: Path of the catalogue, with a slash at its end.
    """
    service = plan.service(name.partition("/")[0])
    document: dict[str, Any] = json.loads(receipt)
    titles = titles_of(plan)
    plain = {
        key: value
        for key, value in document.items()
        if not isinstance(value, dict | list) and key != _FORMAT and value not in ("", None)
    }
    return (
        _templates()
        .get_template("records.html")
        .render(
            name=name,
            title=titles["agreement"].get(name) or titles["step"].get(name, name),
            service=service,
            query=plain.pop(_QUERY, ""),
            lines=[(_spoken(key), value) for key, value in plain.items()],
            tables=[*_tables(document)],
            board=f"/d/{BoardUid.SERVICE}?service={service.name}",
            page=catalogue + page_path(service.name),
            style=catalogue + STYLE,
        )
    )


def _tables(document: dict[str, Any], above: str = "") -> list[tuple[str, list[str], list[Any]]]:
    """Return (caption, head, rows) of every list of things, and of every mapping to figures."""
    found = []
    for key, value in document.items():
        caption = f"{above}{_spoken(key)}"
        if key == _TIMES:
            spent = {one: _spent(microseconds) for one, microseconds in value.items()}
            found.append(("time", ["", ""], [[one, text] for one, text in spent.items()]))
        elif isinstance(value, dict) and value.keys() >= {"columns", "rows"}:
            found.append((caption, value["columns"], value["rows"]))
        elif isinstance(value, dict) and _nested(value):
            found += _tables(value, f"{caption}: ")
        elif isinstance(value, dict):
            found.append((caption, ["", ""], [[_spoken(k), v] for k, v in value.items()]))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            head = [*value[0]]
            timed = _TIMES in document  # a step's: its lengths of time are microseconds
            rows = [[_cell(name, one.get(name), timed=timed) for name in head] for one in value]
            found.append((caption, [_spoken(name) for name in head], rows))
    return [one for one in found if one[2]]


def _spent(microseconds: int) -> str:
    seconds = Decimal(microseconds) / 1_000_000
    return duration_label(seconds.quantize(Decimal(1) if seconds >= 1 else Decimal("0.001")))


def _cell(name: str, value: object, *, timed: bool) -> object:
    """Return a cell: lengths of time and mappings in words, everything else as it stands."""
    if isinstance(value, dict):
        told = {one: _cell(name, each, timed=timed) for one, each in value.items()}
        return ", ".join(f"{_spoken(one)} {each}" for one, each in told.items())
    return _spent(value) if timed and name in _LENGTHS and isinstance(value, int) else value


def _nested(value: dict[str, Any]) -> bool:
    return any(isinstance(one, dict | list) for one in value.values())


def _spoken(name: str) -> str:
    return name.replace("_", " ")


@cache
def _templates() -> Environment:
    return templates("truegreen_dashboards.preview")
