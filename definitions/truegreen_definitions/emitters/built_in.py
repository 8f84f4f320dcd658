"""Every emitter of this package, in the order in which they are asked."""

from truegreen_definitions.artifacts import Emitter
from truegreen_definitions.emitters.alertmanager import ALERTMANAGER
from truegreen_definitions.emitters.forms import FORMS
from truegreen_definitions.emitters.plan_json import PLAN_JSON
from truegreen_definitions.emitters.rule_tests import RULE_TESTS
from truegreen_definitions.emitters.rules import RULES

__all__ = ["BUILT_IN"]

BUILT_IN: tuple[Emitter, ...] = (PLAN_JSON, RULES, RULE_TESTS, ALERTMANAGER, *FORMS)
