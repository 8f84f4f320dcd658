"""Boards as Kubernetes objects, for those that a Policy asks for.

Passes:
    apiVersion: truegreen/v1
    kind: Policy
    metadata: {name: default}
    spec:
      forms:
        grafana_sidecar: {namespace: monitoring}
        grafana_operator: {instances: {dashboards: grafana}}

Either way the JSON is that of the plain file, byte for byte, so an unchanged board changes no
object: neither the sidecar nor the operator writes to Grafana where nothing differs.

Sources: kiwigrid/k8s-sidecar, README; Grafana Operator, API reference, GrafanaDashboard
(grafana.integreatly.org/v1beta1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact
from truegreen_definitions.emitters.yaml_text import Value, dumps
from truegreen_definitions.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import BoardOperatorForm, BoardSidecarForm, Policy

__all__ = ["SIZE_LIMIT", "delivered"]

SIZE_LIMIT = 1_000_000  # bytes of a ConfigMap's data; Kubernetes takes 1 MiB with its names
_OURS = {"app.kubernetes.io/managed-by": "truegreen"}


def delivered(policy: Policy, uid: str, text: str, folder: str = "") -> Iterator[Artifact]:
    """Yield the objects of a board, one for each form that the Policy asks for.

    Args:
        policy: Of the plan.
        uid: The board's.
        text: Its JSON.
        folder: Title of its own folder; empty for the one that the form names.

    Raises:
        InvariantError: The board is larger than an object may be.
    """
    forms = policy.forms
    if forms is None:
        return
    if forms.grafana_sidecar is not None:
        path = f"kubernetes/boards/{uid}-configmap.yml"
        sidecar = forms.grafana_sidecar
        made = _config_map(sidecar, uid, text, folder or sidecar.folder)
        yield Artifact(path=path, text=dumps(made))
    if forms.grafana_operator is not None:
        path = f"kubernetes/boards/{uid}-dashboard.yml"
        operator = forms.grafana_operator
        made = _dashboard(operator, uid, text, folder or operator.folder)
        yield Artifact(path=path, text=dumps(made))


def _config_map(form: BoardSidecarForm, uid: str, text: str, folder: str) -> dict[str, Value]:
    if len(text.encode()) > SIZE_LIMIT:
        raise InvariantError(
            f"board {uid} is larger than a ConfigMap may be: {len(text)} characters"
        )
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": f"truegreen-{uid}",
            **_namespace(form.namespace),
            "labels": {**_OURS, form.label: form.value},
            "annotations": {"grafana_folder": folder},
        },
        "data": {f"{uid}.json": text},
    }


def _dashboard(form: BoardOperatorForm, uid: str, text: str, folder: str) -> dict[str, Value]:
    return {
        "apiVersion": "grafana.integreatly.org/v1beta1",
        "kind": "GrafanaDashboard",
        "metadata": {
            "name": f"truegreen-{uid}",
            **_namespace(form.namespace),
            "labels": {**_OURS},
        },
        "spec": {
            "instanceSelector": {"matchLabels": dict(form.instances)},
            "folder": folder,
            "json": text,
        },
    }


def _namespace(name: str) -> dict[str, Value]:
    return {"namespace": name} if name else {}
