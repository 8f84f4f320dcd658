"""Forms of rules and boards that a build writes beside the plain files."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BoardOperatorForm",
    "BoardSidecarForm",
    "Forms",
    "GrafanaForm",
    "MimirForm",
    "OperatorForm",
]


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
class BoardSidecarForm:
    """Boards as ConfigMaps with a label that Grafana's sidecar looks for.

    Attributes:
        namespace: Empty for the one they are applied to.
        folder: Title of the boards' folder.
    """

    namespace: str
    label: str
    value: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardOperatorForm:
    """Boards as objects for the Grafana Operator.

    Attributes:
        namespace: Empty for the one they are applied to.
        instances: Label and value by which their Grafana is found, sorted.
        folder: Title of the boards' folder.
    """

    namespace: str
    instances: tuple[tuple[str, str], ...]
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Every form that is asked for; None for one that is not."""

    operator: OperatorForm | None = None
    mimir: MimirForm | None = None
    grafana: GrafanaForm | None = None
    grafana_sidecar: BoardSidecarForm | None = None
    grafana_operator: BoardOperatorForm | None = None
