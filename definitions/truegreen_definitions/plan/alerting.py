"""How alerts are raised: severities, evidence, and the calendars that mask them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["USUAL", "Alerting"]

MIN_BAD = 5
ABSENT = "absent"  # that nothing is measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """How the alerts of an agreement, or of the company, are raised.

    Attributes:
        severities: (alert, severity) where it is not the usual one; `none` raises it not at all.
        page: Whether anything may page.
        ticket: Whether anything may open a ticket.
        min_bad: Bad events that an alert on a signal needs at least.
        wilson: Whether the lower Wilson bound of the error ratio must be above a burn's factor.
        during: Calendar outside of which no alert is raised; empty for always.
        muted: Calendars in which no alert is raised.
        runbook: URL of what to do; empty for none.
    """

    severities: tuple[tuple[str, str], ...] = ()
    page: bool = True
    ticket: bool = True
    min_bad: int = MIN_BAD
    wilson: bool = False
    during: str = ""
    muted: tuple[str, ...] = ()
    runbook: str = ""

    def severity(self, alert: str, usual: str) -> str:
        """Return how severe an alert is; empty when it is not to be raised.

        Silence is told even where nothing may page: it is a ticket then, for alerts on what is not
        measured are quiet too.
        """
        found = dict(self.severities).get(alert, usual)
        if alert == ABSENT and found == "page" and not self.page:
            found = "ticket"
        allowed = {"page": self.page, "ticket": self.ticket}
        return found if allowed.get(found) else ""


USUAL = Alerting()
"""As alerts are raised where nobody says anything else."""
