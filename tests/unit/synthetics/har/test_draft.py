"""Drafts of journeys from recordings."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from companies import PARTS, compiled
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.plan import Request
from truegreen_synthetics.har.definitions import definitions
from truegreen_synthetics.har.draft import Draft, draft_of
from truegreen_synthetics.har.recording import HarError

if TYPE_CHECKING:
    from pathlib import Path

SHOP = "https://shop.example"
CARD = "4000-0000-0000-0002"


def entry(
    method: str, url: str, answer: object = None, body: object = None, **more: Any
) -> dict[str, Any]:
    """Return an exchange as a browser records it."""
    headers = {"cookie": "sid=top-secret", "authorization": "Bearer abc", "accept": "text/html"}
    return {
        "time": 120.5,
        "request": {
            "method": method,
            "url": url,
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
            "postData": None if body is None else {"text": json.dumps(body)},
        },
        "response": {
            "status": more.get("status", 200),
            "headers": [{"name": "Set-Cookie", "value": "sid=top-secret"}],
            "content": {
                "mimeType": more.get("kind", "application/json"),
                "text": None if answer is None else json.dumps(answer),
            },
        },
    }


RECORDED = json.dumps(
    {
        "log": {
            "entries": [
                entry("GET", f"{SHOP}/products?lang=deu", {"items": [{"sku": "mug-12"}]}),
                entry("GET", f"{SHOP}/logo.png", kind="image/png"),
                entry("GET", f"{SHOP}/app", kind="text/javascript"),
                entry("GET", "https://metrics.example/hit"),
                entry(
                    "POST",
                    f"{SHOP}/cart",
                    {"order_id": "W-77", "total": 12.5, "language": "deu"},
                    {"sku": "mug-12", "qty": 1, "gift": None},
                    status=201,
                ),
                entry(
                    "POST",
                    f"{SHOP}/orders/W-77/pay?token=tok123&lang=deu",
                    {"state": "paid"},
                    {"card": CARD, "amount": 12.5},
                ),
                entry("GET", f"{SHOP}/orders/W-77"),
                entry("OPTIONS", f"{SHOP}/orders/W-77"),
            ]
        }
    }
)


def test_what_matters_is_kept_and_linked() -> None:
    """Assets and other hosts go; a value of an answer that a later request repeats varies."""
    draft = draft_of(RECORDED)
    assert draft.target == SHOP
    assert [(one.name, one.method, one.path) for one in draft.steps] == [
        ("get-products", "GET", "/products?lang=deu"),
        ("post-cart", "POST", "/cart"),
        ("post-orders-pay", "POST", "/orders/${order_id}/pay?token=${secret:TOKEN}&lang=deu"),
        ("get-orders", "GET", "/orders/${order_id}"),
    ]
    assert [dict(one.extract) for one in draft.steps] == [
        {"sku": "$.items[0].sku"},
        {"order_id": "$.order_id"},
        {},
        {},
    ]
    assert draft.steps[1].body == {"sku": "${sku}", "qty": 1, "gift": None}
    assert draft.notes == ("1 requests to other hosts were left out",)


def test_no_secret_leaves_the_recording() -> None:
    """Cookies, credentials and what is named like a secret appear nowhere in the draft."""
    draft = draft_of(RECORDED)
    text = definitions(draft, name="buy", service="web", owner="shop-team", location="fra")
    for secret in ("top-secret", "Bearer", CARD, "tok123", "cookie"):
        assert secret not in text
    assert draft.secrets == ("CARD", "TOKEN")


def test_the_draft_is_a_valid_definition() -> None:
    """The compiler takes it as it is, beside a policy and a team, without a problem."""
    draft = draft_of(RECORDED)
    text = definitions(draft, name="bought", service="web", owner="shop-team", location="fra")
    found = compiled(recorded=text.partition("\n")[2].removeprefix("apiVersion: truegreen/v1\n"))
    assert [str(one) for one in found.problems] == []
    assert found.plan is not None
    (journey,) = [one for one in found.plan.journeys if one.name == "bought"]
    assert [step.action.summary for step in journey.steps] == [
        f"{one.method} {one.path}" for one in draft.steps
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"log": {"entries": 3}}',
        '{"log": {"entries": [{}, 3, null]}}',
        "[" * 99_999,
    ],
)
def test_what_is_no_recording_is_refused(text: str) -> None:
    """Anything else than a HAR with requests ends with a message."""
    with pytest.raises(HarError):
        draft_of(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(answer=JSON, body=JSON, path=st.text("abc/123-._~%", max_size=12))
def test_any_exchange_becomes_a_draft_that_can_be_read(
    answer: object, body: object, path: str
) -> None:
    """Whatever an application says, the draft is YAML of the language's shape."""
    entries = [entry("POST", f"{SHOP}/{path}", answer, body), entry("GET", f"{SHOP}/b{path}")]
    text = json.dumps({"log": {"entries": entries}})
    draft = draft_of(text)
    assert "kind: Journey" in definitions(draft, name="a", service="b", owner="c", location="d")


def test_the_command_prints_a_draft_that_check_accepts(tmp_path: Path) -> None:
    """`journey import` writes YAML to stdout, and `truegreen check` is clean with it."""
    (tmp_path / "shop.har").write_text(RECORDED)
    truegreen = [sys.executable, "-m", "truegreen_definitions.cli.app"]
    command = [*truegreen, "journey", "import", str(tmp_path / "shop.har"), "--owner=shop-team"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "set CARD in the probe's environment" in done.stderr
    folder = tmp_path / "definitions"
    folder.mkdir()
    for name, part in PARTS.items():
        (folder / name).write_text(f"apiVersion: truegreen/v1\n{part.lstrip()}")
    (folder / "recorded.yaml").write_text(done.stdout)
    checked = subprocess.run(
        [*truegreen, "check", str(folder)], capture_output=True, text=True, check=False
    )
    assert "error" not in checked.stdout, checked.stdout
    assert checked.returncode == 0, checked.stdout
    missing = subprocess.run(
        [*command[:-2], "nowhere.har"], capture_output=True, text=True, check=False
    )
    assert missing.returncode == 2
    assert "cannot read nowhere.har" in missing.stderr


def test_a_secret_is_hidden_under_every_name_it_has() -> None:
    """What looks like a secret once is one wherever it is repeated; usual names are known."""
    query = "code=c0de-abcd&session=s3ss-abcd&sig=s1gn-abcd"
    entries = [
        entry("POST", f"{SHOP}/new", {}, {"password": "hunter2x", "repeat": "hunter2x"}),
        entry("POST", f"{SHOP}/in?{query}", {}, {"pwd": "hunter2y"}),
    ]
    draft = draft_of(json.dumps({"log": {"entries": entries}}))
    for secret in ("hunter2x", "c0de-abcd", "s3ss-abcd", "s1gn-abcd", "hunter2y"):
        assert secret not in repr(draft)
    assert draft.secrets == ("CODE", "PASSWORD", "PWD", "SESSION", "SIG")


FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def form_entry(path: str, answer: object = None, **sent: object) -> dict[str, Any]:
    """Return an exchange in which a form, or something like one, was sent."""
    return {**(found := entry("POST", f"{SHOP}{path}", answer))} | {
        "request": {**found["request"], "postData": sent}
    }


def drafted(*entries: dict[str, Any]) -> Draft:
    """Return the draft of exchanges."""
    return draft_of(json.dumps({"log": {"entries": entries}}))


def test_a_form_is_kept_without_its_secrets() -> None:
    """Fields are decoded, secrets named, repeated fields listed, and answers' values linked."""
    text = "user=robot+one&password=hunt%C3%A9r2x&tag=mug&tag=cup&note=&order=W-77"
    draft = drafted(
        entry("GET", f"{SHOP}/cart", {"order_id": "W-77"}),
        form_entry("/login", mimeType=FORM, text=text),
        form_entry("/again", mimeType=FORM, params=[{"name": "repeat", "value": "huntér2x"}]),
    )
    assert [one.form for one in draft.steps] == [False, True, True]
    assert draft.steps[1].body == {
        "user": "robot one",
        "password": "${secret:PASSWORD}",
        "tag": ["mug", "cup"],
        "note": "",
        "order": "${order_id}",
    }
    assert draft.steps[2].body == {"repeat": "${secret:PASSWORD}"}
    assert (draft.secrets, draft.notes) == (("PASSWORD",), ())
    made = definitions(draft, name="bought", service="web", owner="shop-team", location="fra")
    assert "huntér2x" not in made
    found = compiled(recorded=made.partition("\n")[2].removeprefix("apiVersion: truegreen/v1\n"))
    assert [str(one) for one in found.problems] == []
    assert found.plan is not None
    (journey,) = [one for one in found.plan.journeys if one.name == "bought"]
    login = journey.steps[1].action
    assert isinstance(login, Request)
    assert login.form == (
        ("note", ""),
        ("order", "${order_id}"),
        ("password", "${secret:PASSWORD}"),
        ("tag", "mug"),
        ("tag", "cup"),
        ("user", "robot one"),
    )
    assert login.json == ""


def test_any_field_of_a_form_survives_being_written() -> None:
    """Names and values that YAML would read as something else reach the plan as they were sent."""
    fields = [
        ("user[name]", "x: y"),
        ("__VIEWSTATE", "/wEP+=="),
        ("a:b", "null"),
        ("{x}", "true"),
        ("- z", "1e3"),
        ("1", "0x10"),
        ("null", "\x00\x7f"),
        ("utf8", "✓"),
        ("more", "a\r\nb\tc"),
        ("<<", "*a"),
        ("t", " led "),
        ("$", "$x"),
    ]
    draft = drafted(form_entry("/in", mimeType=FORM, text=urlencode(fields)))
    made = definitions(draft, name="bought", service="web", owner="shop-team", location="fra")
    found = compiled(recorded=made.partition("\n")[2].removeprefix("apiVersion: truegreen/v1\n"))
    assert [str(one) for one in found.problems] == []
    assert found.plan is not None
    (journey,) = [one for one in found.plan.journeys if one.name == "bought"]
    sent = journey.steps[0].action
    assert isinstance(sent, Request)
    assert list(sent.form) == sorted(fields)


@pytest.mark.parametrize(
    "sent",
    [
        {"mimeType": "multipart/form-data; boundary=x", "text": "--x\r\n"},
        {"mimeType": "text/plain", "text": "user=robot"},
        {"mimeType": FORM, "text": "user=%FF"},
        {"mimeType": FORM, "text": "user=${robot}"},
        {"mimeType": FORM, "text": "=robot"},
        {"mimeType": FORM, "text": "a=1&" * 1_001},
        {"params": [{"name": "user", "value": "robot"}]},
    ],
)
def test_a_body_that_cannot_be_repeated_is_named_as_left_out(sent: dict[str, object]) -> None:
    """What is neither JSON nor a form of texts is not in the draft; a note says whose it was."""
    draft = drafted(entry("GET", f"{SHOP}/products", {"items": []}), form_entry("/login", **sent))
    left_out = "bodies that are neither JSON nor a form were left out, of post-login"
    assert draft.notes == (left_out,)
    assert (draft.steps[1].body, draft.steps[1].form) == (None, False)
