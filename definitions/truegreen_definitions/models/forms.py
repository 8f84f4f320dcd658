"""Forms: what a build writes beside plain rule files, for servers that read rules elsewhere."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.values import Name, Text

__all__ = ["Forms", "Grafana", "Mimir", "PrometheusOperator"]

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


class Forms(Model):
    """What is written beside plain rule files; a form that is not named is not written.

    Attributes:
        prometheus_operator: Objects for the Prometheus Operator.
        mimir: Rule groups for the ruler of Mimir or Cortex.
        grafana: Alerts for Grafana's own alerting.
    """

    prometheus_operator: PrometheusOperator | None = None
    mimir: Mimir | None = None
    grafana: Grafana | None = None
