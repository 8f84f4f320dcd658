"""`truegreen contract` as a person runs it: from rows to what is owed, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from math import comb, exp, lgamma
from shutil import copytree
from typing import TYPE_CHECKING

import duckdb
import plans
import pytest

from truegreen_definitions.plan.codec import dumps

if TYPE_CHECKING:
    from pathlib import Path

TRUEGREEN = (sys.executable, "-m", "truegreen_definitions.cli.app")
AT = ("--at", "2016-05-20T00:00:00Z")
FROM_STATE = ("--plan", "plan.json", "--state", "state.duckdb", *AT)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TRUEGREEN, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _answers(folder: Path, *rows: str) -> None:
    """Take survey answers (id, rating, day, update) into the state file."""
    lines = [
        f"{one},{rating},{day} 12:00,webshop,{update}"
        for one, rating, day, update in (row.split(",") for row in rows)
    ]
    text = "\n".join(["id,rating,answered,application,updated", *lines, ""])
    (folder / "surveys.csv").write_text(text)
    ran = _run(folder, "export", "--once", "--plan", "plan.json", "--state", "state.duckdb", *AT)
    assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan that has a contract, and four answers of March: three content."""
    found = tmp_path_factory.mktemp("march")
    contract = replace(plans.CONTRACT, reward=None)
    plan = replace(plans.PLAN, contracts=(contract,))
    (found / "plan.json").write_text(dumps(plan, "abc"))
    _answers(found, "a,5,01/03/2016,1", "b,5,31/03/2016,1", "c,4,02/03/2016,1", "d,1,03/03/2016,1")
    return found


@pytest.fixture
def folder(march: Path, tmp_path: Path) -> Path:
    """A copy of that folder: reading it once is enough."""
    copytree(march, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_explain_shows_how_it_comes_about(folder: Path) -> None:
    """Three of four are below 80 %; what Prometheus counts is said to be unknown, not met."""
    ran = _run(folder, "contract", "explain", "desk", "--period", "2016-03", *FROM_STATE)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == (
        "Help desk 2016: desk, 2016-03 (Europe/Berlin)\n"
        "defined at people.yaml:7; at risk: 1,000.00 EUR\n"
        "\n"
        "  order-to-cash/csat                     missed      200.00 EUR  "
        "3 of 4 = 75%, below 80%: 1,000.00 EUR x 40% x 50%\n"
        "  minimum of order-to-cash/availability  no data       0.00 EUR  "
        "Prometheus counts it, and no `prometheus` source has brought an hour of the period\n"
        "\n"
        "desk owes 200.00 EUR\n"
        "\n"
        "counted from\n"
        f"  order-to-cash/csat: 3 good (sha256 {_digest(folder, 'score >= 4')[:16]}…), "
        f"1 bad (sha256 {_digest(folder, 'score < 4')[:16]}…)\n"
    )


def test_outlook_gives_what_a_probability_can_be_made_of(folder: Path) -> None:
    """Whoever has its parameters finds the probability again, by the density of Skellam's law."""
    at = ("--plan", "plan.json", "--state", "state.duckdb", "--at", "2016-03-20T00:00:00Z")
    asked = ("contract", "outlook", "desk-2016", *at)
    ran = _run(folder, *asked, "--format", "json")
    assert ran.returncode == 0, ran.stderr
    document = json.loads(ran.stdout)
    told = document.pop("digest")
    plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == told
    (miss,) = (one for one in document["misses"] if one["line"] == "credit")
    (view,) = (one for one in document["outlooks"] if one["agreement"] == miss["agreement"])
    assert (miss["bound"], view["good"], view["total"]) == ("0.8", 3, 4)
    n, a, b = view["lots"], view["alpha"], view["beta"]
    likely = sum(
        comb(n, k) * exp(_beta(k + a, n - k + b) - _beta(a, b))
        for k in range(miss["most_good_lots"] + 1)
    )
    assert n > 0
    assert 0.01 < likely < 0.99
    assert miss["probability"] == pytest.approx(likely, abs=1e-9)
    expected = Decimal(document["penalty"]["point"])
    assert Decimal(document["penalty"]["lower"]) <= expected <= Decimal(200)
    assert f"{float(expected):.2f}" == f"{200 * likely:.2f}", "1,000 EUR x 40 % x 50 %, if missed"
    text = _run(folder, *asked).stdout
    assert f"below 80% by then with {100 * miss['probability']:.2f} %\n" in text
    assert f"  digest: {told}\n" in text
    lost = _run(folder, "contract", "outlook", "desk-2061", *at)
    assert lost.returncode == 2
    assert "there is no contract 'desk-2061': did you mean `desk-2016`?" in lost.stderr


def _beta(a: float, b: float) -> float:
    """Return the logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _digest(folder: Path, condition: str) -> str:
    """Return the digest of rows as a stranger makes it: from the state file, by the description."""
    with duckdb.connect(folder / "state.duckdb", read_only=True) as connection:
        connection.execute("SET TimeZone = 'Europe/Berlin'")
        columns = [
            name
            for (name,) in connection.execute(
                "SELECT column_name FROM information_schema.columns "
                "WHERE table_name = 'surveys' ORDER BY ordinal_position"
            ).fetchall()
            if not name.startswith("_")
        ]
        asked = ", ".join(f'"{name}"::VARCHAR' for name in columns)
        rows = connection.execute(f"SELECT {asked} FROM surveys WHERE {condition}").fetchall()
    lines = sorted(json.dumps([*r], ensure_ascii=False, separators=(",", ":")) for r in rows)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def test_a_receipt_can_be_checked_by_a_stranger(folder: Path) -> None:
    """Digests of rows and of the receipt follow from what it says, without Truegreen."""
    asked = ("contract", "explain", "desk", "--period", "2016-03", "--format", "json")
    receipt = json.loads(_run(folder, *asked, *FROM_STATE).stdout)
    told = receipt.pop("digest")
    plain = json.dumps(receipt, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(plain.encode()).hexdigest() == told
    (csat,) = (one for one in receipt["evidence"] if one["agreement"] == "order-to-cash/csat")
    assert csat["agrees"]
    assert csat["good"] == {"rows": 3, "sha256": _digest(folder, "score >= 4")}
    assert csat["bad"] == {"rows": 1, "sha256": _digest(folder, "score < 4")}
    with duckdb.connect(folder / "state.duckdb", read_only=True) as connection:
        connection.execute("SET TimeZone = 'Europe/Berlin'")
        assert connection.execute(csat["sql"]).fetchall() == [(3, 4, 0, 0)]
    owed = sum(Decimal(line["amount"]) for line in receipt["statements"][0]["lines"])
    assert owed == Decimal(receipt["statements"][0]["net"]) == 200


def test_corrected_row_leaves_a_frozen_month_and_restates_it(folder: Path) -> None:
    """A closed month settles as it was frozen; asked for, as a correction has restated it."""
    _answers(folder, "d,5,03/03/2016,2", "e,5,01/04/2016,1")
    for flags, net, arithmetic in (
        ((), "200.00", "3 of 4 = 75%, below 80%: 1,000.00 EUR x 40% x 50%"),
        (("--restated",), "0", "4 of 4 = 100%, not below 80%"),
    ):
        ran = _run(
            folder,
            *("contract", "simulate", "desk-2016", "--from", "2016-03", "--to", "2016-05"),
            *("--format", "json", *flags, *FROM_STATE),
        )
        statements = json.loads(ran.stdout)["statements"]
        assert [(one["period"], one["net"], one["state"]) for one in statements] == [
            ("2016-03", net, "closed"),
            ("2016-04", "0", "closed"),
            ("2016-05", "0", "running"),
        ]
        assert statements[0]["lines"][0]["arithmetic"] == arithmetic


TERMS = """\
apiVersion: truegreen/v1
kind: Contract
metadata: {name: desk-reward, title: Help desk with a reward}
spec:
  vendor: desk
  period: month
  zone: Europe/Berlin
  currency: EUR
  at_risk: {amount: 500.00}
  measures: [{agreement: order-to-cash/csat, allocation: 40%, tiers: [{below: 80%, credit: 50%}]}]
  reward: {pool: 300.00, from: 80%, stretch: 100%}
"""


def test_terms_are_compared_before_they_are_signed(folder: Path) -> None:
    """Penalties alone and half of them with a reward stand side by side, with the difference."""
    _answers(folder, *(f"x{n},{5 if n else 1},{n + 1:02}/04/2016,1" for n in range(10)))
    (folder / "terms.yaml").write_text(TERMS)
    asked = ("contract", "simulate", "desk-2016", "--terms", "terms.yaml")
    span = ("--from", "2016-03", "--to", "2016-04", "--restated", *FROM_STATE)
    ran = _run(folder, *asked, *span)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == (
        "desk-2016: Help desk 2016, desk; net above 0 is owed to us\n"
        "desk-reward: Help desk with a reward, desk; net above 0 is owed to us\n"
        "\n"
        "period   desk-2016 EUR  reward     net  desk-reward EUR  reward      net  difference\n"
        "2016-03         200.00    0.00  200.00           100.00    0.00   100.00     -100.00\n"
        "2016-04           0.00    0.00    0.00             0.00  150.00  -150.00     -150.00\n"
        "sum             200.00    0.00  200.00           100.00  150.00   -50.00     -250.00\n"
    )
    document = json.loads(_run(folder, *asked, *span, "--format", "json").stdout)
    assert document["difference"] == {"2016-03": "-100.00", "2016-04": "-150.00"}
    assert [one["contract"] for one in document["contracts"]] == ["desk-2016", "desk-reward"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("order-to-cash/csat", "order-to-cash/cast", "did you mean `order-to-cash/csat`?"),
        ("period: month", "period: week", "settle by month and week: compare those of one"),
        ("kind: Contract", "kind: Contrakt", "terms.yaml:2:"),
    ],
)
def test_terms_that_do_not_fit_are_refused(folder: Path, old: str, new: str, said: str) -> None:
    """What is wrong with terms is said by its line, or by what the plan has in its place."""
    (folder / "terms.yaml").write_text(TERMS.replace(old, new))
    ran = _run(
        folder,
        *("contract", "simulate", "desk", "--terms", "terms.yaml"),
        *("--from", "2016-03", "--to", "2016-04", *FROM_STATE),
    )
    assert ran.returncode in {1, 2}
    assert said in ran.stderr, ran.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", "desk", "--period", "2016-13"), "'2016-13' is no month: write one as 2026-10"),
        (("explain", "dsek", "--period", "2016-03"), "did you mean `desk`?"),
        (("simulate", "desk", "--from", "2016-03", "--to", "2016-02"), "2016-02 is before"),
        (("explain", "desk", "--period", "2016-03", "--invoice", "NaN"), "'NaN' is no amount"),
    ],
)
def test_what_it_refuses(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    """A wrong word is named with what is right, and ends as misuse."""
    ran = _run(folder, "contract", *arguments, *FROM_STATE)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_no_state_is_said(folder: Path) -> None:
    """Without records there is nothing to settle, and no empty state file is left behind."""
    ran = _run(
        folder,
        *("contract", "explain", "desk", "--period", "2016-03"),
        *("--plan", "plan.json", "--state", "other.duckdb"),
    )
    assert ran.returncode == 1
    assert "other.duckdb does not exist" in ran.stderr
    assert not (folder / "other.duckdb").exists()
