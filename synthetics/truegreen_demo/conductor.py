"""The demo: starts the CLI's own commands and Debian's servers, breaks the shop, tells the story.

The shop runs well; then PayGate's step becomes slow. No request fails, so the SLA stays met,
while customers wait: the experience is breached, a page fires, and the service is a watermelon.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from truegreen_definitions.names import AnnotationName, BoardUid
from truegreen_definitions.units import duration_label
from truegreen_demo.claim import claimed
from truegreen_demo.company import (
    find_programs,
    servers_at,
    set_faults,
    simulate,
    start,
    take_pictures,
    write_report,
)
from truegreen_demo.last_words import last_words
from truegreen_demo.pager import Notification, Pager
from truegreen_demo.processes import LOOPBACK, Processes, terminable
from truegreen_demo.summary import rows, table
from truegreen_demo.workspace import Ports, Workspace, prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Story", "conduct"]

TICK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """How the demo goes.

    Attributes:
        seconds: How long it runs once everything is up; None until Ctrl-C.
        fault_after_seconds: When PayGate becomes slow.
        fault: What the shop is told: a delay for one of its steps.
        pictures: Where pictures of the boards go at the end; None for none.
        report: Where the review of the last closed month goes; None for none.
    """

    seconds: float | None
    fault_after_seconds: float
    fault: dict[str, dict[str, str]]
    pictures: Path | None = None
    report: Path | None = None


def conduct(folder: Path, story: Story, say: Callable[[str], None]) -> str:
    """Run the demo in a folder; return the summary. Every process it started has ended.

    Raises:
        UsageError: The folder is not the demo's to write.
        TerminalError: A program is missing, cannot start or ends early.
    """
    programs = find_programs()
    ports = Ports.free()
    with terminable(), claimed(folder):
        space = prepare(folder, ports, datetime.now(UTC), say)
        with Pager(ports.pager) as pager, Processes(space.logs) as processes:
            say("starting the shop, its customers, Prometheus, Alertmanager, exporter and probe")
            start(space, ports, programs, processes)
            say(_welcome(ports, space))
            say(_outlook(story))
            servers = servers_at(ports)
            try:
                _tell(story, ports, pager, processes, say)
            except KeyboardInterrupt:
                say("stopping")
            if story.pictures is not None:
                say(f"taking pictures of the boards into {story.pictures}")
                take_pictures(space, servers, story.pictures)
            if story.report is not None:
                say(f"writing the review of the last closed month: {story.report}")
                write_report(space, story.report)
            offer = simulate(space, datetime.now(UTC))
            found = rows(space.plan, servers)
            return "\n".join((offer, table(found), last_words(space.plan, found, servers)))


def _outlook(story: Story) -> str:
    end = "until Ctrl-C" if story.seconds is None else f"for {duration_label(story.seconds)}"
    fault = duration_label(round(story.fault_after_seconds))
    return f"the demo runs {end}; in {fault} the payment vendor becomes slow"


def _welcome(ports: Ports, space: Workspace) -> str:
    servers = servers_at(ports)
    return (
        "everything runs:\n"
        f"  boards        http://{LOOPBACK}:{ports.preview}/d/{BoardUid.EXECUTIVE}?range=15m\n"
        f"  Prometheus    {servers.prometheus}/alerts\n"
        f"  Alertmanager  {servers.alertmanager}/\n"
        f"  shop          http://{LOOPBACK}:{ports.shop}/products\n"
        f"  folder        {space.folder}"
    )


def _tell(
    story: Story, ports: Ports, pager: Pager, processes: Processes, say: Callable[[str], None]
) -> None:
    """Watch until the story's end: break the shop at its time, say what the teams are told."""
    begun = time.monotonic()
    broken = False
    while story.seconds is None or time.monotonic() - begun < story.seconds:
        processes.check()
        if not broken and time.monotonic() - begun >= story.fault_after_seconds:
            broken = True
            set_faults(ports, story.fault)
            say("PayGate becomes slow: every payment takes longer, none fails")
        for told in pager.take():
            say(_told(told))
        time.sleep(TICK_SECONDS)


def _told(told: Notification) -> str:
    """Return a notification as one line: who is told what, and by which line it is so."""
    who = told.labels.get("owner", "?")
    word = "RESOLVED" if told.status == "resolved" else told.channel.upper()
    summary = told.annotations.get(AnnotationName.SUMMARY, told.labels.get("alertname", "?"))
    definition = told.annotations.get(AnnotationName.DEFINITION)
    return f"{word} to {who}: {summary}" + (f"  [{definition}]" if definition else "")
