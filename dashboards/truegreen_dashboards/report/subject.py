"""What a report is made of: the plan, what was found of a period, and where it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.plan import Signal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from truegreen_definitions.plan import Agreement, Measurement, Plan, Service
    from truegreen_definitions.reviews import Promise, Review, ReviewedPeriod, ReviewedService

__all__ = ["Receipts", "Subject", "missed", "promise_in", "reviewed_period"]

_MISSED = {"missed", "seems missed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """The commands that give the receipts of figures, as a reader would type them.

    Attributes:
        plan: Path of plan.json.
        state: Path of the state file.
        digest: Of the plan.
        revision: Commit of the definitions; empty when it was not built with one.
    """

    plan: str
    state: str
    digest: str
    revision: str = ""

    def explain(self, name: str) -> str:
        """Return the command for an agreement, a service or a channel."""
        return f"truegreen explain {name} {self._both}"

    def contract(self, name: str, period: str) -> str:
        """Return the command for a period of a contract."""
        return f"truegreen contract explain {name} --period {period} {self._both}"

    def loss(self, episode: str) -> str:
        """Return the command for an outage in the ledger of losses."""
        return f"truegreen losses {episode} {self._both}"

    def outcomes(self, service: str) -> str:
        """Return the command for what moves an outcome."""
        return f"truegreen outcomes {service} {self._both}"

    @property
    def _both(self) -> str:
        return f"--plan {self.plan} --state {self.state}"


class Subject:
    """A review beside the plan that it is of.

    Args:
        plan: The plan.
        review: What was found.
        receipts: Where.
    """

    def __init__(self, plan: Plan, review: Review, receipts: Receipts) -> None:
        self.plan, self.review, self.receipts = plan, review, receipts
        self._titles = {one.name: one.title for one in plan.teams}
        self._titles |= {one.name: one.title for one in plan.vendors}
        self._promised: dict[str, Agreement | Measurement] = {
            one.id: one for one in plan.agreements
        }
        self._promised |= {one.id: one for one in plan.measurements}

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that were found, in the order of the review."""
        return tuple(self.plan.service(one.service) for one in self.review.services)

    @property
    def today(self) -> date:
        """The day it is seen from, in UTC."""
        return self.review.at.date()

    def of(self, service: str) -> ReviewedService:
        """Return what was found of a service."""
        return next(one for one in self.review.services if one.service == service)

    def periods(self) -> Iterator[tuple[Service, ReviewedPeriod | None]]:
        """Yield each service with the period that is told of; None where nothing was counted."""
        for service in self.services:
            yield service, reviewed_period(self.of(service.name), self.review.label)

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What was found of every promise in the period that is told of, service by service."""
        return tuple(one for _, period in self.periods() if period for one in period.promises)

    def party(self, name: str) -> str:
        """Return the title of a team or vendor, or the name of a role as it stands."""
        return self._titles.get(name, name)

    def answerable(self, vendor: str) -> str:
        """Return who answers for a share of something: a vendor, or we where there is none."""
        return self.party(vendor) if vendor else "our own teams"

    def promised(self, name: str) -> Agreement | Measurement:
        """Return an agreement by its id."""
        return self._promised[name]

    def is_signal(self, name: str) -> bool:
        """Return whether Prometheus counts an agreement."""
        return isinstance(self._promised[name].parts, Signal)


def reviewed_period(found: ReviewedService, label: str) -> ReviewedPeriod | None:
    """Return the period of a label; None where nothing of the service is known of it."""
    return next((one for one in found.periods if one.label == label), None)


def promise_in(period: ReviewedPeriod | None, agreement: str) -> Promise | None:
    """Return what was found of an agreement in a period; None where nothing was."""
    found = period.promises if period else ()
    return next((one for one in found if one.agreement == agreement), None)


def missed(period: ReviewedPeriod) -> list[Promise]:
    """Return the promises that were not kept, certainly or as it seems."""
    return [one for one in period.promises if one.standing in _MISSED]
