"""The example company's outages, from rows to the receipt, which anybody can compute again."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
import subprocess
import sys
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from statistics import fmean, median, stdev
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from shopping import running

from truegreen_definitions.cli.app import main
from truegreen_definitions.plan.codec import dumps, loads
from truegreen_demo.history import order_lines
from truegreen_demo.outages import incident_lines, outages, sold
from truegreen_demo.reputation import customer_csv, lost_sale_csv
from truegreen_demo.spending import change_csv, cost_csv, invoice_csv, near_miss_lines, remedy_csv
from truegreen_exporters.receipt import KINDS, give

if TYPE_CHECKING:
    from pathlib import Path

    from truegreen_definitions.plan import Plan

NOW = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)  # a Friday; no holiday of Berlin is near an outage
BERLIN = ZoneInfo("Europe/Berlin")
WEEK, HOUR = 7 * 86_400, 3_600
TERMS = """\
apiVersion: truegreen/v1
kind: Contract
metadata: {name: northwind-next, title: 'Next year: “all or nothing”'}
spec:
  client: northwind
  period: month
  zone: Europe/Berlin
  currency: EUR
  at_risk: {amount: 9000.00}
  measures:
    - agreement: order-to-cash/invoice-on-time
      allocation: 100%
      tiers: [{below: 99.9%, credit: 100%}]
"""
TRUEGREEN = (sys.executable, "-m", "truegreen_definitions.cli.app")
T95 = {5: 2.5706, 6: 2.4469, 7: 2.3646}  # Student's t, two-sided, from a printed table


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, offline_plan: Plan) -> tuple[Path, str]:
    """A folder with the example company's state, and what its exporter shows."""
    folder = tmp_path_factory.mktemp("acme")
    (folder / "plan.json").write_text(dumps(offline_plan, "abc"))
    data = folder / "data"
    data.mkdir()
    orders = "".join(f"{line}\n" for line in sold(order_lines(NOW), NOW))
    (data / "orders-history.jsonl").write_text(orders)
    told = (*incident_lines(NOW), *near_miss_lines(NOW))
    (data / "incidents.jsonl").write_text("".join(f"{line}\n" for line in told))
    told_by = {"costs": cost_csv, "invoices": invoice_csv}
    told_by |= {"changes": change_csv, "remedies": remedy_csv}
    told_by |= {"lost-sales": lost_sale_csv, "customers": customer_csv}
    for name, rows in told_by.items():
        (data / f"{name}.csv").write_text(rows(NOW))
    (data / "tickets.csv").write_text("number,application,priority,opened,resolved,updated,")
    (data / "surveys.csv").write_text("id,application,ticket,rating,sent,answered,updated\n")
    return folder, export_once(folder, NOW)


def export_once(folder: Path, at: datetime) -> str:
    """Return what an exporter shows of a folder at a moment.

    It is a process of its own, because it sends the logs of its process to its stderr for good.
    """
    files = ("--plan", f"{folder}/plan.json", "--state", f"{folder}/s.duckdb")
    more = ("--data", f"{folder}/data", "--once", "--at", at.isoformat())
    done = subprocess.run(
        [*TRUEGREEN, "export", *files, *more],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def told(folder: Path, *arguments: str) -> str:
    """Return what `truegreen losses` says."""
    out = StringIO()
    files = ("--plan", f"{folder}/plan.json", "--state", f"{folder}/s.duckdb")
    with redirect_stdout(out):
        assert main(["losses", *arguments, *files]) == 0
    return out.getvalue()


def entries(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    """Return the entries as data."""
    found: list[dict[str, Any]] = json.loads(told(folder, *arguments, "--format", "json"))["losses"]
    return found


def test_both_outages_are_booked_to_their_vendors(exported: tuple[Path, str]) -> None:
    """The web channel's outages are booked, and what the exporter shows is what the ledger says."""
    folder, metrics = exported
    booked = [one for one in entries(folder) if one["state"] == "booked"]
    web = {one["episode"]: one for one in booked if one["channel"] == "web"}
    assert set(web) == {one.id for one in outages(NOW)}
    vendors = {portion["vendor"] for one in booked for portion in one["portions"]}
    assert vendors == {"shopfast", "paygate"}
    last_month = [
        Decimal(portion["money"]["point"])
        for one in booked
        for portion in one["portions"]
        if portion["day"].startswith("2026-10") and portion["vendor"] == "shopfast"
    ]
    labels = 'service="order-to-cash",vendor="shopfast",window="prev_month",currency="EUR"'
    shown = f'xla_loss{{{labels},bound="point"}} '
    (line,) = [one for one in metrics.splitlines() if one.startswith(shown)]
    assert Decimal(line.removeprefix(shown)) == sum(last_month)
    assert 'xla_loss_booking{service="order-to-cash",channel="web"} 1' in metrics


def test_every_verb_says_beside_an_exporter_what_it_says_after_it(
    exported: tuple[Path, str],
) -> None:
    """A running exporter answers for its state file as the file does once it has ended."""
    folder, _ = exported
    terms = folder / "terms.yaml"
    terms.write_text(TERMS)
    files = ("--plan", f"{folder}/plan.json", "--state", f"{folder}/s.duckdb")
    at, span = ("--at", NOW.isoformat()), ("--from", "2026-09", "--to", "2026-10")
    verbs = (
        ("contract", "explain", "northwind", "--period", "2026-10", "--invoice", "900.50", *at),
        ("contract", "simulate", "northwind", *span, "--terms", str(terms), "--restated", *at),
        ("losses",),
        ("watermelon", *at),
        ("outcomes", *at),
        ("baseline", "--windows", "6", *at),
    )
    asked = [(*verb, *files, "--format", "json") for verb in verbs]
    asked.append((*verbs[0], *files))
    command = (sys.executable, "-m", "truegreen_definitions.cli.app", "export", *files)
    more = ("--data", str(folder / "data"), "--listen=127.0.0.1:0", "--interval=1h", *at)
    with running((*command, *more)) as child:
        child.line_with('"listening"')
        beside = [said(*one) for one in asked]
        assert child.end() == 0, child.said
    after = [said(*one) for one in asked]
    assert beside == after
    assert all(code == 0 and out for code, out in after), after


def said(*arguments: str) -> tuple[int, str]:
    """Return the exit code and stdout of a command."""
    out = StringIO()
    with redirect_stdout(out):
        code = main([*arguments])
    return code, out.getvalue()


def test_a_third_party_computes_the_same(exported: tuple[Path, str]) -> None:
    """From the receipt's SQL and the written formula alone come expectation, net and digest."""
    folder, _ = exported
    name = outages(NOW)[1].id
    (entry,) = [one for one in entries(folder, name) if one["channel"] == "web"]
    evidence = entry["evidence"]
    with duckdb.connect(str(folder / "s.duckdb"), read_only=True) as connection:
        setting, query = entry["sql"].split(";\n", 1)
        connection.execute(setting)
        buckets = {start: n for start, n, _ in connection.execute(query).fetchall()}

    def sales(low: int, high: int) -> int:
        return sum(n for start, n in buckets.items() if low <= start < high)

    def left_out(instant: int) -> bool:
        return any(low <= instant < high for low, high in evidence["left_out"])

    ((start, end),) = evidence["outage"]
    sums, all_sums = [], []
    moves = [_weeks_before(start, k) for k in evidence["weeks"]]
    recents = [sales(start + by - 2 * HOUR, start + by) for by in moves]
    m = fmean(recents) / (2 * (fmean(recents) + 200)) if min(recents) else 0.0
    assert evidence["zone"] == "Europe/Berlin"
    for by, recent in zip(moves, recents, strict=True):
        kept = [
            minute
            for minute in range(start - WEEK, start, 60)
            if not left_out(minute) and not left_out(minute + by)
        ]
        level = sum(buckets.get(minute, 0) for minute in kept) / sum(
            buckets.get(minute + by, 0) for minute in kept
        )
        z = level ** (1 - m) * (sales(start - 2 * HOUR, start) / recent if m else 1) ** m
        sums.append(sales(start + by, end + by) * z)
        ((_, over),) = evidence["catch_up"]
        all_sums.append(sales(start + by, over + by) * z)
    assert len(sums) >= 4
    assert evidence["expected"] == pytest.approx(fmean(sums), rel=1e-9)
    spread = max(stdev(sums), math.sqrt(fmean(sums)))
    half = T95[len(sums) - 1] * spread * math.sqrt(1 + 1 / len(sums))
    assert evidence["half_width"] == pytest.approx(half, rel=1e-4)
    gross = fmean(sums) - sales(start, end)
    came_back = sales(end, evidence["catch_up"][0][1]) - (fmean(all_sums) - fmean(sums))
    net = gross - min(max(came_back, 0), gross)
    assert float(entry["net"]) == pytest.approx(net, abs=0.001)
    plain = {name: entry[name] for name in entry if name not in {"digest", "sql"}}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == entry["digest"]


def _weeks_before(start: int, weeks: int) -> int:
    """Return by how much Berlin's clock is moved to show the same so many weeks before."""
    here = datetime.fromtimestamp(start, UTC).astimezone(BERLIN).replace(tzinfo=None)
    there = (here - timedelta(weeks=weeks)).replace(tzinfo=BERLIN)
    return int(there.timestamp()) - start


def test_people_read_a_list_and_a_receipt(
    exported: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A line an outage with its loss and interval; a receipt with its arithmetic; no traceback."""
    folder, _ = exported
    listed = told(folder)
    assert listed.splitlines()[0].split() == [
        *("BEGAN", "INCIDENT", "SERVICE/CHANNEL", "STATE", "NET", "LOSS", "95", "%", "VENDOR")
    ]
    assert listed.splitlines()[-1].startswith("booked: ")
    receipt = told(folder, outages(NOW)[0].id)
    for word in ("because neither", "method seasonal-ratio-t/1", "gross shortfall", "digest: "):
        assert word in receipt
    before = (NOW - timedelta(days=1)).isoformat()
    assert "booked: nothing" in told(folder, "--known-at", before)
    files = ("--plan", f"{folder}/plan.json", "--state", f"{folder}/s.duckdb")
    assert main(["losses", "INC-0", *files]) == 2
    assert "there is no entry of incident 'INC-0'" in capsys.readouterr().err


def _told(exported: tuple[Path, str], name: str, **labels: str) -> list[float]:
    """Return the values of the series of a name that have the labels."""
    wanted = [f'{label}="{text}"' for label, text in labels.items()]
    lines = (line for line in exported[1].splitlines() if line.startswith(f"{name}{{"))
    return [float(line.rsplit(" ", 1)[1]) for line in lines if all(w in line for w in wanted)]


def _lines(what: str) -> list[dict[str, str]]:
    made = {"costs": cost_csv, "changes": change_csv}[what](NOW)
    return list(csv.DictReader(StringIO(made)))


@pytest.mark.parametrize(
    ("saving", "what"), [("tuned-machines", "machines"), ("database-moved", "database")]
)
def test_savings_are_days_against_days(saving: str, what: str, exported: tuple[Path, str]) -> None:
    """What was saved last month is 31 mean days of March and April less October's bills."""
    mine = [
        (line["ChargePeriodStart"][:10], Decimal(line["EffectiveCost"]))
        for line in _lines("costs")
        if line["ResourceId"] == f"webshop-{what}"
    ]
    # Bills tell days in UTC: in Berlin they begin at 01:00 or 02:00 of the same day.
    before = sum(cost for day, cost in mine if "2026-03-01" <= day < "2026-05-01")
    since = sum(cost for day, cost in mine if day.startswith("2026-10"))
    expected = round(before / 61 * 31 - since, 2)
    (shown,) = _told(exported, "xla_saving", saving=saving, window="prev_month")
    assert Decimal(str(shown)) == expected > 0


def test_showback_is_the_bill(exported: tuple[Path, str]) -> None:
    """What services, units and nobody cost last month is the whole bill of October."""
    bill = sum(
        Decimal(line["EffectiveCost"])
        for line in _lines("costs")
        if line["ChargePeriodStart"].startswith("2026-10")
    )
    shown = _told(exported, "xla_cost", window="prev_month", currency="EUR")
    assert sum(Decimal(str(one)) for one in shown) == bill
    assert len(shown) == 3
    assert _told(exported, "xla_cost", window="prev_month", service="", business_unit="")


def test_emergencies_cost_more_than_what_was_planned(exported: tuple[Path, str]) -> None:
    """Both means are those of the change log's rows, and the emergency's is greater."""
    rows, found = _lines("changes"), {}
    for measure, urgent in (("emergency-change-cost", True), ("planned-change-cost", False)):
        costs = [float(row["cost"]) for row in rows if (row["kind"] == "emergency") is urgent]
        (found[urgent],) = _told(exported, "xla_window_value", measure=measure, window="all")
        assert found[urgent] == pytest.approx(fmean(costs))
    assert found[True] > 2 * found[False]


def test_prevented_outages_are_an_opinion_of_their_own(exported: tuple[Path, str]) -> None:
    """The gateway's restarts are cases with an interval, and leave the booked losses alone."""
    of = {"vendor": "paygate", "window": "30d"}
    lower, point, upper = (
        _told(exported, "xla_avoided_loss", **of, bound=bound)[0]
        for bound in ("lower", "point", "upper")
    )
    assert 0 <= lower < point < upper
    assert _told(exported, "xla_avoided_loss_cases", window="30d") == [2.0]
    assert _told(exported, "xla_loss", **of, bound="point")[0] > point  # kept apart from it


def test_what_is_spent_and_saved_has_a_receipt(exported: tuple[Path, str]) -> None:
    """What a receipt says is what the exporter shows, and the bill's own lines give it again."""
    folder, metrics = exported
    plan = loads((folder / "plan.json").read_text())
    with (folder / "data" / "costs.csv").open() as file:
        lines = [
            (row["ChargePeriodStart"][:10], row["ServiceCategory"], Decimal(row["EffectiveCost"]))
            for row in csv.DictReader(file)
            if "webshop" in row["Tags"]
        ]

    def bill(first: str, after: str, category: str = "") -> Decimal:
        mine = (cost for day, of, cost in lines if first <= day < after and of.startswith(category))
        return sum(mine, Decimal(0))

    def receipt(name: str) -> dict[str, Any]:
        state = folder / "s.duckdb"
        found = json.loads(give(plan, name, state, at=NOW, window="prev_month", form="json"))
        own = found.pop("digest")
        plain = json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert own == hashlib.sha256(plain.encode()).hexdigest()
        text = give(plan, name, state, at=NOW, window="prev_month", form="text")
        assert text.startswith(f"Receipt of {name}, window prev_month")
        return dict(found)

    costs, saving = (receipt(f"order-to-cash/{one}") for one in ("costs", "tuned-machines"))
    october = bill("2026-10-01", "2026-11-01")
    assert sum(Decimal(one["amount"]) for one in costs["costs"]) == october
    shown = re.findall(r'xla_cost\{service="order-to-cash".*window="prev_month".*\} (\S+)', metrics)
    assert sum(map(float, shown)) == pytest.approx(float(october))
    with duckdb.connect(str(folder / "s.duckdb"), read_only=True) as connection:
        connection.execute(costs["zone"])
        rows = connection.execute(costs["sql"]).fetchall()
        assert sum(row[-1] for row in rows if row[0] == "order-to-cash") == october

        before = bill("2026-03-01", "2026-05-01", "Compute")
        since = bill("2026-10-01", "2026-11-01", "Compute")
        # The service's days are Berlin's and a line is of a moment in UTC: the same days of lines.
        assert [Decimal(one["cost"]) for one in saving["compared"]] == [before, since]
        connection.execute(saving["zone"])
        for one in saving["compared"]:
            rows = connection.execute(one["sql"]).fetchall()
            assert sum(row[-1] for row in rows) == Decimal(one["cost"])
    assert [one["days"] for one in saving["compared"]] == [61, 31]
    exact = (before / 61 * 31 - since).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(saving["amount"]) == exact
    label = r'xla_saving\{service="order-to-cash",saving="tuned-machines",.*window="prev_month".*\}'
    (told_by,) = re.findall(label + r" (\S+)", metrics)
    assert float(told_by) == float(exact)


def _receipt(folder: Path, name: str, window: str | None = None) -> dict[str, Any]:
    """Return the receipt of an id, whose digest is made again and whose text is looked at."""
    plan, state = loads((folder / "plan.json").read_text()), folder / "s.duckdb"
    found: dict[str, Any] = json.loads(give(plan, name, state, at=NOW, window=window, form="json"))
    own = found.pop("digest")
    plain = json.dumps(found, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert own == hashlib.sha256(plain.encode()).hexdigest()
    (kind, *_) = (one for one in KINDS if one.of(plan.plan, name))
    assert kind.text(found).startswith("Receipt of ")
    return found


def test_the_trials_of_the_night_are_computed_again(exported: tuple[Path, str]) -> None:
    """Coverage, bias, bookings and width of the placebo windows follow from the receipt's list.

    What was sold in each window is what the SQL counts, and the results are those that are shown.
    """
    folder, _ = exported
    found = _receipt(folder, "order-to-cash/losses")
    assert {one["channel"] for one in found["channels"]} == {"web", "app"}
    for channel in found["channels"]:
        trials, told = channel["trials"], channel["placebo"]
        with duckdb.connect(str(folder / "s.duckdb"), read_only=True) as connection:
            buckets = connection.execute(channel["sql"]).fetchall()
        for one in trials:
            sold = sum(n for start, n, _ in buckets if one["start"] <= start < one["end"])
            assert (sold, one["end"] <= channel["until"]) == (one["actual"], True)
            assert one["expected"] == pytest.approx(fmean(one["sums"]))
            spread = max(stdev(one["sums"]), math.sqrt(max(one["expected"], 1)))
            t95 = {**T95, 3: 3.1824, 4: 2.7764}[len(one["sums"]) - 1]
            half = t95 * spread * math.sqrt(1 + 1 / len(one["sums"]))
            assert one["half_width"] == pytest.approx(half, rel=1e-4)
        missed = [abs(one["expected"] - one["actual"]) / one["half_width"] for one in trials]

        def width(ratios: list[float]) -> float:
            return max(1.0, sorted(ratios)[math.ceil(0.95 * len(ratios)) - 1])

        widths = [width(missed[1::2]), width(missed[::2])]
        held = [ratio <= widths[place % 2] for place, ratio in enumerate(missed)]
        certain = [_certain(one, widths[place % 2]) for place, one in enumerate(trials)]
        expected, actual = (sum(one[key] for one in trials) for key in ("expected", "actual"))
        assert told == {
            "windows": len(trials),
            "coverage": pytest.approx(fmean(held)),
            "bias": pytest.approx((expected - actual) / actual),
            "booked": pytest.approx(fmean(certain)),
            "widened": pytest.approx(width(missed)),
        }
        assert fmean(certain) <= 0.05
        of = {"service": "order-to-cash", "channel": channel["channel"]}
        for name in ("coverage", "bias", "booked"):
            (shown,) = _told(exported, f"xla_loss_placebo_{name}_ratio", **of)
            assert shown == pytest.approx(told[name])
        assert _told(exported, "xla_loss_placebo_windows", **of) == [len(trials)]
        assert _told(exported, "xla_loss_booking", **of) == [float(channel["booking"])]


def _certain(one: dict[str, Any], widened: float) -> bool:
    """Return whether a trial would have been booked: neither gross nor net loss can be zero."""
    gross = one["expected"] - one["actual"]
    altogether = one["expected_with_catch_up"] - one["actual"] - one["actual_after"]
    net = gross - min(max(gross - altogether, 0), max(gross, 0))
    lower = min(net, altogether - one["half_width_with_catch_up"] * widened)
    return bool(gross - one["half_width"] * widened > 0 and lower > 0)


@pytest.mark.parametrize("window", ["30d", "prev_month"])
def test_the_ledger_of_a_window_adds_up_to_what_is_shown(
    window: str, exported: tuple[Path, str]
) -> None:
    """Booked losses by vendor and stratum, deferred cost and counts are those of the series."""
    folder, _ = exported
    found = _receipt(folder, "order-to-cash/losses", window)
    of = {"service": "order-to-cash", "window": window}
    shown = sum(_told(exported, "xla_loss", **of, bound="point"))
    own = [one for one in found["loss"] if one["bound"] == "point"]
    assert sum(Decimal(one["amount"]) for one in own) == Decimal(str(round(shown, 2))) > 0
    inside = [
        Decimal(portion["money"]["point"])
        for entry in found["entries"]
        for portion in entry["portions"]
        if entry["state"] == "booked" and found["days"][0] <= portion["day"] <= found["days"][1]
    ]
    assert sum(inside) == sum(Decimal(one["amount"]) for one in own)
    for by in ("domain", "channel", "step", "vendor", "severity"):
        parts = [Decimal(one["amount"]) for one in found["strata"] if one["by"] == by]
        assert sum(parts) == sum(inside)
    for channel in found["channels"]:
        for part, number in channel["transactions"].items():
            about = {**of, "channel": channel["channel"], "part": part}
            assert _told(exported, "xla_lost_transactions", **about) == [float(number)]
        for state, count in channel["states"].items():
            about = {**of, "channel": channel["channel"], "state": state}
            assert state == "settling" or _told(exported, "xla_loss_episodes", **about) == [count]


def test_avoided_losses_are_computed_again(exported: tuple[Path, str]) -> None:
    """The chance is the Beta of the listed detections; times what would have been sold it is all.

    The detections and what was remedied are those that the SQL of the receipt gives.
    """
    folder, _ = exported
    found = _receipt(folder, "order-to-cash/avoided")
    with duckdb.connect(str(folder / "s.duckdb"), read_only=True) as connection:
        connection.execute(found["zone"])
        rows = connection.execute(found["sql"]["detections"]).fetchall()
        remedied = {name for (name,) in connection.execute(found["sql"]["remedied"]).fetchall()}
    assert found["prevented"]
    for one in found["prevented"]:
        told = one["evidence"]
        alike = {
            name: (impact, seconds)
            for name, symptom, _, seconds, impact, *_ in rows
            if symptom == told["symptom"] and (impact or name not in remedied)
        }
        assert {it["id"]: it["outage"] for it in told["alike"]} == {
            name: impact for name, (impact, _) in alike.items()
        }
        lasted = [seconds for impact, seconds in alike.values() if impact and seconds]
        assert told["median_seconds"] == int(median(lasted))
        n, k = one["cases"], one["outages"]
        assert (n, k) == (len(alike), len([impact for impact, _ in alike.values() if impact]))
        low, point, high = told["chance"]
        assert point == pytest.approx((k + 1) / (n + 2))
        assert _beta_below(low, k + 1, n - k + 1) == pytest.approx(0.025, abs=1e-4)
        assert _beta_below(high, k + 1, n - k + 1) == pytest.approx(0.975, abs=1e-4)
        half = told["half_width"] * told["widened"]
        each = told["each"] * float(told["share"])
        for bound, chance, number in (
            ("lower", low, max(told["expected"] - half, 0)),
            ("point", point, told["expected"]),
            ("upper", high, told["expected"] + half),
        ):
            assert float(one["avoided"][bound]) == pytest.approx(chance * number * each, abs=0.0051)
    for one in found["avoided"]:
        of = {"vendor": one["vendor"], "window": "30d", "bound": one["bound"]}
        assert _told(exported, "xla_avoided_loss", **of) == [float(one["amount"])]


def _beta_below(x: float, a: int, b: int) -> float:
    """Return the chance that a Beta(a, b) lies below x, by adding up its density."""
    steps = 20_000
    whole = [((place + 0.5) / steps) for place in range(steps)]
    density = [one ** (a - 1) * (1 - one) ** (b - 1) for one in whole]
    return sum(d for one, d in zip(whole, density, strict=True) if one < x) / sum(density)


def test_each_value_of_an_outcome_series_is_counted_again(exported: tuple[Path, str]) -> None:
    """With a period's ends as parameters, each query gives the value that correlations rest on."""
    folder, _ = exported
    found = _receipt(folder, "order-to-cash/outcome")
    assert set(found["sql"]) == set(found["series"])
    compared = 0
    with duckdb.connect(str(folder / "s.duckdb"), read_only=True) as connection:
        connection.execute(found["zone"])
        for name, values in found["series"].items():
            for place in (-1, -2, -30, -61):
                start, end = found["periods_of"][place]
                ends = {"start": start, "end": end}
                mine = {one: ends[one] for one in ends if f"${one}" in found["sql"][name]}
                parts = connection.execute(found["sql"][name], mine).fetchone()
                assert parts is not None
                if values[place] is None:
                    continue
                compared += 1
                assert _value(parts, found["aggregates"].get(name)) == pytest.approx(values[place])
    assert compared >= 12


def _value(parts: tuple[Any, ...], aggregate: str | None) -> float:
    """Return what parts come to; without an aggregate they are those of an agreement."""
    if aggregate is None:
        good, total, *_ = parts
        return float(good / total)
    total, _, _, numerator, denominator, ranked = parts
    made = {
        "count": lambda: total,
        "sum": lambda: numerator,
        "mean": lambda: numerator / (total if denominator is None else denominator),
        "ratio": lambda: numerator / denominator,
        "distinct": lambda: ranked,
        "quantile": lambda: ranked,
    }
    return float(made[aggregate]())


def test_what_is_owed_has_a_receipt_by_every_name_of_it(exported: tuple[Path, str]) -> None:
    """By contract, by what is in it and by its party: the lines that the exporter shows as owed."""
    folder, _ = exported
    names = ("northwind-2026", "northwind-2026/order-to-cash/invoice-on-time", "northwind")
    ((last, running),) = {
        (json.dumps(one["last"]), json.dumps(one["running"]))
        for name in names
        for one in _receipt(folder, name)["contracts"]
    }
    (statement,) = json.loads(last)["statements"]
    moved = [(one["kind"], Decimal(one["amount"])) for one in statement["lines"]]
    of = {"contract": "northwind-2026", "window": "prev_month"}
    for metric, rewarded in (("xla_penalty", False), ("xla_reward", True)):
        own = sum((n for kind, n in moved if (kind == "reward") is rewarded), Decimal(0))
        (shown,) = _told(exported, metric, **of)
        assert Decimal(str(shown)) == abs(own)
    assert json.loads(running)["period"] == "2026-11"


def test_what_rules_alone_make_has_its_rules_as_receipt(exported: tuple[Path, str]) -> None:
    """A production's receipt has what was declared, and the expressions that make it a figure."""
    folder, _ = exported
    found = _receipt(folder, "order-to-cash/packing")
    rules = {one["name"]: one["expr"] for one in found["series"]}
    units = Decimal(found["declared"]["per_hour"]) * Decimal(found["declared"]["good"])
    assert rules["xla:production_at_risk:per_hour"].endswith(f"* {units.normalize()}")
    assert "pay-felt" in rules["xla:impact:ratio"]
    worth = units * Decimal(found["declared"]["value"])
    assert rules["xla:outage_cost:per_minute"] == f"vector({worth.normalize()}) / 60"


def test_what_was_booked_stays_beside_its_correction(
    exported: tuple[Path, str],
) -> None:
    """A longer incident becomes revision 1 beside revision 0, of which nothing has changed.

    The last one here: it changes the state that all share.
    """
    folder, _ = exported
    first = entries(folder)
    incident = json.loads(next(iter(incident_lines(NOW))))
    end = datetime.fromisoformat(incident["impact_to"]) + timedelta(hours=1)
    longer = {**incident, "version": 2, "impact_to": end.isoformat()}
    (folder / "data" / "incidents-2.jsonl").write_text(json.dumps(longer) + "\n")
    export_once(folder, NOW + timedelta(hours=5))
    known = [one for one in entries(folder) if one["revision"] == 0]
    assert known == first
    revised = [one for one in entries(folder, incident["id"]) if one["channel"] == "web"]
    assert [one["revision"] for one in revised] == [0, 1]
    assert revised[1]["end"] == revised[0]["end"] + HOUR
    assert revised[1]["gross"] != revised[0]["gross"]
