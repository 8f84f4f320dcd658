"""The forms of rules and boards in the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import (
    BoardOperatorForm,
    BoardSidecarForm,
    Forms,
    GrafanaForm,
    MimirForm,
    OperatorForm,
)

if TYPE_CHECKING:
    from truegreen_definitions.models.forms import Forms as FormsModel
    from truegreen_definitions.models.forms import (
        Grafana,
        GrafanaOperator,
        GrafanaSidecar,
        PrometheusOperator,
    )

__all__ = ["forms_of"]


def forms_of(declared: FormsModel) -> Forms | None:
    """Return the forms that a Policy asks for; None where it asks for none."""
    forms = Forms(
        operator=_operator(declared.prometheus_operator),
        mimir=None if declared.mimir is None else MimirForm(prefix=declared.mimir.prefix),
        grafana=_grafana(declared.grafana),
        grafana_sidecar=_sidecar(declared.grafana_sidecar),
        grafana_operator=_board_operator(declared.grafana_operator),
    )
    return None if forms == Forms() else forms


def _operator(declared: PrometheusOperator | None) -> OperatorForm | None:
    if declared is None:
        return None
    labels = tuple(sorted(declared.labels.items()))
    return OperatorForm(namespace=declared.namespace or "", labels=labels)


def _grafana(declared: Grafana | None) -> GrafanaForm | None:
    if declared is None:
        return None
    return GrafanaForm(datasource=declared.datasource, folder=declared.folder)


def _sidecar(declared: GrafanaSidecar | None) -> BoardSidecarForm | None:
    if declared is None:
        return None
    return BoardSidecarForm(
        namespace=declared.namespace or "",
        label=declared.label,
        value=declared.value,
        folder=declared.folder,
    )


def _board_operator(declared: GrafanaOperator | None) -> BoardOperatorForm | None:
    if declared is None:
        return None
    return BoardOperatorForm(
        namespace=declared.namespace or "",
        instances=tuple(sorted(declared.instances.items())),
        folder=declared.folder,
    )
