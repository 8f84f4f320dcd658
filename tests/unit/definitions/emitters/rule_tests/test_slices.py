"""What an expression reads, and which rules a case needs."""

from __future__ import annotations

import plans
import pytest

from truegreen_definitions.emitters.rule_tests import cases_of, suites_of
from truegreen_definitions.emitters.rule_tests.case import Layer
from truegreen_definitions.emitters.rule_tests.slices import matches, output_of, selectors
from truegreen_definitions.emitters.rules import rule_groups


@pytest.mark.parametrize(
    ("expr", "read"),
    [
        ('up{job="a"}', ("up", (("job", "=", "a"),))),
        ('sum(up{job=~"a|b",x!="1"} > 0)', ("up", (("job", "=~", "a|b"), ("x", "!=", "1")))),
        (r'up{q="a \"b\" {c}"}', ("up", (("q", "=", 'a "b" {c}'),))),
        ("xla:good:sum / 2", ("xla:good:sum", ())),
    ],
)
def test_selectors_are_found(expr: str, read: tuple[str, tuple[tuple[str, str, str], ...]]) -> None:
    """Names with their matchers, strings with braces and quotes in them included."""
    assert read in selectors(expr)


@pytest.mark.parametrize("expr", ['"up"', "1 # up", 'label_replace(x, "a", "up", "b", "(.*)")'])
def test_words_in_strings_and_comments_are_none(expr: str) -> None:
    """What stands in a string or a comment is not read."""
    assert "up" not in {name for name, _ in selectors(expr)}


@pytest.mark.parametrize(
    ("expr", "labels", "holds"),
    [
        ('up{a="1"}', {"a": "1", "b": "2"}, True),
        ('up{a="2"}', {"a": "1"}, False),
        ('up{c=""}', {"a": "1"}, True),
        ('up{a=~"1|2"}', {"a": "2"}, True),
        ('up{a!~"1|2"}', {"a": "2"}, False),
        ('ALERTS{a="1",left="by the expression"}', {"a": "1"}, True),
    ],
)
def test_a_selector_matches_as_prometheus_does(
    expr: str,
    labels: dict[str, str],
    holds: bool,  # noqa: FBT001  a column of the table above
) -> None:
    """Missing labels are empty, patterns are anchored; an alert may have further labels."""
    (selector,) = selectors(expr)
    assert matches(selector, (selector[0], labels)) is holds


def test_the_layers_hold_every_rule() -> None:
    """No rule of a service is in no layer, and no layer has a rule the service has not."""
    (service,) = plans.PLAN.services
    deployed = [rule for group in rule_groups(plans.PLAN, service) for rule in group.rules]
    sliced = [
        rule
        for suite in suites_of(plans.PLAN, service)
        for group in suite.groups
        for rule in group.rules
    ]
    assert {(str(output_of(one)), one.expr) for one in deployed} == {
        (str(output_of(one)), one.expr) for one in sliced
    }


def test_no_layer_writes_what_it_is_given() -> None:
    """What a case gives, no rule of its own layer records."""
    (service,) = plans.PLAN.services
    cases = tuple(cases_of(plans.PLAN, service))
    for suite in suites_of(plans.PLAN, service):
        outputs = [output_of(rule) for group in suite.groups for rule in group.rules]
        given = {
            selector
            for case in cases
            if case.layer is suite.layer
            for name, _ in case.series
            for selector in selectors(name)
        }
        assert not any(matches(one, output) for one in given for output in outputs)
    assert {suite.layer for suite in suites_of(plans.PLAN, service)} >= {Layer.COUNTS, Layer.BURN}
