"""Our own processes: whether they run the plan that was built, and what they say of themselves."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from truegreen_definitions import names
from truegreen_definitions.doctor.ask import Unreachable, ask
from truegreen_definitions.doctor.finding import Finding, Topic, good, note, problem
from truegreen_definitions.emitters.rules.promise import every_seconds
from truegreen_definitions.emitters.rules.staleness import stale_after_seconds
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from truegreen_definitions.doctor.case import Case, Place
    from truegreen_definitions.names import Metric

__all__ = ["process"]

PORT_SECONDS = 0.5


def process(case: Case, component: names.ComponentValue, place: Place) -> Iterator[Finding]:
    """Look at an exporter or a probe."""
    text = None
    try:
        text = ask(f"{place.url}/metrics").body.decode("utf-8", "replace")
    except Unreachable as error:
        yield _not_there(case, component, place, str(error))
        return
    scrape = _Scrape(text)
    digests = scrape.labels(names.PLAN_INFO, names.DIGEST, component=component)
    if not digests:
        yield problem(
            Topic.CONFIGURED,
            component,
            f"{place.url} is answered by something that is no {component}",
            f"choose another port with --listen, and tell it here with --{component}",
        )
        return
    yield good(Topic.REACHABLE, component, place.url)
    yield from _plan(case, component, digests[0], scrape)
    yield from _sources(case, scrape)
    yield from _pushes(component, scrape)


class _Scrape:
    """The samples of a scrape."""

    def __init__(self, text: str) -> None:
        from prometheus_client.parser import text_string_to_metric_families  # noqa: PLC0415

        try:
            self._samples = [
                (sample.name, sample.labels, sample.value)
                for family in text_string_to_metric_families(text)
                for sample in family.samples
            ]
        except ValueError:  # it is no exposition: some other server
            self._samples = []

    def of(self, metric: Metric, **labels: str) -> list[tuple[Mapping[str, str], float]]:
        wanted = labels.items()
        return [
            (found, value)
            for name, found, value in self._samples
            if name == metric.name and wanted <= found.items()
        ]

    def labels(self, metric: Metric, label: str, **labels: str) -> list[str]:
        return [found.get(label, "") for found, _ in self.of(metric, **labels)]


def _not_there(case: Case, component: str, place: Place, why: str) -> Finding:
    if _taken(place.url):
        message = f"{place.url} is taken by something that is no {component}: {why}"
        fix = f"choose another port with --listen, and tell it here with --{component}"
        return problem(Topic.CONFIGURED, component, message, fix)
    exports = component == names.ComponentValue.EXPORTER
    fix = f"start it with `{case.export_command if exports else case.probe_command}`"
    tell = problem if place.asked else note
    return tell(Topic.REACHABLE, component, f"{place.url} does not answer: {why}", fix)


def _taken(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), PORT_SECONDS):
            return True
    except OSError:
        return False


def _plan(case: Case, component: str, digest: str, scrape: _Scrape) -> Iterator[Finding]:
    if case.loaded is not None and digest != case.loaded.digest:
        message = f"runs the plan {digest[:12]}, built is {case.loaded.digest[:12]}"
        fix = f"give it {case.plan}: it takes over a changed file by itself, at once on SIGHUP"
        yield problem(Topic.STALE, component, message, fix)
    elif case.loaded is not None:
        yield good(Topic.STALE, component, f"runs the plan that was built, {digest[:12]}")
    for _, value in scrape.of(names.PLAN_RELOAD_SUCCESSFUL):
        if not value:
            yield problem(
                Topic.STALE,
                component,
                "could not take over its plan file and keeps the plan before",
                "read its log (plan_kept, plan_refused), mend the file and build again",
            )


def _sources(case: Case, scrape: _Scrape) -> Iterator[Finding]:
    read = {found[names.SOURCE]: at for found, at in scrape.of(names.SOURCE_LAST_SUCCESS)}
    lateness = case.loaded.plan.policy.lateness_seconds if case.loaded else None
    sources = case.loaded.plan.sources if case.loaded else ()
    limits = {one.name: stale_after_seconds(every_seconds(one)) for one in sources}
    for found, up in scrape.of(names.SOURCE_UP):
        source = found[names.SOURCE]
        subject = f"source {source}"
        lag = [value for _, value in scrape.of(names.SOURCE_LAG, source=source)]
        if not up:
            fix = "read the exporter's log (failed): it names the file and the reason"
            yield problem(Topic.STALE, subject, "its last reading failed", fix)
        elif case.now - read.get(source, 0.0) > (
            limit := limits.get(source, stale_after_seconds(0))
        ):
            fix = "see whether the exporter's cycles end: truegreen_cycle_duration_seconds"
            message = f"has not been read for {duration_label(limit)}"
            yield problem(Topic.STALE, subject, message, fix)
        elif lag and lateness is not None and lag[0] > lateness:
            message = f"its newest record is {lag[0] / 86_400:.1f} days old"
            yield note(Topic.STALE, subject, message, "ask who exports it whether it still runs")
        else:
            yield good(Topic.STALE, subject, "is read and recent")


def _pushes(component: str, scrape: _Scrape) -> Iterator[Finding]:
    counts = {
        found[names.OUTCOME]: value
        for found, value in scrape.of(names.OTLP_PUSHES, component=component)
    }
    if counts.get(names.PushValue.FAILED) and not counts.get(names.PushValue.SENT):
        fix = "read its log (push_failed), and check OTEL_EXPORTER_OTLP_ENDPOINT"
        yield problem(Topic.REACHABLE, component, "no push over OTLP was ever taken", fix)
    elif counts.get(names.PushValue.SENT):
        yield good(Topic.REACHABLE, component, "its pushes over OTLP are taken")
