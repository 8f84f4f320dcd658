"""Rules as they were built and as a server has loaded them, in a form that can be compared.

A server writes expressions and durations in its own way; both sides are parsed and written alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import promql_parser
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["LoadedGroup", "Rule", "built_rules", "loaded_rules"]

Rule: TypeAlias = "tuple[str, str, tuple[tuple[str, str], ...]]"
"""Name, expression and own labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedGroup:
    """A group of a server.

    Attributes:
        file: Path of the file it was loaded from; empty where the server does not say.
        fault: What one of its rules failed with last.
    """

    rules: tuple[Rule, ...]
    file: str
    fault: str


def built_rules(build: Path) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of a build folder by group; a file that cannot be read has none."""
    found: dict[str, tuple[Rule, ...]] = {}
    for path in sorted(build.glob("prometheus/rules/*.yml")):
        try:
            document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        except (OSError, UnicodeDecodeError, yaml.YAMLError):
            continue
        for group in (document or {}).get("groups") or []:
            found[group["name"]] = tuple(
                _rule(rule.get("record") or rule["alert"], rule["expr"], rule.get("labels") or {})
                for rule in group["rules"]
            )
    return found


def loaded_rules(groups: Iterable[Any]) -> dict[str, LoadedGroup]:
    """Return the groups of a server's answer, by name."""
    return {
        group["name"]: LoadedGroup(
            rules=tuple(
                _rule(rule["name"], rule["query"], rule.get("labels") or {})
                for rule in group["rules"]
            ),
            file=str(group.get("file", "")),
            fault=next((r["lastError"] for r in group["rules"] if r.get("lastError")), ""),
        )
        for group in groups
    }


def _rule(name: str, expression: str, labels: dict[str, Any]) -> Rule:
    try:
        written = str(promql_parser.parse(expression).prettify())
    except ValueError:
        written = expression
    return name, written, tuple(sorted((key, str(value)) for key, value in labels.items()))
