"""What a check is: a look at the whole catalog that yields problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from truegreen_definitions.catalog import Catalog
    from truegreen_definitions.inventory import Inventory
    from truegreen_definitions.plan import Plan
    from truegreen_definitions.problems import Problem

__all__ = ["Check", "DatedCheck", "InventoryCheck"]


@dataclass(frozen=True, slots=True)
class Check:
    """A check; the docstring of its module holds the manual pages of its problems.

    Attributes:
        ids: Ids of the problems it may yield.
        run: Looks at a catalog; pure.
    """

    ids: tuple[str, ...]
    run: Callable[[Catalog], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class DatedCheck:
    """A check whose answer depends on the day, which its caller knows.

    Attributes:
        ids: Ids of the problems it may yield; none is an error, or a plan would depend on the day.
        run: Looks at a catalog on a day; pure.
        turns: Yields every day on which it finds more or fewer problems than on the day before.
    """

    ids: tuple[str, ...]
    run: Callable[[Catalog, dt.date], Iterator[Problem]]
    turns: Callable[[Catalog], Iterator[dt.date]]


@dataclass(frozen=True, slots=True)
class InventoryCheck:
    """A check that knows what a Prometheus server has.

    Attributes:
        ids: Ids of the problems it may yield; none is an error, for the server may be behind.
        run: Looks at a catalog, its plan and an inventory; pure.
    """

    ids: tuple[str, ...]
    run: Callable[[Catalog, Plan, Inventory], Iterator[Problem]]
