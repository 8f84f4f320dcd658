"""A proof in three forms, with what failed and what could not be tested."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

from truegreen_definitions.proof.coverage import Coverage, Uncovered
from truegreen_definitions.proof.outcome import CaseOutcome, Failure, FileOutcome, Proof
from truegreen_definitions.proof.report import as_json, as_junit, as_text, in_short

FAILURE = Failure(after="10m", situation="burning", asked='up{a="<"}', expected="1", got="nothing")
GOOD = CaseOutcome(about="shop/availability", claim="counts", place="shop.yaml:7")
BAD = CaseOutcome(
    about="shop/availability", claim="fires & more", place="shop.yaml:7", failures=(FAILURE,) * 7
)
PROOF = Proof(
    files=(
        FileOutcome(name="shop/burn", cases=(GOOD, BAD), seconds=0.5),
        FileOutcome(name="shop/counts", cases=(), fault="line 1\nline \x002"),
    ),
    coverage=Coverage(
        recordings=3, alerts=1, uncovered=(Uncovered("shop", "up{}", "no test expects a value"),)
    ),
    altered=("prometheus/rules/shop.yml",),
)
CLEAN = Proof(files=(FileOutcome(name="shop/burn", cases=(GOOD,)),))


def test_text_says_what_failed_and_no_more() -> None:
    """What failed, with its place, its situation and both answers; the rest of it is counted."""
    assert as_text(PROOF).splitlines() == [
        (
            "prometheus/rules/shop.yml: not what plan.json makes: "
            "edited by hand, or built by another version"
        ),
        "shop.yaml:7: shop/availability: fires & more",
        *['  burning after 10m: up{a="<"}', "    expected  1", "    got       nothing"] * 5,
        "  and 2 more",
        "shop/counts: could not be tested",
        "  line 1",
        "  line \x002",
        "shop: no test expects a value: up{}",
    ]
    assert as_text(CLEAN) == ""


def test_the_last_line_counts() -> None:
    """Cases, failures, files that could not be tested, and coverage, never rounded up."""
    assert in_short(PROOF) == (
        "2 cases, 1 failed, 1 file that could not be tested, 3 of 4 rules covered (75.0%)"
    )
    nearly = Coverage(recordings=99_999, alerts=1, uncovered=(Uncovered("", "", ""),))
    assert in_short(Proof(files=(), coverage=nearly)).endswith("(99.9%)")
    assert in_short(CLEAN) == "1 case, 0 failed"


def test_a_proof_is_clean_or_not() -> None:
    """A failure, a file that could not be tested and an altered file each spoil it."""
    assert CLEAN.clean
    assert not PROOF.clean
    assert not Proof(files=(), altered=("x",)).clean
    assert not Proof(files=PROOF.files[1:]).clean


def test_json_holds_all_of_it() -> None:
    """Every case is there, failed or not, and the share that is covered."""
    told = json.loads(as_json(PROOF))
    assert told["coverage"]["percent"] == 75.0
    assert [case["claim"] for case in told["files"][0]["cases"]] == ["counts", "fires & more"]
    assert json.loads(as_json(CLEAN))["coverage"] is None


def test_junit_is_what_ci_reads() -> None:
    """A suite a file, a test case a claim, the first failure as message and the line as place."""
    root = ET.fromstring(as_junit(PROOF))
    first, second = root.findall("testsuite")
    assert (first.get("tests"), first.get("failures"), first.get("errors")) == ("2", "1", "0")
    assert (second.get("tests"), second.get("errors")) == ("0", "1")
    passed, failed = first.findall("testcase")
    assert passed.find("failure") is None
    assert (failed.get("file"), failed.get("line")) == ("shop.yaml", "7")
    message = failed.find("failure")
    assert message is not None
    assert message.get("message") == "expected 1, got nothing"
    assert (message.text or "").count("burning after 10m") == 7
