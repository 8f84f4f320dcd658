"""What all boards share: tags, the marks of alerts, and the queries of one agreement."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from truegreen_dashboards.display import Colour
from truegreen_dashboards.promql import coded, equal, like, of_own_window, unlike
from truegreen_dashboards.targets import Annotation, BoardLink, Noted, RecordsLink
from truegreen_dashboards.verdicts import STATES
from truegreen_definitions import names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from truegreen_definitions.expressions.promql import Matcher
    from truegreen_definitions.plan import Agreement, Measurement, Plan, Policy

__all__ = [
    "CASES_OVER",
    "CLOSED",
    "HERE",
    "MARKS",
    "NOTED",
    "OPEN",
    "PERIODS",
    "RUNNING",
    "TAGS",
    "TO_FINANCE",
    "TO_SERVICE",
    "TO_VENDOR",
    "WHO",
    "most_of_one_service",
    "most_promises",
    "per_agreement",
    "records_behind",
    "state_codes",
    "table_height",
    "tiles_height",
]

TAGS = ("generated", "xla")

TO_SERVICE = BoardLink(
    title="Open the service", board=names.BoardUid.SERVICE, variable="service", label=names.SERVICE
)

TO_VENDOR = BoardLink(
    title="Open the vendor", board=names.BoardUid.VENDOR, variable="vendor", label=names.VENDOR
)
TO_FINANCE = BoardLink(title="Open the money", board=names.BoardUid.FINANCE)

PERIODS = ("week", "month", "quarter", "year")
"""What a contract may be settled by; the running period is a window of this name."""
RUNNING = like(names.WINDOW, *PERIODS)
_PREVIOUS = tuple(f"prev_{period}" for period in PERIODS)
CLOSED = like(names.WINDOW, *_PREVIOUS)
OPEN = unlike(names.WINDOW, *_PREVIOUS)
"""Windows that end now; what is said of closed periods stands apart."""

CASES_OVER = equal(names.WINDOW, "30d")
"""The window of the cases of a process."""

HERE = equal(names.SERVICE, "$service")
"""The chosen service of the Service board."""

# ALERTS is Prometheus's own series of what its rules found, so it is not in our contract.
_PAGES = Annotation(
    name="Pages",
    expr=(
        f'ALERTS{{alertstate="firing",{names.AlertLabel.SEVERITY}="{names.SeverityValue.PAGE}"}}'
    ),
    title=f"PAGE {{{{{names.AGREEMENT}}}}}",
    colour=Colour.BAD,
)

_PLANS = f"max by ({names.DIGEST}, {names.REVISION}) ({names.PLAN_INFO.name}%s)"
# A new plan has a digest that was not there five minutes ago; a start from nothing is none.
_DEFINITIONS = Annotation(
    name="Definitions",
    expr=(
        f"({_PLANS % ''} unless on ({names.DIGEST}) {_PLANS % ' offset 5m'}) "
        f"and on () count({names.PLAN_INFO.name} offset 5m)"
    ),
    title="Other definitions: {{revision}}",
    colour=Colour.FAIR,
)

MARKS = (_PAGES, _DEFINITIONS)
"""What every board marks on its time axes: pages, and when other definitions came into force."""

NOTED = (
    Noted(name="Deployments", tag="deployment", colour=Colour.GOOD),
    Noted(name="Incidents", tag="incident", colour=Colour.AT_RISK),
)
"""What no series tells: a pipeline or a person writes it into Grafana."""

WHO = "Who answers"
"""Title of the row about people."""

_LOWEST, _HIGHEST = 5, 20
_ABREAST = 6  # tiles in a line where a strip is narrow
_AGREEMENT = (names.SERVICE, names.AGREEMENT, names.KIND, names.WINDOW)


def records_behind(
    policy: Policy, of: Literal["step", "agreement"], window: str = ""
) -> RecordsLink:
    """Return the way to the records behind figures of the chosen service."""
    return RecordsLink(
        of=of, window=window, page=policy.records_url, catalogue=policy.catalogue_url
    )


def state_codes(*matches: Matcher) -> str:
    """Return the code of each agreement's state over its own window (`verdicts.STATES`)."""
    by = ", ".join(_AGREEMENT)
    return f"max by ({by}) ({of_own_window(coded(names.STATE_OF, STATES, *matches))})"


def per_agreement(expr: str) -> str:
    """Return an expression by agreement, with its owner and vendor joined from the info series."""
    on = ", ".join(_AGREEMENT)
    who = f"{names.OWNER}, {names.VENDOR}"
    info = f"max by ({on}, {who}) ({names.AGREEMENT_INFO.name})"
    return f"max by ({on}) ({expr}) * on ({on}) group_left ({who}) {info}"


def most_of_one_service(found: Iterable[Agreement | Measurement]) -> int:
    """Return how many of these the service has that has the most of them."""
    return max(Counter(one.service for one in found).values(), default=0)


def most_promises(plan: Plan) -> int:
    """Return how many promises, of shares and of values, one service has at most."""
    values = (one for one in plan.measurements if one.bound is not None)
    return most_of_one_service((*plan.agreements, *values))


def table_height(rows: int, *, lines: int = 2) -> int:
    """Return a height in grid rows that shows this many rows of a table, within bounds.

    Args:
        rows: Of the table.
        lines: Of text in a row, 1 or 2: an agreement has its title below its name.
    """
    needed = rows * 5 // 4 if lines > 1 else -(-rows * 8 // 9)
    return max(_LOWEST, min(_HIGHEST, 3 + needed))


def tiles_height(tiles: int) -> int:
    """Return a height in grid rows that shows this many tiles of a strip beside a verdict."""
    return 2 + 2 * max(1, -(-tiles // _ABREAST))
