"""Texts of alerts in the words of Grafana's templates.

`$value` is a number in Prometheus and a sentence in Grafana, where `$values.B.Value` is the
number. Grafana has no `query` in templates: an annotation that asks the server is left out.

Source: Grafana documentation, "Template annotations and labels".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["in_grafana"]

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_VALUE = re.compile(r"\$value\b")
_ASKS = re.compile(r"\{\{[^}]*\bquery\b")


def in_grafana(texts: Mapping[str, str], reduced: str) -> dict[str, str]:
    """Return annotations or labels as Grafana reads them.

    Args:
        texts: Name and text, with the templates of Prometheus.
        reduced: The expression that holds the alert's value, such as `B`.
    """
    return {
        name: _ACTION.sub(lambda found: _VALUE.sub(f"$values.{reduced}.Value", found[0]), text)
        for name, text in texts.items()
        if not _ASKS.search(text)
    }
