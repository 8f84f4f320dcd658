"""The language as pydantic models, one module a kind; `KINDS` lists them all."""

from typing import TypeAlias

from truegreen_definitions.models.calendar import Calendar
from truegreen_definitions.models.contract import Contract
from truegreen_definitions.models.indicator import Indicator
from truegreen_definitions.models.journey import Journey
from truegreen_definitions.models.mapping import Mapping
from truegreen_definitions.models.policy import Policy
from truegreen_definitions.models.service import Service
from truegreen_definitions.models.source import Source
from truegreen_definitions.models.table import Table
from truegreen_definitions.models.team import Team
from truegreen_definitions.models.vendor import Vendor

__all__ = ["KINDS", "Kind"]

Kind: TypeAlias = (
    Service
    | Journey
    | Table
    | Mapping
    | Source
    | Indicator
    | Calendar
    | Team
    | Vendor
    | Contract
    | Policy
)

KINDS: tuple[type[Kind], ...] = (
    Service,
    Journey,
    Table,
    Mapping,
    Source,
    Indicator,
    Calendar,
    Team,
    Vendor,
    Contract,
    Policy,
)
