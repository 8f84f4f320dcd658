"""A month of the example company, from its rows to the facts of a review."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from prometheus_client.parser import text_string_to_metric_families

from truegreen_definitions.cli.app import main
from truegreen_definitions.errors import RetryableError, UsageError
from truegreen_definitions.plan.codec import dumps, loads
from truegreen_definitions.reviews import SignalCount
from truegreen_demo.workspace import write_records
from truegreen_exporters.accountability.review.gather import gather
from truegreen_exporters.reading.answers import Answers
from truegreen_exporters.reading.server import ReadServer
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.plan import Plan
    from truegreen_definitions.plan.codec import LoadedPlan
    from truegreen_definitions.reviews import Promise, Review

AT = datetime(2026, 11, 15, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
GOLDEN = "tests/golden/report/acme-2026-10/review.json"


@pytest.fixture(scope="module")
def loaded(offline_plan: Plan) -> LoadedPlan:
    """The example company's plan, as a file holds it."""
    return loads(dumps(offline_plan))


@pytest.fixture(scope="module")
def company(loaded: LoadedPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the company's rows, and their state file as of `AT`."""
    folder = tmp_path_factory.mktemp("company")
    write_records(folder / "data", AT)
    (folder / "plan.json").write_text(dumps(loaded.plan))
    export = (sys.executable, "-m", "truegreen_definitions.cli.app", "export", "--once")
    files = ("--plan", "plan.json", "--state", "state.duckdb", "--data", "data")
    told = subprocess.run(
        (*export, *files, "--at", AT.isoformat()), cwd=folder, check=True, capture_output=True
    )
    (folder / "metrics.txt").write_bytes(told.stdout)
    return folder


@pytest.fixture(scope="module")
def october(loaded: LoadedPlan, company: Path) -> Review:
    """October, of all services."""
    return gather(loaded, company / "state.duckdb", unit="month", at=AT)


def promise(review: Review, name: str) -> Promise:
    """Return an agreement in the period that is reviewed."""
    service = name.partition("/")[0]
    found = next(one for one in review.services if one.service == service)
    return next(one for one in found.periods[-1].promises if one.agreement == name)


def test_the_last_month_that_late_rows_have_reached_is_as_it_was_looked_at(
    october: Review, root: Path
) -> None:
    """Without a label it is October, and every fact of it stands in the golden file."""
    found = json.dumps(asdict(october), indent=1, ensure_ascii=False, default=str) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        (root / GOLDEN).write_text(found)
    assert october.label == "2026-10"
    assert json.loads(found) == json.loads((root / GOLDEN).read_text())


@pytest.mark.parametrize(("unit", "label"), [("month", "2026-10"), ("week", "2026-W43")])
def test_counts_are_those_of_the_rows(
    loaded: LoadedPlan, company: Path, unit: str, label: str
) -> None:
    """Answers of a period in Berlin, counted by hand; a week that nobody freezes is told so."""
    (found,) = gather(
        loaded, company / "state.duckdb", unit=unit, services=("open-enrolment",), at=AT
    ).services
    period = next(one for one in found.periods if one.label == label)
    with (company / "data" / "surveys.csv").open() as file:
        rows = [
            (int(row["rating"]), datetime.strptime(row["answered"], "%d/%m/%Y %H:%M:%S"))  # noqa: DTZ007  Berlin's
            for row in csv.DictReader(file)
            if row["application"] == "benefits" and row["rating"]
        ]
    start, end = (one.astimezone(BERLIN).replace(tzinfo=None) for one in (period.start, period.end))
    scores = [score for score, answered in rows if start <= answered < end]
    csat = next(one for one in period.promises if one.agreement == "open-enrolment/csat")
    assert (csat.good, csat.total) == (sum(one >= 4 for one in scores), len(scores))
    assert csat.basis == ("frozen" if unit == "month" else "counted")
    assert bool(csat.digest) is (unit == "month")
    assert csat.lower is not None
    assert csat.upper is not None
    assert csat.value is not None
    assert csat.lower < csat.value < csat.upper


def test_a_running_exporter_tells_the_same(
    loaded: LoadedPlan, company: Path, october: Review
) -> None:
    """Over its socket a service and its contract are those of the file."""
    state = company / "state.duckdb"
    with Store(state, loaded.plan) as store:
        answers = Answers(store.connection.cursor().cursor, lambda: loaded, lambda: AT)
        with ReadServer(state, answers):
            found = gather(loaded, state, unit="month", services=("open-enrolment",), at=AT)
    assert found.services == october.services[:1]
    assert found.contracts == october.contracts[:1]


def test_contracts_and_losses_are_those_of_their_ledgers(october: Review) -> None:
    """What vendors owe has the lines of its statement; what is lost adds up from its portions."""
    by_name = {one.contract: one.statements[-1] for one in october.contracts}
    deskworks = by_name["deskworks-2026"]
    assert deskworks.reviewed
    assert deskworks.net == Decimal("6000.00") == sum(one.amount for one in deskworks.lines)
    assert {(one.episode, one.channel) for one in october.losses} == {
        ("INC-1077", "app"),
        ("INC-1077", "web"),
    }
    lost = [part for one in october.losses for part in one.portions]
    assert {part.vendor for part in lost} == {"paygate"}
    assert all(part.lower < part.point < part.upper for part in lost)


def test_money_that_is_no_loss_is_what_the_exporter_shows(october: Review, company: Path) -> None:
    """Preventions, savings, running periods and what is expected are the series of its metrics."""
    shown: dict[tuple[str, frozenset[tuple[str, str]]], float] = {
        (one.name, frozenset(one.labels.items())): one.value
        for family in text_string_to_metric_families((company / "metrics.txt").read_text())
        for one in family.samples
    }

    def series(name: str, **labels: str) -> float:
        return sum(
            value for (of, has), value in shown.items() if of == name and has >= {*labels.items()}
        )

    month = {"window": "prev_month", "currency": "EUR"}
    assert october.prevented
    for bound in ("lower", "point", "upper"):
        mine = sum(getattr(one.avoided, bound) for one in october.prevented)
        assert float(mine) == series("xla_avoided_loss", **month, bound=bound)
    assert len({one.incident for one in october.prevented}) == series(
        "xla_avoided_loss_cases", window="prev_month"
    )
    assert {one.name for one in october.savings} == {"database-moved", "tuned-machines"}
    for saving in october.savings:
        assert saving.amount is not None
        assert float(saving.amount) == series("xla_saving", **month, saving=saving.name)
    assert {one.contract for one in october.running} == {one.contract for one in october.contracts}
    for contract in october.running:
        assert contract.penalty is not None
        assert contract.reward is not None
        for family, found in (("xla_penalty", contract.penalty), ("xla_reward", contract.reward)):
            for bound in ("lower", "point", "upper"):
                of = {"contract": contract.contract, "window": "month", "bound": bound}
                assert float(getattr(found, bound)) == series(family, **of)
    assert {one.channel for one in october.at_stake} == {"app", "web"}
    for stake in october.at_stake:
        assert stake.expected is not None
        of = {"channel": stake.channel, "basis": stake.basis, "bound": "point"}
        assert float(stake.expected.point) == series("xla_expected_value_per_minute", **of)
        assert stake.at_risk is None


def test_a_quarter_has_the_months_of_its_contracts_and_outages(
    loaded: LoadedPlan, company: Path
) -> None:
    """Three statements are of the third quarter, and only the outage of September is."""
    quarter = gather(loaded, company / "state.duckdb", unit="quarter", at=AT)
    assert quarter.label == "2026-Q3"
    for one in quarter.contracts:
        assert [said.period for said in one.statements if said.reviewed] == [
            "2026-07",
            "2026-08",
            "2026-09",
        ]
    assert {one.episode for one in quarter.losses} == {"INC-1041"}


def test_signals_are_judged_by_what_prometheus_says(loaded: LoadedPlan, company: Path) -> None:
    """With nearly all of a period known it is judged; with less it is not; both are told."""

    class Said:
        def counted(
            self, agreement: str, period: str, start: datetime, end: datetime
        ) -> SignalCount:
            assert start < end
            known = 0.5 if agreement.endswith("pay-felt") else 1.0
            good = 9_995.0 if agreement.endswith("availability") else 9_000.0
            return SignalCount(
                agreement=agreement, period=period, good=good, total=1e4, known=known
            )

        def at_risk(self, service: str, channel: str, currency: str, at: datetime) -> float | None:
            assert (service, currency, at) == ("order-to-cash", "EUR", AT)
            return 1.25 if channel == "web" else None

    found = gather(
        loaded,
        company / "state.duckdb",
        unit="month",
        services=("order-to-cash",),
        at=AT,
        signals=Said(),
    )
    assert promise(found, "order-to-cash/availability").standing == "met"
    assert promise(found, "order-to-cash/availability").basis == "prometheus"
    assert promise(found, "order-to-cash/checkout-felt").standing == "missed"
    pay = promise(found, "order-to-cash/pay-felt")
    assert (pay.standing, pay.basis) == ("unknown", "")
    assert "holds 50% of the period" in pay.shown
    assert found.services[0].periods[-1].state == "watermelon"
    assert {one.channel: one.at_risk for one in found.at_stake} == {"app": None, "web": 1.25}


def test_nothing_is_made_up_where_nobody_answers(loaded: LoadedPlan, company: Path) -> None:
    """A silent Prometheus is asked once and told; before the first row there is no period."""
    asked = []

    class Silent:
        def counted(
            self, agreement: str, period: str, start: datetime, end: datetime
        ) -> SignalCount:
            asked.append((agreement, period, start, end))
            raise RetryableError("prometheus does not answer")

        def at_risk(self, service: str, channel: str, currency: str, at: datetime) -> float | None:
            raise AssertionError(f"asked of {service}/{channel} in {currency} at {at}")

    state = company / "state.duckdb"
    found = gather(loaded, state, unit="month", label="2026-03", at=AT, signals=Silent())
    assert len(asked) == 1
    assert [one.why for one in found.missing] == ["prometheus does not answer"]
    assert [one.periods for one in found.services] == [(), ()]
    assert found.losses == ()


def test_a_period_that_is_not_over_says_so(
    loaded: LoadedPlan, company: Path, october: Review
) -> None:
    """Figures of a running month are told to be of a part of it; those of a closed one are not."""
    running = gather(loaded, company / "state.duckdb", unit="month", label=f"{AT:%Y-%m}", at=AT)
    assert running.missing[0].about == "the whole period"
    assert "it is not over before" in running.missing[0].why
    assert all(one.about != "the whole period" for one in october.missing)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"unit": "month", "label": "2026-13"}, "'2026-13' is no month: write one as 2026-10"),
        ({"unit": "month", "services": ("order-to-cush",)}, "did you mean `order-to-cash`?"),
        (
            {"unit": "month", "label": "2027-03"},
            "2027-03 has not begun at 2026-11-15T12:00:00Z, so there is nothing to review",
        ),
        ({"unit": "year"}, "a review is of a week, month, quarter, not of a year"),
    ],
)
def test_what_there_is_not_is_refused(
    loaded: LoadedPlan, company: Path, asked: dict[str, str], said: str
) -> None:
    """A wrong period or service is named, with what would be right."""
    with pytest.raises(UsageError) as caught:
        gather(loaded, company / "state.duckdb", at=AT, **asked)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_the_verb_writes_page_charts_and_facts(
    company: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are named on stdout; without any the page is there itself, or the facts as JSON."""
    files = ("--plan", str(company / "plan.json"), "--state", str(company / "state.duckdb"))
    asked = ("report", "open-enrolment", *files, "--at", AT.isoformat(), "--period", "2026-10")
    page, charts = tmp_path / "out" / "october.html", tmp_path / "charts"
    assert main((*asked, "-o", str(page), "--svg", str(charts))) == 0
    named = capsys.readouterr().out.splitlines()
    assert named[0] == str(page)
    assert {*named[1:]} == {str(one) for one in charts.iterdir()}
    assert main(asked) == 0
    assert capsys.readouterr().out == page.read_text()
    assert "Open enrolment was a watermelon for the third month in a row" in page.read_text()
    assert main((*asked, "--format", "json")) == 0
    assert json.loads(capsys.readouterr().out)["label"] == "2026-10"
    assert main((*asked, "-o", f"{page}/below")) == 1
    assert "cannot write" in capsys.readouterr().err
