"""Every form asks what the plain rules ask, and is what its reader takes."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import plans
import pytest
import yaml

from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.emitters.forms import FORMS
from truegreen_definitions.emitters.forms.mimir import RULES_A_GROUP
from truegreen_definitions.emitters.forms.operator import OPERATOR, SIZE_LIMIT
from truegreen_definitions.emitters.forms.parts import parts_of
from truegreen_definitions.emitters.rule_tests.slices import matches, output_of, selectors
from truegreen_definitions.emitters.rules import RULES, rule_groups
from truegreen_definitions.plan import Forms, GrafanaForm, MimirForm, OperatorForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from truegreen_definitions.plan import Plan

FORM = Forms(
    operator=OperatorForm(namespace="", labels=(("release", "prometheus"),)),
    mimir=MimirForm(prefix="truegreen"),
    grafana=GrafanaForm(datasource="prom-uid", folder="Promises"),
)
DURATION = re.compile(r"(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?")
LABEL = re.compile(r"[a-zA-Z0-9]([-_.a-zA-Z0-9]{0,61}[a-zA-Z0-9])?")
# The fields that Grafana's reader of provisioning files knows, as far as they are written.
# Source: Grafana, `pkg/services/provisioning/alerting/rules_types.go`.
GRAFANA_GROUP = {"orgId", "name", "folder", "interval", "rules"}
GRAFANA_RULE = {
    *("uid", "title", "condition", "data", "noDataState", "execErrState"),
    *("for", "labels", "annotations", "isPaused"),
}
GRAFANA_QUERY = {"refId", "relativeTimeRange", "datasourceUid", "model"}
DNS_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")


@pytest.fixture
def plan(acme_plan: Plan) -> Plan:
    """The example company, in every form."""
    return replace(acme_plan, policy=replace(acme_plan.policy, forms=FORM))


def written(plan: Plan, folder: str) -> dict[str, Any]:
    """Return what the forms write below a folder, as data."""
    every = (artifact for form in FORMS for artifact in form.emit(plan, BuildInfo()))
    return {one.path: yaml.safe_load(one.text) for one in every if one.path.startswith(folder)}


def plain(plan: Plan) -> list[dict[str, Any]]:
    """Return all rules of the plain files."""
    files = [yaml.safe_load(one.text) for one in RULES.emit(plan, BuildInfo())]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def sorted_rules(rules: list[dict[str, Any]]) -> list[str]:
    """Return rules as text that can be compared."""
    return sorted(json.dumps(rule, sort_keys=True) for rule in rules)


def test_nothing_is_written_that_is_not_asked_for(acme_plan: Plan) -> None:
    """Without `forms` in the Policy there are the plain files alone."""
    assert [one for form in FORMS for one in form.emit(acme_plan, BuildInfo())] == []


@pytest.mark.parametrize("folder", ["kubernetes", "mimir"])
def test_objects_and_namespaces_hold_the_plain_rules(plan: Plan, folder: str) -> None:
    """All rules are there, each once, word for word."""
    files = written(plan, folder).values()
    groups = [group for file in files for group in (file.get("spec") or file)["groups"]]
    assert sorted_rules([rule for group in groups for rule in group["rules"]]) == sorted_rules(
        plain(plan)
    )
    assert len({group["name"] for group in groups}) == len(groups)


def test_promtool_takes_the_groups_of_every_form(
    plan: Plan, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    """Objects, namespaces and Grafana's queries are rules that Prometheus loads, lint and all."""
    every: dict[str, list[Any]] = {}
    for folder in ("kubernetes", "mimir"):
        for path, file in written(plan, folder).items():
            every[path] = (file.get("spec") or file)["groups"]
    for path, file in written(plan, "grafana/alerting").items():
        every[path] = [
            {
                "name": group["name"],
                "rules": [
                    {
                        "alert": rule["title"],
                        "expr": rule["data"][0]["model"]["expr"],
                        "for": rule["for"],
                    }
                    | {"labels": rule["labels"]}
                    for rule in group["rules"]
                ],
            }
            for group in file["groups"]
        ]
    paths = []
    for number, groups in enumerate(every.values()):
        paths.append(tmp_path / f"{number}.yml")
        paths[-1].write_text(json.dumps({"groups": groups}))
    command = [tool("promtool"), "check", "rules", "--lint=all", "--lint-fatal", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(paths) == 3 * len(plan.services)


def test_groups_are_cut_for_the_ruler_alone(plan: Plan) -> None:
    """No other server has such a limit, so elsewhere an agreement's rules stay in one group."""
    objects = written(plan, "kubernetes").values()
    sizes = [len(group["rules"]) for one in objects for group in one["spec"]["groups"]]
    assert max(sizes) > RULES_A_GROUP
    names = {group["name"] for one in objects for group in one["spec"]["groups"]}
    files = [yaml.safe_load(one.text) for one in RULES.emit(plan, BuildInfo())]
    assert names == {group["name"] for file in files for group in file["groups"]}


def test_kubernetes_takes_the_objects(plan: Plan) -> None:
    """Kind, name, labels and groups are what the resource definition wants, and no field more."""
    objects = written(plan, "kubernetes")
    assert len(objects) == len(plan.services)
    for one in objects.values():
        assert one.keys() == {"apiVersion", "kind", "metadata", "spec"}
        assert (one["apiVersion"], one["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
        assert DNS_NAME.fullmatch(one["metadata"]["name"])
        assert one["metadata"]["labels"]["release"] == "prometheus"
        assert all(LABEL.fullmatch(text) for text in one["metadata"]["labels"].values())
        assert "namespace" not in one["metadata"]
        assert one["spec"].keys() == {"groups"}
        for group in one["spec"]["groups"]:
            assert group.keys() == {"name", "interval", "rules"}
            assert DURATION.fullmatch(group["interval"])
            for rule in group["rules"]:
                assert rule.keys() <= {"record", "alert", "expr", "for", "labels", "annotations"}
                assert all(isinstance(text, str) for text in rule["labels"].values())


def test_an_object_stays_below_the_operators_limit() -> None:
    """A service with many promises becomes several objects, each small enough, none left out."""
    many = tuple(
        replace(plans.AVAILABILITY, name=f"a{n}", id=f"order-to-cash/a{n}") for n in range(30)
    )
    plan = replace(plans.PLAN, agreements=many, policy=replace(plans.POLICY, forms=FORM))
    found = list(OPERATOR.emit(plan, BuildInfo()))
    assert [one.path for one in found][:2] == [
        "kubernetes/order-to-cash.yml",
        "kubernetes/order-to-cash-2.yml",
    ]
    assert max(len(one.text.encode()) for one in found) < SIZE_LIMIT * 1.2 < 524_288
    objects = [yaml.safe_load(one.text) for one in found]
    assert len({one["metadata"]["name"] for one in objects}) == len(found)
    rules = [r for one in objects for group in one["spec"]["groups"] for r in group["rules"]]
    assert sorted_rules(rules) == sorted_rules(plain(plan))


def test_the_ruler_takes_the_groups(plan: Plan) -> None:
    """A namespace a service, and no group above the ruler's default limit."""
    files = written(plan, "mimir")
    assert {one["namespace"] for one in files.values()} == {
        f"truegreen-{service.name}" for service in plan.services
    }
    sizes = [len(group["rules"]) for one in files.values() for group in one["groups"]]
    assert max(sizes) <= RULES_A_GROUP


def test_parts_keep_the_order_and_the_pairs(plan: Plan) -> None:
    """Cut anywhere, rules stay in order, read nothing later, and good stays with its total."""
    for service in plan.services:
        for group in rule_groups(plan, service):
            for most in (7, 10, RULES_A_GROUP):
                parts = parts_of(group, most)
                assert tuple(rule for part in parts for rule in part.rules) == group.rules
                assert all(len(part.rules) <= most for part in parts)
                for part in parts:
                    first = part.rules[0]
                    assert not output_of(first)[0].startswith("xla:good")
                outputs = [output_of(rule) for rule in group.rules]
                for place, rule in enumerate(group.rules):
                    later = outputs[place + 1 :]
                    assert not any(matches(s, o) for s in selectors(rule.expr) for o in later)


def test_a_small_group_is_left_whole(plan: Plan) -> None:
    """A group within the limit keeps its name and is one part."""
    group = rule_groups(plan, plan.services[0])[-1]
    assert parts_of(group, len(group.rules)) == (group,)


def test_grafana_asks_what_the_plain_alerts_ask(plan: Plan) -> None:
    """Every alert is there, with its expression word for word, its labels and its wait.

    But for escalations: they wait for `ALERTS`, which Grafana does not write of its own.
    """
    files = written(plan, "grafana/alerting")
    rules = [r for one in files.values() for group in one["groups"] for r in group["rules"]]
    found = [
        (rule["data"][0]["model"]["expr"], rule["labels"], rule["for"].replace("0s", ""))
        for rule in rules
    ]
    raised = [rule for rule in plain(plan) if "alert" in rule]
    alerts = [rule for rule in raised if "ALERTS" not in rule["expr"]]
    assert len(alerts) < len(raised), "the plan must have an escalation"
    expected = [(rule["expr"], rule["labels"], rule.get("for", "")) for rule in alerts]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def test_grafana_takes_the_alerts(plan: Plan) -> None:
    """Each has what the reader wants: identity, a condition that is there, states it knows."""
    files = written(plan, "grafana/alerting")
    groups = [group for one in files.values() for group in one["groups"]]
    rules = [rule for group in groups for rule in group["rules"]]
    assert all(one["apiVersion"] == 1 for one in files.values())
    assert all(one.keys() == {"apiVersion", "groups"} for one in files.values())
    assert all(one.keys() == GRAFANA_GROUP for one in groups)
    assert all(one.keys() == GRAFANA_RULE for one in rules)
    assert all(query.keys() == GRAFANA_QUERY for one in rules for query in one["data"])
    assert {group["folder"] for group in groups} == {"Promises"}
    assert all(int(group["interval"].removesuffix("s")) % 10 == 0 for group in groups)
    assert len({rule["uid"] for rule in rules}) == len(rules)
    assert len({rule["title"] for rule in rules}) == len(rules)
    for rule in rules:
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,40}", rule["uid"])
        assert (rule["noDataState"], rule["execErrState"]) == ("OK", "Error")
        refs = [query["refId"] for query in rule["data"]]
        assert rule["condition"] == refs[-1]
        assert rule["data"][0]["datasourceUid"] == "prom-uid"
        for before, query in zip(refs, rule["data"][1:], strict=False):
            assert query["datasourceUid"] == "__expr__"
            assert query["model"]["expression"] in {before, f"is_number(${before})"}
        assert DURATION.fullmatch(rule["for"])
        # The reader puts environment variables into these, so a dollar would be lost there.
        assert "$" not in rule["title"] + json.dumps(rule["labels"])
        told = json.dumps(rule["annotations"])
        assert "${" not in told
        assert "$value " not in told
        assert "query" not in told
