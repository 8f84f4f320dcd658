"""Who answers for what a board shows, where that is written, and what to do: a text a board."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from truegreen_dashboards.boards.markdown import link, table
from truegreen_dashboards.panels import Section, Text
from truegreen_definitions.emitters.rules.promise import agreements_of
from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from truegreen_definitions.plan import (
        Agreement,
        Contract,
        Measurement,
        Plan,
        Service,
        Source,
        Team,
        Vendor,
    )

__all__ = ["KEY", "NO_RUNBOOK", "TITLE", "Answers", "runbook"]

KEY, TITLE = "people", "Who answers, and where it is written"
NO_RUNBOOK = "no runbook"
_LEAST, _MOST = 5, 14  # grid rows
_HEAD = ("About", "Answers", "Contact", "Defined in", "What to do")
_NOBODY = "nobody is told: no promise is judged by it"
_DOCTOR = "`truegreen doctor BUILD`"


def runbook(one: Agreement | Measurement, words: str = "runbook") -> str:
    """Return the link to what to do when a promise is broken, as Markdown."""
    url = one.alerting.runbook
    return link(words, url) if url else NO_RUNBOOK


@dataclass(frozen=True, kw_only=True)  # without slots: what is looked up is kept
class Answers:
    """Who answers, in a plan."""

    plan: Plan

    def services(self) -> Text:
        """Return the text about services as a whole."""
        rows = [
            (
                one.title,
                f"**{self._title(one.owner)}**"
                + (f", process lead {one.process_lead}" if one.process_lead else ""),
                self._contact(one.owner),
                f"`{one.origin}`",
                self._runbooks(one),
            )
            for one in self.plan.services
        ]
        return _text(
            "Owner of each service, the line of its definition, and what to do when one of its "
            "promises is broken.",
            rows,
        )

    def money(self) -> Text:
        """Return the text about what services are worth, and contracts."""
        worth = [one for one in self.plan.services if one.values]
        rows = [*map(self._worth, worth), *map(self._contract, self.plan.contracts)]
        return _text(
            "Who answers for what a service is worth and for each contract, the line of its "
            "definition, and how an amount is explained.",
            rows,
        )

    def inputs(self) -> Text:
        """Return the text about sources and journeys."""
        rows = [*map(self._source, self.plan.sources), *self._journeys()]
        return _text(
            "Who is told when a source or a journey fails, the line of its definition, and what to "
            "do then.",
            rows,
        )

    def vendors(self) -> Text:
        """Return the text about vendors, a part for each."""
        head = ("Step or promise", "We ask", "Defined in", "What to do")
        told = [(one, tuple(self._of_vendor(one))) for one in self.plan.vendors]
        most = max((len(rows) for _, rows in told), default=0)
        sections = tuple(
            Section(value=one.name, body="\n\n".join((*self._vendor(one), table(head, rows))))
            for one, rows in told
        )
        return Text(
            key=KEY,
            title=TITLE,
            description=(
                "Contact and contracts of the vendor; the steps and promises it answers for, who "
                "of us asks it, the line of each definition, and what to do."
            ),
            width=24,
            height=max(_LEAST, min(_MOST, 5 + most)),
            sections=sections,
        )

    def _worth(self, one: Service) -> tuple[str, ...]:
        to_do = f"`truegreen losses` · {self._runbooks(one)}"
        owner = f"**{self._title(one.owner)}**"
        about = f"What {one.title} is worth"
        return (about, owner, self._contact(one.owner), f"`{one.origin}`", to_do)

    def _contract(self, one: Contract) -> tuple[str, ...]:
        side = "vendor" if one.vendor else "client"
        return (
            f"Contract {one.title}",
            f"{side} **{self._title(one.party)}**",
            self._contact(one.party),
            f"`{one.origin}`",
            f"`truegreen contract explain {one.party}`",
        )

    def _source(self, one: Source) -> tuple[str, ...]:
        owners = sorted(self._judged_by.get(one.table, ()))
        who = ", ".join(f"**{self._title(owner)}**" for owner in owners)
        contacts = ", ".join(filter(None, map(self._contact, owners)))
        about = f"Source {one.name}"
        return (about, who or _NOBODY, contacts, f"`{one.origin}`", _DOCTOR)

    def _journeys(self) -> Iterator[tuple[str, ...]]:
        for one in self.plan.journeys:
            owner = self.plan.service(one.service).owner
            who = f"**{self._title(owner)}**"
            about = f"Journey {one.name}"
            yield (about, who, self._contact(owner), f"`{one.origin}`", _DOCTOR)

    def _vendor(self, one: Vendor) -> Iterator[str]:
        yield f"### {one.title}"
        bound = [it for it in self.plan.contracts if it.vendor == one.name]
        told = "; ".join(f"contract **{it.title}**, `{it.origin}`" for it in bound)
        yield f"Contact **{one.contact or 'none'}**, `{one.origin}`; {told or 'no contract'}."

    def _of_vendor(self, vendor: Vendor) -> Iterator[tuple[str, ...]]:
        for service in self.plan.services:
            asks = f"**{self._title(service.owner)}** ({service.title})"
            for step in service.steps:
                if step.vendor == vendor.name:
                    to_do = self._runbooks(service, step.name)
                    yield (f"Step {step.title}", asks, f"`{step.origin}`", to_do)
            for one in agreements_of(self.plan, service):
                if vendor.name in {one.vendor, *self._promised_by.get(one.id, ())}:
                    said = f"{one.kind.upper()} {one.name}: {one.title}"
                    yield (said, asks, f"`{one.origin}`", runbook(one))

    def _runbooks(self, service: Service, step: str = "") -> str:
        found = [
            runbook(one, one.name)
            for one in agreements_of(self.plan, service)
            if one.alerting.runbook and (not step or one.step == step)
        ]
        return " · ".join(found) or NO_RUNBOOK

    def _title(self, name: str) -> str:
        return self._parties.get(name, (name, ""))[0]

    def _contact(self, name: str) -> str:
        return self._parties.get(name, ("", ""))[1]

    @cached_property
    def _parties(self) -> dict[str, tuple[str, str]]:
        every: tuple[Team | Vendor, ...] = (*self.plan.vendors, *self.plan.teams)
        return {one.name: (one.title, one.contact) for one in every}

    @cached_property
    def _judged_by(self) -> dict[str, set[str]]:
        """Owners by the table that judges what they own."""
        found: dict[str, set[str]] = {}
        every: tuple[Agreement | Measurement, ...]
        every = (*self.plan.agreements, *self.plan.measurements)
        for one in every:
            if not isinstance(one.parts, Signal):
                found.setdefault(one.parts.table, set()).add(one.owner)
        return found

    @cached_property
    def _promised_by(self) -> dict[str, set[str]]:
        """Vendors by the agreement that their contracts are settled by."""
        found: dict[str, set[str]] = {}
        for contract in self.plan.contracts:
            for agreement in contract.agreements if contract.vendor else ():
                found.setdefault(agreement, set()).add(contract.vendor)
        return found


def _text(description: str, rows: Iterable[tuple[str, ...]]) -> Text:
    every = tuple(rows)
    return Text(
        key=KEY,
        title=TITLE,
        description=description,
        width=24,
        height=max(_LEAST, min(_MOST, 3 + len(every))),
        body=table(_HEAD, every),
    )
