"""The Policy in the plan."""

from __future__ import annotations

import plans
import pytest
from companies import POLICY, compiled

from truegreen_definitions.plan import Policy, Synthetic


def _policy(text: str) -> Policy:
    found = compiled(policy=text)
    assert found.plan is not None, found.problems
    return found.plan.policy


def test_policy_is_in_seconds() -> None:
    """Every time of the Policy arrives in seconds, the synthetic header as one pair."""
    policy = _policy(POLICY)
    assert (policy.retention_seconds, policy.scrape_interval_seconds) == (7_776_000, 15)
    assert policy.lateness_seconds == 604_800
    assert policy.prometheus_version == "2.42"
    assert policy.synthetic == Synthetic(header="x-synthetic", value="truegreen")


def test_workbook_pairs_are_named_by_labels() -> None:
    """`use: sre-workbook` gives its four pairs, fastest first."""
    assert [(pair.long, pair.short, str(pair.factor)) for pair in _policy(POLICY).burn] == [
        ("1h", "5m", "14.4"),
        ("6h", "30m", "6"),
        ("1d", "2h", "3"),
        ("3d", "6h", "1"),
    ]


def test_own_pairs_join_and_replace_those_of_the_workbook() -> None:
    """A pair of new windows is added in its place; one of the workbook's windows replaces it."""
    own = (
        "{use: sre-workbook, pairs: [{long: 60m, short: 5m, factor: 10.0, severity: ticket}, "
        "{long: 2m, short: 30s, factor: 14.40, severity: page}]}"
    )
    burn = _policy(POLICY.replace("{use: sre-workbook}", own)).burn
    assert burn[:2] == (
        plans.burn("2m", "30s", "14.4"),
        plans.burn("1h", "5m", "10", "ticket"),
    )
    assert [str(pair.factor) for pair in burn] == ["14.4", "10", "6", "3", "1"]


def test_own_pairs_alone_leave_the_workbook_out() -> None:
    """A list of pairs is all there is."""
    own = "[{long: 2h, short: 10m, factor: 5, severity: page}]"
    burn = _policy(POLICY.replace("{use: sre-workbook}", own)).burn
    assert [pair.long for pair in burn] == ["2h"]


def test_addresses_lead_to_pages() -> None:
    """No address ends with a slash, for paths are put behind it; a trace's page is as written."""
    said = "{records: 'https://x.example/p/', traces: 'https://t.example/#{trace}/'}"
    policy = _policy(f"{POLICY}  addresses: {said}\n")
    assert (policy.records_url, policy.catalogue_url) == ("https://x.example/p", "")
    assert policy.traces_url == "https://t.example/#{trace}/"


@pytest.mark.parametrize("url", ["https://t.example/", "https://t.example/{trace}/{trace}"])
def test_the_page_of_a_trace_names_it_once(url: str) -> None:
    """An address without the id's place would lead every case to the same page."""
    found = compiled(policy=f"{POLICY}  addresses: {{traces: '{url}'}}\n")
    assert found.plan is None
    assert ["where a trace's id stands" in one.message for one in found.problems] == [True]


@pytest.mark.parametrize(
    ("changed", "problem", "marked"),
    [
        (("scrape_interval: 15s", "scrape_interval: 500ms"), "policy/whole-seconds", "500ms"),
        (("lateness: 7d", "lateness: 1500ms"), "policy/whole-seconds", "1500ms"),
        (
            (
                "{use: sre-workbook}",
                "[{long: 1h, short: 60500ms, factor: 9, severity: page}]",
            ),
            "policy/whole-seconds",
            "60500ms",
        ),
        (('synthetic!="true"', "synthetic"), "promql/syntax", "synthetic"),
        (("is_synthetic", "channel"), "policy/not-a-flag", "channel"),
        (("is_synthetic", "is_robot"), "reference/unknown", "is_robot"),
    ],
)
def test_policy_that_cannot_be_kept_is_refused(
    changed: tuple[str, str], problem: str, marked: str
) -> None:
    """Fractions of seconds, a matcher that is none and a flag that is none are one problem."""
    found = compiled(policy=POLICY.replace(*changed))
    assert [one.id for one in found.problems] == [problem]
    place = found.problems[0].place
    line = found.texts[place.path].splitlines()[place.line - 1]
    assert line[place.column - 1 :][: place.width] == marked
