"""plan.json and back."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import plans
import pytest

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.plan import PLAN_FORMAT, codec


def document(**changed: object) -> str:
    """Return a document around a plan that has nothing yet, with parts of it changed."""
    plan = {"format": PLAN_FORMAT, "services": None}
    return json.dumps({"digest": "0", "revision": "", "plan": plan} | changed)


def test_what_is_written_is_read_back() -> None:
    """A plan of every kind of thing survives, with decimals exact and tuples tuples."""
    plan = replace(plans.PLAN, agreements=(*plans.PLAN.agreements, plans.CSAT_EXCLUDING))
    loaded = codec.loads(codec.dumps(plan, "4f2a9c1"))
    assert loaded.plan == plan
    assert loaded.revision == "4f2a9c1"
    assert isinstance(loaded.plan.agreements[0].objective, Decimal)


def test_the_revision_is_no_part_of_the_digest() -> None:
    """Another commit with the same definitions is the same plan; another objective is not."""
    one = codec.loads(codec.dumps(plans.PLAN, "a"))
    two = codec.loads(codec.dumps(plans.PLAN, "b"))
    changed = replace(plans.PLAN, agreements=plans.PLAN.agreements[:1])
    assert one.digest == two.digest == codec.digest(plans.PLAN)
    assert codec.digest(changed) != one.digest


def test_the_text_is_deterministic_and_for_people() -> None:
    """Keys are sorted, lines are indented, letters are themselves, the end is a line end."""
    title = replace(plans.SERVICE, title="Aufträge")
    text = codec.dumps(replace(plans.PLAN, services=(title,)))
    document = json.loads(text)
    assert text == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert "Aufträge" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"no plan of truegreen: no JSON \(it is empty\); give the plan.json that"),
        ("{bad", r"plan.json is no plan of truegreen: no JSON \(line 1, column 2\)"),
        ('{"n": ' + "1" * 5000 + "}", "a number in it is too long"),
        ("[]", "no plan of truegreen of this version: the document: input should be a valid"),
        ('{"plan": 1}', "no plan of truegreen of this version"),
        ('{"plan": {"format": 99}}', "has format 99, this version reads"),
        (document(plan={"format": PLAN_FORMAT}), "no plan of truegreen of this version"),
        (document(plan=None), "plan: input should be a valid dictionary"),
        (document(revision=None), "revision: input should be a valid string"),
        (document(revision=7), "revision: input should be a valid string"),
        (document(digest=["a"]), "digest: input should be a valid string"),
        (document(digest=None), "digest: input should be a valid string"),
        (document(author="me"), "author: extra inputs are not permitted"),
        ('{"plan": ' * 50_000, "nested too deeply"),
        (document().replace("null", "[" * 900 + "]" * 900), "of this version|nested too deeply"),
    ],
    ids=lambda value: value[:40],
)
def test_what_is_no_plan_is_refused_in_words(text: str, message: str) -> None:
    """A broken, foreign or newer file gives a clear error, never a traceback of a library."""
    with pytest.raises(TerminalError, match=message):
        codec.loads(text)


def test_a_change_by_hand_is_seen() -> None:
    """A plan whose digest does not match is refused."""
    text = codec.dumps(plans.PLAN).replace('"0.999"', '"0.9"')
    with pytest.raises(TerminalError, match="changed by hand"):
        codec.loads(text)
