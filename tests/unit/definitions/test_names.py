"""Metric names: the conventions of Prometheus, and the project's contract."""

from __future__ import annotations

import re
from enum import EnumType
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions import names

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = re.compile(r"[a-z_]+(?::[a-z_0-9]+){1,2}")
EXPORTED = re.compile(r"[a-z][a-z0-9_]*")
FORBIDDEN_LABELS = {"id", "ticket", "ticket_id", "user", "user_id", "order", "order_id", "le"}


# What is made beyond the contract; each is explained in DESIGN.md.
OWN = {
    names.PAGE_LOAD,
    names.LARGEST_PAINT,
    names.COST,
    names.OVERRUN_5M,
    names.OVERRUN_RUNS,
    names.OVERRUN_SUM,
    names.RUNS,
    names.RUN_OVERRUN,
    names.RUN_OVERRUN_CREDIT,
    names.RUN_OVERRUN_SHARE,
    names.RUN_STEP_OVERRUN,
    names.STEP_OVERRUN,
    names.OVERRUN_SHARE,
    names.OVERRUN_SHARE_SHOWN,
    names.OVERRUN_UNATTRIBUTED,
    names.OVERRUN_UNATTRIBUTED_SHOWN,
    names.PROCESS_CASES,
    names.PROCESS_OVERRUN,
    names.PROCESS_OVERRUN_SHOWN,
    names.STEP_CASES,
    names.STEP_OVERRUN_SHOWN,
    names.STEP_REWORKED,
    names.STEP_TIME,
    names.LOSS,
    names.AVOIDED_LOSS,
    names.LOSS_STRATUM,
    names.LOST_TRANSACTIONS,
    names.DEFERRED_COST,
    names.LOSS_EPISODES,
    names.LOSS_RESTATEMENTS,
    names.LOSS_BOOKING,
    names.PLACEBO_WINDOWS,
    names.PLACEBO_COVERAGE,
    names.PLACEBO_BIAS,
    names.PLACEBO_BOOKED,
    names.INCIDENT_SEVERITY,
    names.AVOIDED_CASES,
    names.SAVED,
    names.BUDGET_EXHAUSTION,
    names.CONTRACT_AT_RISK,
    names.CONTRACT_BOUND,
    names.CONTRACT_CLOSED,
    names.CONTRACT_EVENTS,
    names.CONTRACT_LINE,
    names.CONTRACT_MISS,
    names.PENALTY,
    names.CRITICAL_FACTOR,
    names.EXPECTED_TRANSACTIONS,
    names.EXPECTED_VALUE,
    names.FX_RATE,
    names.FX_RATE_DATE,
    names.IMPACT,
    names.OUTAGE_COST,
    names.PERIOD_CLOSED,
    names.PRODUCTION_AT_RISK,
    names.REPORTED_OUTAGE_COST,
    names.REPORTED_VALUE_AT_RISK,
    names.REPUTATION,
    names.REVIEW_DUE,
    names.REWARD,
    names.CLOSED_WATERMELON,
    names.LEADING_VALIDATED,
    names.LEADING_WARNING,
    names.OUTCOME_CORRELATION,
    names.OUTCOME_SAMPLE,
    names.SCORE,
    names.SCORE_VETOED,
    names.SLA_ANSWERS,
    names.SLA_AUC,
    names.SLA_CASES,
    names.SLA_INFORMATION,
    names.SLA_LIFT,
    names.STRATUM_EVENTS,
    names.STRATUM_VALUE,
    names.TARGET,
    names.VALUE,
    names.VALUE_LOWER,
    names.VALUE_UPPER,
    names.WATERMELON_DEPTH,
    names.WATERMELON_FIRST,
    names.WATERMELON_PERIOD,
    names.WATERMELON_PERIODS,
    names.WATERMELON_PORTFOLIO,
    names.WATERMELON_SUSPECTED,
    names.WINDOW_EXCLUDED,
    names.WINDOW_QUOTIENT,
    names.WINDOW_RESTATED,
    names.WINDOW_SAMPLE,
    names.WINDOW_VALUE,
    names.WINDOW_VALUE_LOWER,
    names.WINDOW_VALUE_RESTATED,
    names.WINDOW_VALUE_UPPER,
}


@pytest.fixture(scope="module")
def contract(root: Path) -> str:
    """The metric contract beside the checkout."""
    path = root.parent / "shared" / "CONTRACT.md"
    if not path.is_file():
        pytest.skip("the metric contract is not beside the checkout")
    return path.read_text()


@pytest.mark.parametrize("metric", names.ALL, ids=lambda metric: str(metric.name))
def test_names_follow_prometheus(metric: names.Metric) -> None:
    """Counters end in `_total` and nothing else does; times are in seconds; colons are recorded."""
    recorded = metric.by == "rules" and not metric.name.endswith(("_info", "_timestamp_seconds"))
    assert (RECORDED if recorded else EXPORTED).fullmatch(metric.name)
    assert (":" in metric.name) == recorded
    assert (metric.type == "counter") == metric.name.endswith("_total")
    assert not re.search(r"milliseconds|minutes|hours|percent|_ms\b", metric.name)
    if "duration" in metric.name or "lag" in metric.name:
        assert metric.name.endswith("_seconds")
    assert metric.help.endswith(".")
    assert metric.help[0].isupper()


@pytest.mark.parametrize("metric", names.ALL, ids=lambda metric: str(metric.name))
def test_labels_are_bounded_and_named_once(metric: names.Metric) -> None:
    """No label holds an id of a row, repeats, or belongs to Prometheus."""
    assert len(set(metric.labels)) == len(metric.labels)
    assert not FORBIDDEN_LABELS & set(metric.labels)
    assert not any(label.startswith("__") for label in metric.labels)


def test_every_metric_is_in_the_list_once() -> None:
    """The list holds every metric of the module, and no name twice."""
    assert len(names.ALL_BY_NAME) == len(names.ALL)
    in_module = {value.name for value in vars(names).values() if isinstance(value, names.Metric)}
    assert in_module == set(names.ALL_BY_NAME)


def test_names_of_our_own_are_explained(root: Path) -> None:
    """What stands in no contract stands in DESIGN.md."""
    design = (root / "DESIGN.md").read_text()
    assert [metric.name for metric in OWN if f"`{metric.name}`" not in design] == []


def test_exported_metrics_are_in_the_contract(contract: str) -> None:
    """Every exported and recorded name stands in the contract, or is the tool's own telemetry."""
    known = _names_of(contract)
    for metric in names.ALL:
        if not metric.name.startswith("truegreen_") and metric not in OWN:
            assert metric.name in known, metric.name


def test_labels_are_those_of_the_contract(contract: str) -> None:
    """Every metric but the tool's own has exactly the labels that its table row gives."""
    theirs = [metric for metric in names.ALL if metric.name.startswith("xla")]
    theirs = [metric for metric in theirs if metric not in OWN]
    assert names.STATE_OF in theirs
    for metric in theirs:
        assert set(metric.labels) == _labels_of(contract, metric.name), metric.name


@pytest.mark.parametrize(
    ("values", "name"),
    [
        (names.StateValue, "xla:state"),
        (names.WatermelonValue, "xla:watermelon:state"),
        (names.OutcomeValue, "xla_step_outcomes_total"),
        (names.SlotValue, "xla_journey_slots_total"),
        (names.PartValue, "xla_window_events"),
        (names.ClockValue, "xla_step_duration_seconds"),
        (names.PhaseValue, "xla_step_phase_seconds"),
        (names.LevelValue, "xla:step_tolerance:seconds"),
    ],
)
def test_label_values_are_those_of_the_contract(
    values: type[names.StateValue], name: str, contract: str
) -> None:
    """A closed set of label values is the one that the tables list, in their order."""
    row = next(line for line in contract.splitlines() if line.startswith(f"| `{name}`"))
    assert "\\|".join(values) in row


def test_alerts_say_what_the_contract_lists(contract: str) -> None:
    """Severities and annotations are those of the contract, and the link to the catalogue."""
    words = contract[contract.index('`severity="') :]
    labels, annotations = words[: words.index(" (file:line)")].split("Annotations:")
    assert f'severity="{"|".join(names.SeverityValue)}"' in labels
    ours = set(names.AnnotationName) - {names.AnnotationName.CATALOGUE}
    assert set(re.findall(r"`([a-z_]+)`", annotations)) == ours


def test_all_is_every_type_and_table() -> None:
    """`__all__` has each enumeration, the metric's type and both tables, and nothing else."""
    types = {one.__name__ for one in vars(names).values() if isinstance(one, EnumType)}
    assert set(names.__all__) == {"ALL", "ALL_BY_NAME", "Metric", *types}


def _rows(contract: str) -> list[list[str]]:
    lines = [line.replace("\\|", "/") for line in contract.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _expanded(cell: str) -> list[str]:
    """Return the names of a first cell: several, or one with a list of endings in braces."""
    out = []
    for name in re.findall(r"`([^`]+)`", cell):
        stem, brace, endings = name.partition("{")
        if not brace:
            out.append(name)
            continue
        plain = re.sub(r"\{[^{}]*\}", "", endings.removesuffix("}"))
        out += [stem + ending for ending in plain.split(",")]
    return out


def _names_of(contract: str) -> set[str]:
    return {name for row in _rows(contract) for name in _expanded(row[0])}


def _labels_of(contract: str, name: str) -> set[str]:
    """Return the labels a table gives; a `+` adds to those of the recorded base."""
    base: set[str] = set()
    recorded = False
    for line in contract.splitlines():
        recorded = recorded or line.startswith("## Recorded")
        if not line.startswith("| `"):
            continue
        row = _rows(line)[0]
        cell = row[1] if recorded else row[2]
        labels = set(re.findall(r"\b([a-z_]+)\b", re.sub(r'="[^"]*"|\([^)]*\)', "", cell)))
        if recorded and not base:
            base = labels
        if name in _expanded(row[0]):
            plus = {"window"} if "+ state" in cell else set()
            return labels | base | plus if cell.startswith("+") else labels
    raise AssertionError(f"{name} has no row")
