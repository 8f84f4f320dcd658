"""Forms: what a build writes beside plain files, for servers that read it elsewhere."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import Name, Text

__all__ = ["Forms", "Grafana", "GrafanaOperator", "GrafanaSidecar", "Mimir", "PrometheusOperator"]

_LabelValue: TypeAlias = Annotated[Text, StringConstraints(max_length=63)]


class PrometheusOperator(Model):
    """Kubernetes objects of kind PrometheusRule.

    Attributes:
        namespace: Where they belong; where none is given, the one they are applied to.
        labels: Labels by which your Prometheus selects its rules.
    """

    namespace: Name | None = None
    labels: Mapping[Text, _LabelValue] = Field(default_factory=dict)


class Mimir(Model):
    """Files for the ruler of Mimir or Cortex, one namespace a service.

    Attributes:
        prefix: What stands before the service in the name of its namespace.
    """

    prefix: Name = "truegreen"


class Grafana(Model):
    """Provisioning files of Grafana-managed alerts.

    Attributes:
        datasource: Uid of the data source that holds the recorded series.
        folder: Title of the folder the alerts are in.
    """

    datasource: Annotated[Text, StringConstraints(min_length=1, max_length=40)] = "prometheus"
    folder: Annotated[Text, StringConstraints(min_length=1, max_length=100)] = "Truegreen"


class GrafanaSidecar(Model):
    """Boards as ConfigMaps that Grafana's sidecar finds by their label.

    Attributes:
        namespace: Where they belong; where none is given, the one they are applied to.
        label: Label that your sidecar looks for.
        value: Its value.
        folder: Title of the folder the boards are in.
    """

    namespace: Name | None = None
    label: Annotated[Text, StringConstraints(min_length=1, max_length=63)] = "grafana_dashboard"
    value: _LabelValue = "1"
    folder: Annotated[Text, StringConstraints(min_length=1, max_length=100)] = "Truegreen"


class GrafanaOperator(Model):
    """Boards as objects of kind GrafanaDashboard.

    Attributes:
        namespace: Where they belong; where none is given, the one they are applied to.
        instances: Labels of the Grafana objects that show them.
        folder: Title of the folder the boards are in.
    """

    namespace: Name | None = None
    instances: Annotated[Mapping[Text, _LabelValue], Field(min_length=1)]
    folder: Annotated[Text, StringConstraints(min_length=1, max_length=100)] = "Truegreen"


class Forms(Model):
    """What is written beside plain files; a form that is not named is not written.

    Attributes:
        prometheus_operator: Objects for the Prometheus Operator.
        mimir: Rule groups for the ruler of Mimir or Cortex.
        grafana: Alerts for Grafana's own alerting.
        grafana_sidecar: Boards for Grafana's sidecar in Kubernetes.
        grafana_operator: Boards for the Grafana Operator.
    """

    prometheus_operator: PrometheusOperator | None = None
    mimir: Mimir | None = None
    grafana: Grafana | None = None
    grafana_sidecar: GrafanaSidecar | None = None
    grafana_operator: GrafanaOperator | None = None
