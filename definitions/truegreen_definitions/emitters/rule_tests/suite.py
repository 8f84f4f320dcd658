"""The tests of one layer of a service: the rules they need, and the cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from truegreen_definitions.artifacts import Artifact
from truegreen_definitions.emitters.generated import with_head
from truegreen_definitions.emitters.rule_tests.case import Layer
from truegreen_definitions.emitters.rule_tests.packing import packed
from truegreen_definitions.emitters.rule_tests.slices import RuleIndex, rules_for
from truegreen_definitions.emitters.yaml_text import dumps
from truegreen_definitions.units import duration_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from truegreen_definitions.emitters.rule_tests.case import Case
    from truegreen_definitions.emitters.rules.rule import Group
    from truegreen_definitions.plan import Service

__all__ = ["Suite", "suites_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A layer of a service.

    Attributes:
        groups: The rules under test, in their groups.
        cases: At least one.
    """

    service: Service
    layer: Layer
    groups: tuple[Group, ...]
    cases: tuple[Case, ...]

    @property
    def name(self) -> str:
        """Service and layer: `order-to-cash/burn`."""
        return f"{self.service.name}/{self.layer}"

    @property
    def rules_path(self) -> str:
        """Path of the rules below the build folder."""
        return f"prometheus/tests/{self.name}.yml"

    @property
    def tests_path(self) -> str:
        """Path of the tests below the build folder."""
        return f"prometheus/tests/{self.name}_test.yml"

    def artifacts(self) -> tuple[Artifact, Artifact]:
        """Return the file of rules and the file of tests."""
        rules = dumps({"groups": [group.to_yaml() for group in self.groups]})
        tests = dumps(
            {
                "rule_files": [f"{self.layer}.yml"],
                "evaluation_interval": duration_label(self.layer.evaluation_seconds),
                "group_eval_order": [group.name for group in self.groups],
                "tests": packed(self.cases),
            }
        )
        made_from = self.service.origin.path
        return (
            Artifact(path=self.rules_path, text=with_head(rules, made_from=made_from)),
            Artifact(path=self.tests_path, text=with_head(tests, made_from=made_from)),
        )


def suites_for(
    service: Service, groups: Sequence[Group], cases: Sequence[Case]
) -> tuple[Suite, ...]:
    """Return a suite for each layer that has cases."""
    index = RuleIndex(groups)
    by_layer = {layer: tuple(one for one in cases if one.layer is layer) for layer in Layer}
    return tuple(
        Suite(service=service, layer=layer, groups=rules_for(index, here), cases=here)
        for layer, here in by_layer.items()
        if here
    )
