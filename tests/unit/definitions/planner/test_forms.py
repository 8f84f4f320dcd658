"""Forms of the rules: what a Policy says becomes what the emitters are told."""

from __future__ import annotations

from truegreen_definitions.models.forms import Forms as FormsModel
from truegreen_definitions.models.forms import (
    Grafana,
    GrafanaOperator,
    GrafanaSidecar,
    Mimir,
    PrometheusOperator,
)
from truegreen_definitions.plan import (
    BoardOperatorForm,
    BoardSidecarForm,
    Forms,
    GrafanaForm,
    MimirForm,
    OperatorForm,
)
from truegreen_definitions.planner.forms import forms_of


def test_no_form_is_none() -> None:
    """Where nothing is asked for, the plan says nothing."""
    assert forms_of(FormsModel()) is None


def test_each_form_has_what_it_needs() -> None:
    """Labels are sorted, a missing namespace is empty, and defaults are filled in."""
    declared = FormsModel(
        prometheus_operator=PrometheusOperator(labels={"b": "2", "a": "1"}),
        mimir=Mimir(),
        grafana=Grafana(folder="Promises"),
        grafana_sidecar=GrafanaSidecar(),
        grafana_operator=GrafanaOperator(instances={"b": "2", "a": "1"}),
    )
    assert forms_of(declared) == Forms(
        operator=OperatorForm(namespace="", labels=(("a", "1"), ("b", "2"))),
        mimir=MimirForm(prefix="truegreen"),
        grafana=GrafanaForm(datasource="prometheus", folder="Promises"),
        grafana_sidecar=BoardSidecarForm(
            namespace="", label="grafana_dashboard", value="1", folder="Truegreen"
        ),
        grafana_operator=BoardOperatorForm(
            namespace="", instances=(("a", "1"), ("b", "2")), folder="Truegreen"
        ),
    )
