"""The rules in other forms than plain files, for those that a Policy asks for.

operator   PrometheusRule objects for Kubernetes     parts      groups of no more than so many rules
mimir      namespaces of the ruler of Mimir, Cortex  templates  alert texts in Grafana's words
grafana    Grafana-managed alerts

The PromQL of every form is that of the plain files, word for word; but totals that agreements
share are counted by each of them for the ruler of Mimir.
"""

from truegreen_definitions.artifacts import Emitter
from truegreen_definitions.emitters.forms.grafana import GRAFANA
from truegreen_definitions.emitters.forms.mimir import MIMIR
from truegreen_definitions.emitters.forms.operator import OPERATOR

__all__ = ["FORMS"]

FORMS: tuple[Emitter, ...] = (OPERATOR, MIMIR, GRAFANA)
