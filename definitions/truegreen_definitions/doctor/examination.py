"""All that a doctor looks at, in the order in which it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.doctor.alertmanager import alertmanager, collector
from truegreen_definitions.doctor.finding import Finding, Topic
from truegreen_definitions.doctor.installed import installed
from truegreen_definitions.doctor.local import local
from truegreen_definitions.doctor.processes import process
from truegreen_definitions.doctor.prometheus import prometheus
from truegreen_definitions.doctor.sources import sources
from truegreen_definitions.names import ComponentValue

if TYPE_CHECKING:
    from truegreen_definitions.doctor.case import Case

__all__ = ["examined"]


def examined(case: Case) -> tuple[Finding, ...]:
    """Return every finding, by topic."""
    found = [
        *installed(case),
        *prometheus(case),
        *alertmanager(case),
        *process(case, ComponentValue.EXPORTER, case.exporter),
        *process(case, ComponentValue.PROBE, case.probe),
        *collector(case),
        *local(case),
        *sources(case),
    ]
    order = list(Topic)
    return tuple(sorted(found, key=lambda one: order.index(one.topic)))
