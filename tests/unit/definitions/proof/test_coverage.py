"""Which rules count as covered, and that the plans of all golden cases are, wholly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters import rule_tests
from truegreen_definitions.emitters.rule_tests.burn import burn_cases
from truegreen_definitions.emitters.rule_tests.counts import count_cases
from truegreen_definitions.emitters.rules import RULES
from truegreen_definitions.proof.coverage import coverage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rules.promise import Promise
    from truegreen_definitions.plan import Plan


def test_every_rule_of_the_example_company_is_asserted(acme_plan: Plan) -> None:
    """Each recording has a test that expects its value, each alert one where it fires."""
    found = coverage(acme_plan)
    assert found.uncovered == ()
    assert found.percent == 100


@pytest.mark.parametrize("company", ["plan", "one-pair"])
def test_every_rule_of_a_hand_made_plan_is_asserted(company: str) -> None:
    """So it is for plans that the example company does not resemble."""
    one_pair = replace(plans.POLICY, burn=plans.POLICY.burn[1:2])
    plan = plans.PLAN if company == "plan" else plans.under(one_pair)
    assert coverage(plan).uncovered == ()


def test_it_counts_the_rules_that_are_deployed(acme_plan: Plan) -> None:
    """The number of rules is that of the files, whoever wrote them there."""
    text = "".join(one.text for one in RULES.emit(acme_plan, BuildInfo()))
    found = coverage(acme_plan)
    assert found.recordings == text.count("\n      - record: ")
    assert found.alerts == text.count("\n      - alert: ")


@pytest.mark.parametrize(
    ("left_out", "lacks"),
    [
        (("burning", "just enough"), "no test expects it to fire"),
        (
            ("quiet", "recovered", "below", "blip", "few", "nothing"),
            "no test expects it to be silent",
        ),
    ],
)
def test_an_alert_must_fire_and_be_silent(
    left_out: tuple[str, ...], lacks: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alert that only ever fires in its tests, or never does, is not covered."""

    def cases(promise: Promise) -> Iterator[Case]:
        for case in burn_cases(promise):
            kept = (c for c in case.checks if not any(word in c.situation for word in left_out))
            yield replace(case, checks=tuple(kept))

    changed = tuple(cases if one is burn_cases else one for one in rule_tests.CASES)
    monkeypatch.setattr(rule_tests, "CASES", changed)
    found = coverage(plans.PLAN)
    burning = [one for one in found.uncovered if "XlaBurn" in one.series]
    assert burning
    assert {one.lacks for one in burning} == {lacks}
    assert found.percent < 100


def test_a_recording_needs_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule whose series no test expects to have a value is named with its group."""
    others = tuple(one for one in rule_tests.CASES if one is not count_cases)
    monkeypatch.setattr(rule_tests, "CASES", others)
    found = coverage(plans.under(plans.POLICY, replace(plans.PLAN, agreements=(plans.PAY_FELT,))))
    counts = [one for one in found.uncovered if one.series.startswith("xla:total:increase5m")]
    assert [(one.group, one.lacks) for one in counts] == [
        ("order-to-cash/pay-felt", "no test expects a value of it")
    ]
