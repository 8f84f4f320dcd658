"""Forms of the rules that a build writes beside the plain files."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Forms", "GrafanaForm", "MimirForm", "OperatorForm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorForm:
    """Kubernetes objects for the Prometheus Operator.

    Attributes:
        namespace: Empty for the one they are applied to.
        labels: Label and value by which a Prometheus selects its rules, sorted.
    """

    namespace: str
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MimirForm:
    """Rule groups for the ruler of Mimir or Cortex; `prefix` begins every namespace."""

    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaForm:
    """Grafana-managed alerts: uid of their data source, title of their folder."""

    datasource: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Every form that is asked for; None for one that is not."""

    operator: OperatorForm | None = None
    mimir: MimirForm | None = None
    grafana: GrafanaForm | None = None
