"""Hours of agreements from a real Prometheus: exact, late ones too, and none where none are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import plans
import pytest
from api_server import Api, Asked, Reply, api
from ingesting import ingest
from prometheus_server import started
from remote_write import Series

from truegreen_definitions.plan import Column, PrometheusRead, Source, Table
from truegreen_exporters.intake.ingest import Outcome
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prometheus_server import Prometheus

HOUR = 3600
START = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp())
TABLE = Table(
    name="signals",
    key=("id", "hour"),
    columns=(
        Column(name="id", type="text"),
        Column(name="hour", type="timestamp"),
        Column(name="good", type="decimal"),
        Column(name="total", type="decimal"),
        Column(name="slices", type="integer"),
    ),
    origin=plans.HERE,
)
SOURCE = Source(
    name="hours",
    table="signals",
    read=PrometheusRead(
        location="",
        authentication=None,
        look_back_seconds=2 * HOUR,
        history_seconds=3 * 24 * HOUR,
        every_seconds=300,
        timeout_seconds=30,
    ),
    zone="UTC",
    columns=(
        ("id", "id"),
        ("hour", "cast(hour as timestamptz)"),
        ("good", "cast(good as decimal(38, 9))"),
        ("total", "cast(total as decimal(38, 9))"),
        ("slices", "cast(slices as integer)"),
        ("service", "service"),
    ),
    revision=(),
    service="",
    origin=plans.HERE,
)
PLAN = replace(plans.PLAN, tables=(TABLE,), sources=(SOURCE,))
LABELS = {"service": "shop", "agreement": "pay-felt", "kind": "xla"}


@pytest.fixture
def server(tool: Callable[[str], str], tmp_path: Path) -> Iterator[Prometheus]:
    """An empty server."""
    with started(tool("prometheus"), tmp_path) as found:
        yield found


def counts(name: str, values: dict[int, float]) -> Series:
    """Return recorded counts by the second at which a slice ends; each is a few seconds early."""
    samples = [((at - 7) * 1000, value) for at, value in sorted(values.items())]
    return Series.of(name, LABELS, samples)


def take(store: Store, server: Prometheus, now: float) -> Outcome:
    """Read the hours that are over."""
    read = replace(SOURCE.read, location=server.url)
    mapping = Mapping.of(replace(SOURCE, read=read), TABLE)
    around = Surroundings(folder=None, clock=lambda: datetime.fromtimestamp(now, UTC))  # type: ignore[arg-type]  # no files here
    return ingest(store, mapping, around, lambda: False)


def test_hours_are_sums_of_their_slices_and_silence_is_no_hour(server: Prometheus) -> None:
    """Brute force over two days; an hour without samples is missing, half an hour says so."""
    slices = {START + 300 * n: float(n % 17 + 1) for n in range(1, 2 * 288 + 1)}
    silent = {at for at in slices if START + 5 * HOUR < at <= START + 6 * HOUR}
    half = {at for at in slices if START + 9 * HOUR < at <= START + 9 * HOUR + 1800}
    total = {at: value for at, value in slices.items() if at not in silent | half}
    good = {at: value - (at % 7 == 0) for at, value in total.items()}
    server.write([counts("xla:total:increase5m", total), counts("xla:good:increase5m", good)])
    with Store(None, PLAN) as store:
        assert take(store, server, START + 48 * HOUR + 700) == Outcome(rows=47)
        assert take(store, server, START + 48 * HOUR + 900) == Outcome(rows=0)
        found = {
            int(hour): (float(g), float(t), n)
            for hour, g, t, n in store.connection.execute(
                "SELECT epoch(hour), good, total, slices FROM signals WHERE id = 'shop/pay-felt'"
            ).fetchall()
        }
    expected = {}
    for hour in range(START, START + 48 * HOUR, HOUR):
        ends = [at for at in total if hour < at <= hour + HOUR]
        if ends:
            expected[hour] = (
                sum(good[at] for at in ends),
                sum(total[at] for at in ends),
                len(ends),
            )
    assert found == expected
    assert len(found) == 47
    assert found[START + 9 * HOUR][2] == 6


def test_overruns_are_sums_of_their_slices(server: Prometheus) -> None:
    """What runs and histograms overran is told by part, step and method, whoever answers now."""
    told = {"service": "shop", "origin": "journey", "part": "share", "method": "shapley"}
    run = {"service": "shop", "origin": "journey", "part": "runs", "step": "", "method": ""}
    hours = {n: float(n) - 20 for n in range(1, 25)}  # of a credit, too
    at = {n: (START + 300 * n - 7) * 1000 for n in hours}
    first, later = ("acme", range(1, 15)), ("newco", range(15, 25))  # its vendor changed
    series = [
        Series.of(
            "xla:overrun:increase5m",
            {**told, "step": "pay", "vendor": vendor},
            [(at[n], hours[n]) for n in span],
        )
        for vendor, span in (first, later)
    ]
    series.append(Series.of("xla:overrun:increase5m", run, [(at[n], 10.0) for n in hours]))
    server.write(series)
    table = replace(
        TABLE,
        columns=tuple(
            Column(name=name, type=kind)  # type: ignore[arg-type]  # as listed
            for name, kind in {"id": "text", "hour": "timestamp", "amount": "decimal"}.items()
        ),
    )
    source = replace(
        SOURCE,
        read=replace(SOURCE.read, location=server.url, of="overruns"),  # type: ignore[arg-type]  # of a Prometheus
        columns=(
            ("id", "id"),
            ("hour", "cast(hour as timestamptz)"),
            ("amount", "cast(amount as decimal(38, 9))"),
        ),
    )
    around = Surroundings(
        folder=None,  # type: ignore[arg-type]  # no files here
        clock=lambda: datetime.fromtimestamp(START + 2 * HOUR + 700, UTC),
    )
    with Store(None, replace(PLAN, tables=(table,), sources=(source,))) as store:
        assert ingest(store, Mapping.of(source, table), around, lambda: False) == Outcome(rows=4)
        found = store.connection.execute(
            "SELECT id, epoch(hour)::BIGINT, amount::DOUBLE FROM signals ORDER BY ALL"
        ).fetchall()
    share, runs = "shop/journey/share/pay/shapley", "shop/journey/runs//"
    assert found == [
        (runs, START, 120.0),
        (runs, START + HOUR, 120.0),
        (share, START, sum(hours[n] for n in range(1, 13))),
        (share, START + HOUR, sum(hours[n] for n in range(13, 25))),
    ]


def test_an_hour_that_is_not_over_waits_and_a_late_one_is_mended(server: Prometheus) -> None:
    """The running hour is not read; what was recorded late replaces what was read."""
    first = {START + 300 * n: 10.0 for n in range(1, 13)}
    torn = {at: value for at, value in first.items() if at <= START + 1800}
    server.write([counts("xla:total:increase5m", torn)])
    with Store(None, PLAN) as store:
        assert take(store, server, START + HOUR + 500) == Outcome(rows=0)
        assert take(store, server, START + HOUR + 700) == Outcome(rows=1)
        assert values(store) == [(0.0, 60.0, 6)]
        rest = {at: value for at, value in first.items() if at > START + 1800}
        server.write([counts("xla:total:increase5m", rest), counts("xla:good:increase5m", first)])
        assert take(store, server, START + HOUR + 900) == Outcome(rows=1)
        assert values(store) == [(120.0, 120.0, 12)]


def values(store: Store) -> list[tuple[float, float, int]]:
    """Return good, total and slices of every hour."""
    found = store.connection.execute("SELECT good, total, slices FROM signals ORDER BY hour")
    return [(float(good), float(total), slices) for good, total, slices in found.fetchall()]


def answer_of(samples: Sequence[Sequence[object]]) -> Reply:
    """Return one series of an agreement."""
    result = [{"metric": LABELS, "values": samples}]
    return Reply({"status": "success", "data": {"result": result}})


def take_from(store: Store, server: Api, now: float) -> Outcome:
    """Read the hours that are over."""
    mapping = Mapping.of(replace(SOURCE, read=replace(SOURCE.read, location=server.url)), TABLE)
    around = Surroundings(folder=None, clock=lambda: datetime.fromtimestamp(now, UTC))  # type: ignore[arg-type]  # no files here
    return ingest(store, mapping, around, lambda: False)


@pytest.mark.parametrize(
    "sample",
    [[START + 300, "many"], [START + 300, None], [str(START), "1"], ["x"], START],
)
def test_what_is_no_number_is_a_fault(sample: object) -> None:
    """A value or a time that is none is told, and nothing is kept."""
    with api(lambda _: answer_of([sample])) as server, Store(None, PLAN) as store:  # type: ignore[list-item]  # as a broken server does
        (fault,) = take_from(store, server, START + HOUR + 700).faults
        assert "values that are no numbers" in fault
        assert values(store) == []


def test_an_hour_that_was_short_for_a_while_becomes_whole_again() -> None:
    """12 slices, then 7, then the same 12: the last answer counts, and an equal one is no row."""
    known = [12]

    def answer(_: Asked) -> Reply:
        return answer_of([[START + 300 * n, "10"] for n in range(1, known[0] + 1)])

    with api(answer) as server, Store(None, PLAN) as store:
        for slices, new in ((12, 1), (7, 1), (12, 1), (12, 0)):
            known[0] = slices
            assert take_from(store, server, START + HOUR + 700) == Outcome(rows=new)
            assert values(store) == [(10.0 * slices, 10.0 * slices, slices)]
