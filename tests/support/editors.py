"""YAML as an editor's schema validation sees it: the core schema of YAML 1.2, as JSON values."""

from __future__ import annotations

import re
from typing import Any

import yaml

__all__ = ["documents"]


class _Core(yaml.SafeLoader):
    """PyYAML with YAML 1.2's words and numbers in place of YAML 1.1's (no dates, no `yes`)."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  PyYAML's own way


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})$"), list(_first)
    )
# PyYAML's integer reads 010 as 8; YAML 1.2 reads 10.
_Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))


def documents(text: str) -> list[Any]:
    """Return the documents of a text that is valid YAML.

    Raises:
        yaml.YAMLError: It is not: an editor says so before it asks the schema.
    """
    return list(yaml.load_all(text, Loader=_Core))
