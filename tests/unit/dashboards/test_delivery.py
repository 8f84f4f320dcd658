"""Boards as Kubernetes objects."""

from __future__ import annotations

from dataclasses import replace

import plans
import pytest
import yaml

from truegreen_dashboards.boards import boards
from truegreen_dashboards.delivery import SIZE_LIMIT, delivered
from truegreen_dashboards.emitter import BOARDS
from truegreen_definitions.artifacts import BuildInfo
from truegreen_definitions.errors import InvariantError
from truegreen_definitions.plan import BoardOperatorForm, BoardSidecarForm, Forms

SIDECAR = BoardSidecarForm(
    namespace="monitoring", label="grafana_dashboard", value="1", folder="Truegreen"
)
OPERATOR = BoardOperatorForm(
    namespace="", instances=(("dashboards", "grafana"),), folder="Promises"
)
POLICY = replace(plans.POLICY, forms=Forms(grafana_sidecar=SIDECAR, grafana_operator=OPERATOR))


def test_every_board_is_delivered_as_it_is() -> None:
    """Each object holds the plain file's JSON byte for byte, and where it is to be shown."""
    made = {
        one.path: one.text for one in BOARDS.emit(replace(plans.PLAN, policy=POLICY), BuildInfo())
    }
    for board in boards(plans.PLAN):
        plain = made[f"grafana/{board.uid}.json"]
        found = yaml.safe_load(made[f"kubernetes/boards/{board.uid}-configmap.yml"])
        assert (found["apiVersion"], found["kind"]) == ("v1", "ConfigMap")
        assert found["data"] == {f"{board.uid}.json": plain}
        assert found["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert found["metadata"]["namespace"] == "monitoring"
        assert found["metadata"]["annotations"] == {"grafana_folder": "Truegreen"}
        found = yaml.safe_load(made[f"kubernetes/boards/{board.uid}-dashboard.yml"])
        assert found["apiVersion"] == "grafana.integreatly.org/v1beta1"
        assert found["kind"] == "GrafanaDashboard"
        assert found["spec"]["json"] == plain
        assert found["spec"]["folder"] == "Promises"
        assert found["spec"]["instanceSelector"] == {"matchLabels": {"dashboards": "grafana"}}
        assert "namespace" not in found["metadata"]


def test_a_domains_board_is_delivered_to_its_folder() -> None:
    """The folder of the domain stands in place of the form's."""
    found = [yaml.safe_load(one.text) for one in delivered(POLICY, "x", "{}", "Sales")]
    assert found[0]["metadata"]["annotations"] == {"grafana_folder": "Sales"}
    assert found[1]["spec"]["folder"] == "Sales"


def test_only_what_is_asked_for_is_written() -> None:
    """Without a form there is the plain file alone."""
    assert list(delivered(plans.POLICY, "xla-exec", "{}")) == []
    only = replace(plans.POLICY, forms=Forms(grafana_sidecar=SIDECAR))
    assert [one.path for one in delivered(only, "x", "{}")] == ["kubernetes/boards/x-configmap.yml"]


def test_a_board_that_no_config_map_holds_is_refused() -> None:
    """The API server would refuse it later, and with a worse message."""
    with pytest.raises(InvariantError, match="larger than a ConfigMap"):
        list(delivered(POLICY, "xla-exec", "x" * (SIZE_LIMIT + 1)))
