"""A receipt can be checked without us: its SQL counts its parts, its digest is of its words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import plans
import pytest
from ingesting import ingest

from truegreen_definitions import names
from truegreen_definitions.cli.app import main
from truegreen_definitions.errors import UsageError
from truegreen_definitions.plan import Exclusion, Judged, OtherRows
from truegreen_definitions.plan.codec import LoadedPlan, dumps, loads
from truegreen_exporters.intake.mapping import Mapping
from truegreen_exporters.receipt import KINDS, give
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path


AT = datetime(2016, 3, 20, tzinfo=UTC)
NAME = "order-to-cash/csat"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state file of two hundred answers, and a row that was refused."""
    begin = datetime(2016, 2, 10, 0, 30)  # noqa: DTZ001  the export is in local time
    times = [begin + timedelta(hours=7 * i) for i in range(200)]
    rows = [f"{i},{i % 5 + 1},{t:%d/%m/%Y %H:%M},webshop,1\n" for i, t in enumerate(times)]
    text = "".join(["id,rating,answered,application,updated\n", *rows, "x,5,never,webshop,1\n"])
    (tmp_path / "surveys.csv").write_text(text)
    path = tmp_path / "state.duckdb"
    with Store(path, plans.PLAN) as store:
        mapping = Mapping.of(plans.SURVEY_EXPORT, plans.SURVEYS)
        ingest(store, mapping, Surroundings(folder=tmp_path), lambda: False)
    return path


def loaded() -> LoadedPlan:
    """Return the plan as a process reads it."""
    return loads(dumps(plans.PLAN, "abc"))


def given(state: Path, window: str | None = None, at: datetime | None = AT) -> dict[str, Any]:
    """Return a receipt as a third party gets it."""
    text = give(loaded(), NAME, state, at=at, window=window, form="json")
    found: dict[str, Any] = json.loads(text)
    return found


def test_the_digest_can_be_made_again(state: Path) -> None:
    """Fifteen lines of plain Python give the same digest, and another one when a word changes."""
    document = given(state)
    told = document.pop("digest")

    def made(one: dict[str, Any]) -> str:
        plain = json.dumps(one, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(plain.encode("utf-8")).hexdigest()

    assert made(document) == told
    assert made({**document, "good": document["good"] + 1}) != told
    assert given(state)["digest"] == told


@pytest.mark.parametrize("window", [counted.window.label for counted in plans.CSAT.windows])
def test_the_sql_counts_the_parts(state: Path, window: str) -> None:
    """DuckDB alone, on the state file, gives the parts of the receipt."""
    document = given(state, window)
    with duckdb.connect(str(state), read_only=True) as connection:
        found = connection.execute(document["sql"]).fetchall()
    assert found == [tuple(document[part] for part in ("good", "total", "pending", "excluded"))]


def test_rows_and_refusals_are_shown(state: Path) -> None:
    """Samples are of their part, the refused row has its place, and the text says it all."""
    document = given(state, "all")
    assert {row["score"] for row in document["rows"]["good"]} <= {4, 5, "4", "5"}
    assert {row["score"] for row in document["rows"]["bad"]} <= {1, 2, 3, "1", "2", "3"}
    (refused,) = document["rejected"]["survey-export"]
    assert (refused["line"], refused["reason"]) == (202, "bad_value")
    text = give(loaded(), NAME, state, at=AT, window="all", form="text")
    for part in (plans.CSAT.origin, document["digest"], "surveys.csv:202: bad_value", "SELECT"):
        assert str(part) in text


def test_a_plan_is_enough_for_a_receipt(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who has no definitions gives `explain` the plan; a thing it does not know is refused."""
    path = tmp_path / "plan.json"
    path.write_text(dumps(plans.PLAN, "abc"))
    by_plan = ("explain", "--plan", str(path), "--state", str(state), "--at", AT.isoformat())
    assert main([*by_plan, NAME, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == given(state)
    assert main([*by_plan, "order-to-cash/cast"]) == 2
    assert "order-to-cash/cast" in capsys.readouterr().err
    assert main(["explain", NAME, "--plan", str(path)]) == 2
    assert "say with --state" in capsys.readouterr().err


MEAN = replace(
    plans.LIKED,
    parts=replace(
        plans.LIKED.parts,
        exclusions=(Exclusion(sql="score = 3", reason="neutral"),),
        mature_after_seconds=86_400,
    ),
)
MEASURES = {
    "mean": (MEAN, lambda row: float(row[3]) / row[0]),
    "quantile": (
        replace(MEAN, parts=replace(MEAN.parts, aggregate="quantile", quantile=Decimal("0.9"))),
        lambda row: row[5],
    ),
    "distinct": (
        replace(MEAN, parts=replace(MEAN.parts, aggregate="distinct")),
        lambda row: row[5],
    ),
    "keys": (
        replace(
            MEAN,
            parts=replace(
                MEAN.parts,
                aggregate="quantile",
                quantile=Decimal("0.5"),
                per="score % 2",
                each="mean",
                at_least=2,
            ),
        ),
        lambda row: row[5],
    ),
    "ratio": (
        replace(
            MEAN,
            parts=replace(
                MEAN.parts,
                aggregate="ratio",
                over=OtherRows(table="surveys", at="answered_at", where="", value="5"),
            ),
        ),
        lambda row: float(row[3] / row[4]),
    ),
}


@pytest.mark.parametrize("kind", MEASURES)
def test_the_sql_of_a_measure_gives_its_value(state: Path, kind: str) -> None:
    """DuckDB alone gives the rows, the sums and the value; the digest is made of the words."""
    measure, value = MEASURES[kind]
    one = loads(dumps(replace(plans.PLAN, measurements=(measure,)), "abc"))
    for window in ("all", "prev_month"):
        document = json.loads(give(one, measure.id, state, at=AT, window=window, form="json"))
        with duckdb.connect(str(state), read_only=True) as connection:
            (row,) = connection.execute(document["sql"]).fetchall()
        assert row[:3] == tuple(document[part] for part in ("total", "pending", "excluded"))
        assert document["total"]
        assert document["value"] == pytest.approx(value(row))
        told = document.pop("digest")
        plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(plain.encode("utf-8")).hexdigest() == told


def test_the_receipt_of_a_measure_is_told(state: Path) -> None:
    """In words: definition, value, interval, parts, rows of each part, refused rows, the SQL."""
    one = loads(dumps(replace(plans.PLAN, measurements=(MEAN,)), "abc"))
    document = json.loads(give(one, MEAN.id, state, at=AT, window="all", form="json"))
    assert {row["value"][0] for row in document["rows"]["excluded"]} == {"3"}
    assert len(document["rows"]["counted"]) == 5
    text = give(one, MEAN.id, state, at=AT, window="all", form="text")
    said = (str(MEAN.origin), "value (mean): ", "interval: ", "excluded as neutral", "bad_value")
    for part in (*said, "numerator: ", document["digest"]):
        assert part in text
    with pytest.raises(UsageError, match="is not measured over '2d'"):
        give(one, MEAN.id, state, at=AT, window="2d", form="text")


def test_what_has_no_receipt_says_so(state: Path) -> None:
    """Signals and windows that are not counted are refused in words."""
    with pytest.raises(UsageError, match="is not counted from records"):
        give(loaded(), "order-to-cash/none", state, at=None, window=None, form="text")
    with pytest.raises(UsageError, match="is not counted over '2d'"):
        give(loaded(), NAME, state, at=None, window="2d", form="text")


def test_the_sql_judges_keys_and_asks_neighbours(state: Path) -> None:
    """Where customers count in place of answers, or a row asks for the next, the SQL does so."""
    judged = replace(
        plans.CSAT.parts,
        per="score",
        order=("survey_id",),
        each=Judged(share=Decimal(1), at_least=2),
    )
    asking = replace(judged, each=None, good="previous(score) = 2")
    for parts in (judged, asking):
        plan = replace(plans.PLAN, agreements=(replace(plans.CSAT, parts=parts),))
        one = loads(dumps(plan, "abc"))
        document = json.loads(give(one, NAME, state, at=AT, window="all", form="json"))
        with duckdb.connect(str(state), read_only=True) as connection:
            found = connection.execute(document["sql"]).fetchall()
        assert found == [tuple(document[part] for part in ("good", "total", "pending", "excluded"))]
        assert document["total"]


DECLARED = {
    names.OBJECTIVE,
    names.TARGET,
    names.SERVICE_INFO,
    names.AGREEMENT_INFO,
    names.STEP_TOLERANCE,
    names.REVIEW_DUE,
    names.CALENDAR_ACTIVE,
}
BY_RULES_ALONE = {  # `explain ID` prints the rules that make them of good and total
    names.GOOD_5M,
    names.TOTAL_5M,
    names.GOOD_SUM,
    names.TOTAL_SUM,
    names.ATTAINMENT,
    names.ATTAINMENT_LOWER,
    names.ATTAINMENT_UPPER,
    names.BUDGET_REMAINING,
    names.BURN_RATE,
    names.BUDGET_EXHAUSTION,
    names.STATE_OF,
}


def test_every_figure_has_a_kind_of_receipt() -> None:
    """No series of money, accountability or experience comes without a receipt that names it."""
    figures = {
        one
        for one in names.ALL
        if one.by in {"exporter", "rules"} and one.name.startswith(("xla_", "xla:"))
    }
    accounted = {metric for kind in KINDS for metric in kind.metrics}
    assert figures - accounted == DECLARED | BY_RULES_ALONE
    money = {one for one in names.ALL if names.CURRENCY in one.labels}
    assert money - accounted == {names.TARGET}
