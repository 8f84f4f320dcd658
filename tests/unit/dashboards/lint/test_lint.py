"""Faults planted into sound boards are found, each by its own rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from truegreen_dashboards.board import Board, Row
from truegreen_dashboards.display import Colour, Threshold, ValueMapping
from truegreen_dashboards.lint import RULES, faults
from truegreen_dashboards.lint.texts import contrast
from truegreen_dashboards.panels import (
    BarChart,
    Column,
    Gauge,
    Heatmap,
    Panel,
    Stat,
    StatusHistory,
    Table,
    Text,
    TimeSeries,
)
from truegreen_dashboards.targets import (
    Annotation,
    BoardLink,
    Choice,
    RecordsLink,
    Target,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

BAD = Threshold(value=None, colour=Colour.BAD, word="BAD")
SERIES = TimeSeries(
    key="series",
    title="Runs",
    description="Runs of a journey.",
    width=12,
    height=6,
    targets=(
        Target(
            ref="A",
            expr="sum by (step) (rate(xla_step_outcomes_total[$__rate_interval]))",
            legend="{{step}}",
        ),
    ),
    link=BoardLink(title="Open", board="one", variable="service", label="step"),
)
STAT = Stat(
    key="stat",
    title="Calendars",
    description="How many calendars are active.",
    width=6,
    height=4,
    targets=(Target(ref="A", expr="sum(xla_calendar_active)", legend="active"),),
    of=Target(ref="B", expr="count(xla_calendar_active)", legend="all"),
    counted="ACTIVE",
    thresholds=(BAD,),
)
TABLE = Table(
    key="table",
    title="States",
    description="Every state.",
    width=24,
    height=8,
    targets=(Target(ref="A", expr="xla:state == 1", legend="State", instant=True),),
    columns=(Column(source="service", title="Service"), Column(source="A", title="State")),
    sort_by="Service",
)
CHART = BarChart(
    key="chart",
    title="Steps",
    description="Steps by outcome.",
    width=12,
    height=6,
    targets=(
        Target(
            ref="A",
            expr="sum by (step) (increase(xla_step_outcomes_total[$__range]))",
            legend="all",
            instant=True,
        ),
    ),
    category="step",
    sort_by="A",
)
BOARD = Board(
    uid="one",
    title="One",
    description="A board for tests.",
    tags=(),
    span="24h",
    refresh="1m",
    rows=(
        Row(
            key="all",
            title="All",
            panels=(SERIES, STAT, TABLE, CHART),
            whole="a board for tests",
        ),
    ),
    variables=(
        Variable(
            name="service",
            title="Service",
            choices=(Choice(value="order-to-cash", title="Order to cash"),),
            default="order-to-cash",
        ),
    ),
    annotations=(
        Annotation(
            name="Pages", expr='ALERTS{severity="page"}', title="{{alertname}}", colour=Colour.BAD
        ),
    ),
)


def with_panel(panel: Panel) -> Board:
    """The board with one panel in place of that of the same key, or beside the others."""
    panels = tuple(panel if one.key == panel.key else one for one in BOARD.panels)
    panels = panels if panel in panels else (*panels, panel)
    return replace(BOARD, rows=(replace(BOARD.rows[0], panels=panels),))


def asking(panel: Panel, expr: str) -> Board:
    """The board with another query in a panel."""
    return with_panel(replace(panel, targets=(replace(panel.targets[0], expr=expr),)))


def test_a_sound_board_has_no_fault() -> None:
    """What the faults below are planted into is sound."""
    assert faults([BOARD]) == ()


PLANTED: list[tuple[str, str, Callable[[], Board]]] = [
    ("board/uid", "longer than 40", lambda: replace(BOARD, uid="x" * 41)),
    ("panel/key", "more than one panel", lambda: replace(BOARD, rows=BOARD.rows * 2)),
    ("panel/targets", "always empty", lambda: with_panel(replace(TABLE, targets=()))),
    (
        "panel/targets",
        "ref 'A' names more",
        lambda: with_panel(replace(CHART, targets=CHART.targets * 2)),
    ),
    (
        "panel/targets",
        "has no ref",
        lambda: with_panel(replace(STAT, targets=(replace(STAT.targets[0], ref=""),))),
    ),
    ("panel/place", "does not fit", lambda: with_panel(replace(STAT, width=25))),
    (
        "link/dead",
        "which is no board",
        lambda: with_panel(
            replace(SERIES, link=BoardLink(title="x", board="two", variable="a", label="step"))
        ),
    ),
    (
        "link/dead",
        "no variable 'step'",
        lambda: with_panel(
            replace(SERIES, link=BoardLink(title="x", board="one", variable="step", label="step"))
        ),
    ),
    (
        "link/dead",
        "sets 'service' by ''",
        lambda: with_panel(
            replace(SERIES, link=BoardLink(title="x", board="one", variable="service"))
        ),
    ),
    (
        "link/dead",
        "records by 'agreement', which it has not",
        lambda: with_panel(replace(CHART, records=RecordsLink(of="agreement"))),
    ),
    (
        "link/dead",
        "records of a chosen service, and none is chosen",
        lambda: replace(with_panel(replace(CHART, records=RecordsLink(of="step"))), variables=()),
    ),
    (
        "link/dead",
        "'three', which is no board",
        lambda: with_panel(
            replace(
                TABLE,
                columns=(
                    *TABLE.columns,
                    Column(
                        source="agreement",
                        title="Agreement",
                        link=BoardLink(title="x", board="three"),
                    ),
                ),
            )
        ),
    ),
    (
        "query/shown",
        "'Agreement' links by 'vendor'",
        lambda: with_panel(
            replace(
                TABLE,
                columns=(
                    *TABLE.columns,
                    Column(
                        source="agreement",
                        title="Agreement",
                        link=BoardLink(title="x", board="one", variable="service", label="vendor"),
                    ),
                ),
            )
        ),
    ),
    (
        "query/shown",
        "no label 'le'",
        lambda: with_panel(
            Heatmap(
                key="heat",
                title="Heat",
                description="Heat.",
                width=6,
                height=4,
                targets=SERIES.targets,
            )
        ),
    ),
    (
        "colour/word",
        "no word says",
        lambda: with_panel(
            Gauge(
                key="gauge",
                title="Gauge",
                description="A dial.",
                width=6,
                height=4,
                targets=STAT.targets,
                minimum=0,
                maximum=1,
                thresholds=(replace(BAD, word=""),),
            )
        ),
    ),
    (
        "colour/word",
        "no word says",
        lambda: with_panel(
            StatusHistory(
                key="history",
                title="History",
                description="Cells.",
                width=6,
                height=4,
                targets=STAT.targets,
                every="1d",
            )
        ),
    ),
    (
        "variable/choice",
        "no choice of it",
        lambda: replace(BOARD, variables=(replace(BOARD.variables[0], default="payroll"),)),
    ),
    (
        "variable/choice",
        "offers 'order-to-cash' more than once",
        lambda: replace(
            BOARD,
            variables=(replace(BOARD.variables[0], choices=BOARD.variables[0].choices * 2),),
        ),
    ),
    (
        "variable/choice",
        "declared more than once",
        lambda: replace(BOARD, variables=BOARD.variables * 2),
    ),
    ("query/variable", "$vendor", lambda: asking(STAT, 'sum(xla:state{service="$vendor"})')),
    (
        "query/chosen",
        "target A asks about all: ask by $service",
        lambda: replace(BOARD, rows=(replace(BOARD.rows[0], whole=""),)),
    ),
    (
        "query/chosen",
        "row 'all' says why it asks about all, and it does not",
        lambda: replace(
            BOARD,
            rows=(
                replace(
                    BOARD.rows[0],
                    panels=(
                        replace(
                            TABLE,
                            targets=(
                                replace(TABLE.targets[0], expr='xla:state{service="$service"}'),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
    ("query/contract", "does not parse", lambda: asking(STAT, "sum(xla:state")),
    ("query/contract", "nothing emits", lambda: asking(STAT, "sum(xla_nothing)")),
    (
        "query/contract",
        "annotation 'Pages'",
        lambda: replace(BOARD, annotations=(replace(BOARD.annotations[0], expr="up{"),)),
    ),
    ("query/counter", "without its rate", lambda: asking(STAT, "sum(xla_step_outcomes_total)")),
    ("query/counter", "no counter", lambda: asking(STAT, "sum(increase(xla:state[$__range]))")),
    (
        "query/interval",
        "over a fixed range",
        lambda: asking(SERIES, "sum by (step) (rate(xla_step_outcomes_total[5m]))"),
    ),
    (
        "query/shown",
        "no label 'step'",
        lambda: asking(SERIES, "sum(rate(xla_step_outcomes_total[$__rate_interval]))"),
    ),
    (
        "query/shown",
        "other labels than 'step'",
        lambda: asking(CHART, "sum(increase(xla_step_outcomes_total[$__range]))"),
    ),
    ("query/shown", "sorted by 'C'", lambda: with_panel(replace(CHART, sort_by="C"))),
    ("query/shown", "sorted by 'Owner'", lambda: with_panel(replace(TABLE, sort_by="Owner"))),
    (
        "query/shown",
        "column 'Step'",
        lambda: with_panel(
            replace(TABLE, columns=(*TABLE.columns, Column(source="step", title="Step")))
        ),
    ),
    (
        "query/shown",
        "rows do not meet",
        lambda: with_panel(
            replace(
                TABLE,
                targets=(*TABLE.targets, Target(ref="B", expr="sum(xla:state)", legend="b")),
            )
        ),
    ),
    ("text/said", "no title", lambda: with_panel(replace(STAT, title=""))),
    ("text/said", "whole sentences", lambda: with_panel(replace(STAT, description="Calendars"))),
    ("text/said", "the board", lambda: replace(BOARD, description="")),
    (
        "colour/word",
        "no word says",
        lambda: with_panel(replace(STAT, thresholds=(replace(BAD, word=""),))),
    ),
    ("colour/word", "no word says", lambda: with_panel(replace(STAT, counted=""))),
    (
        "colour/word",
        "without a word",
        lambda: with_panel(
            replace(STAT, mappings=(ValueMapping(value=1, text="", colour=Colour.BAD),))
        ),
    ),
    (
        "colour/contrast",
        "FAINT",
        lambda: with_panel(replace(STAT, thresholds=(replace(BAD, colour=Colour.FAINT),))),
    ),
]


@pytest.mark.parametrize(
    ("rule", "words", "plant"), PLANTED, ids=[f"{rule}: {words}" for rule, words, _ in PLANTED]
)
def test_each_fault_is_found_by_its_rule(rule: str, words: str, plant: Callable[[], Board]) -> None:
    """A board with one fault is not sound; the rule names it, and where it is."""
    assert any(one.rule == rule and words in str(one) for one in faults([plant()]))


def test_every_rule_finds_something() -> None:
    """No rule is there that nothing can break."""
    assert {rule for rule, _, _ in PLANTED} == {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_two_boards_of_one_uid_are_found() -> None:
    """A uid names one board of all."""
    assert {one.rule for one in faults([BOARD, BOARD])} == {"board/uid"}


def test_a_text_needs_no_target() -> None:
    """Words ask nothing."""
    words = Text(key="words", title="Words", description="Words.", width=6, height=3, body="x")
    assert faults([with_panel(words)]) == ()


def test_contrast_is_that_of_the_guideline() -> None:
    """Black on white is 21 to 1, a colour on itself 1 to 1, grey #777 on white 4.48 to 1."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#d55e00", "#d55e00") == 1
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
