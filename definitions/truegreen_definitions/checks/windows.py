"""Windows can be counted: from samples that are kept, and often enough scraped.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      prometheus: {version: '2.42', retention: 30d, scrape_interval: 15s}
      burn: [{long: 1h, short: 5m, factor: 14.4, severity: page}]

window/beyond-retention
-----------------------
A window is longer than samples are kept.

What Prometheus counts over a window needs samples as old as the window is long. Records are kept
elsewhere and have no such bound.

Mend: take a shorter window, or keep samples longer: `prometheus.retention` of the Policy.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      prometheus: {version: '2.42', retention: 30d, scrape_interval: 15s}
      burn: [{long: 60d, short: 5m, factor: 14.4, severity: page}]

window/too-short
----------------
A burn window holds fewer than two scrapes.

An increase needs two samples; a window with one of them never has a value, so its alert never
fires.

Mend: take a longer window, or scrape more often: `prometheus.scrape_interval` of the Policy.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      prometheus: {version: '2.42', retention: 30d, scrape_interval: 15s}
      burn: [{long: 1h, short: 20s, factor: 14.4, severity: page}]

window/off-grid
---------------
A window of a burn pair above an hour is no multiple of five minutes.

Both windows of such a pair are summed from counts of five minutes.

Mend: write a multiple of `5m`.

Fails:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      prometheus: {version: '2.42', retention: 30d, scrape_interval: 15s}
      burn: [{long: 62m, short: 5m, factor: 14.4, severity: page}]
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from truegreen_definitions.burn import workbook_pairs
from truegreen_definitions.checks.check import Check
from truegreen_definitions.grid import GRID_SECONDS, UNLAGGED_SECONDS
from truegreen_definitions.kinds import is_signal
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.catalog.definition import Definition
    from truegreen_definitions.models.policy import Policy, PolicySpec
    from truegreen_definitions.problems import Problem
    from truegreen_definitions.yaml_tree.nodes import Step

__all__ = ["CHECK"]

RETENTION, SHORT, GRID = "window/beyond-retention", "window/too-short", "window/off-grid"
SCRAPES = 2


def check(catalog: Catalog) -> Iterator[Problem]:
    """Yield problems of each policy's burn windows, then of the agreements under it."""
    for policy in catalog.policies.values():
        spec = policy.model.spec
        unlagged = _unlagged(spec)
        for path, seconds in _burn_windows(spec):
            yield from _of_burn(policy, path, seconds)
            if seconds not in unlagged and seconds % GRID_SECONDS:
                yield _off_grid(policy, path, seconds)
        yield from _of_agreements(catalog, policy)


def _burn_windows(spec: PolicySpec) -> Iterator[tuple[tuple[Step, ...], Decimal]]:
    """Yield the length of every burn window and where it is written; of the workbook, nowhere."""
    for index, pair in enumerate(spec.burn_pairs):
        path: tuple[Step, ...] = ("spec", *spec.burn_path, index)
        yield (*path, "long"), pair.long
        yield (*path, "short"), pair.short
    if spec.uses_workbook:
        own = {(pair.long, pair.short) for pair in spec.burn_pairs}
        shared = [pair for pair in workbook_pairs() if (pair.long, pair.short) not in own]
        # What is too long or too short for one is so for others: one of each says it.
        if shared:
            yield (), max(pair.long for pair in shared)
            yield (), min(pair.short for pair in shared)


def _of_burn(
    policy: Definition[Policy], path: tuple[Step, ...], seconds: Decimal
) -> Iterator[Problem]:
    prometheus = policy.model.spec.prometheus
    label = duration_label(seconds)
    of = "the burn window" if path else "the workbook's burn window"
    if seconds > prometheus.retention:
        kept = duration_label(prometheus.retention)
        message = f"{of} {label} is longer than the retention {kept}"
        at = path or ("spec", "prometheus", "retention")
        hint = "take a shorter window, or keep samples longer: prometheus.retention"
        yield policy.problem(RETENTION, message, *at, hint=hint)
    if seconds < SCRAPES * prometheus.scrape_interval:
        interval = duration_label(prometheus.scrape_interval)
        message = f"{of} {label} holds fewer than two scrapes, one every {interval}"
        at = path or ("spec", "prometheus", "scrape_interval")
        longer = f"make it {duration_label(SCRAPES * prometheus.scrape_interval)} or longer"
        hint = longer if path else f"scrape every {duration_label(seconds / SCRAPES)} or faster"
        yield policy.problem(SHORT, message, *at, hint=hint)


def _unlagged(spec: PolicySpec) -> frozenset[Decimal]:
    """Return the windows of pairs that are counted anew at every evaluation."""
    pairs = [*spec.burn_pairs, *(workbook_pairs() if spec.uses_workbook else ())]
    fast = (pair for pair in pairs if pair.long <= UNLAGGED_SECONDS)
    return frozenset(seconds for pair in fast for seconds in (pair.long, pair.short))


def _off_grid(policy: Definition[Policy], path: tuple[Step, ...], seconds: Decimal) -> Problem:
    label, fits = (
        duration_label(seconds),
        max(seconds - seconds % GRID_SECONDS, Decimal(GRID_SECONDS)),
    )
    message = f"the burn window {label} is of a pair longer than 1h, and no multiple of 5m"
    hint = f"write a multiple of 5m, such as {duration_label(fits)}"
    return policy.problem(GRID, message, *path, hint=hint)


def _of_agreements(catalog: Catalog, policy: Definition[Policy]) -> Iterator[Problem]:
    retention = policy.model.spec.prometheus.retention
    for service in catalog.services.values():
        for section, index, agreement in service.model.spec.agreements():
            window = agreement.window
            if window.reach_seconds > retention and is_signal(catalog, agreement):
                message = (
                    f"the window {window.label} takes {duration_label(window.reach_seconds)} of "
                    f"samples, Policy `{policy.name}` keeps {duration_label(retention)}"
                )
                hint = "take a shorter window, or keep samples longer: prometheus.retention"
                path = ("spec", section, index, "window")
                yield service.problem(RETENTION, message, *path, hint=hint)


CHECK = Check((RETENTION, SHORT, GRID), check)
