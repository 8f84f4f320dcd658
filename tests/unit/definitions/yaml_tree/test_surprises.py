"""Plain scalars that readers disagree on: none is missed, and the advice is good."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from truegreen_definitions.yaml_tree.surprises import surprise

CORE = (
    (re.compile(r"null|Null|NULL|~|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda text: float(text.replace(".", ""))),
)


def _core(text: str) -> object:
    """Return what YAML 1.2's core schema reads (YAML 1.2.2, 10.3.2)."""
    return next((read(text) for pattern, read in CORE if pattern.fullmatch(text)), text)


def _old(text: str) -> object:
    """Return what PyYAML (YAML 1.1) reads; a value it fails on is read as itself."""
    try:
        return yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return text


WORDS = st.one_of(
    st.sampled_from(
        ["yes", "Yes", "NO", "on", "Off", "true", "True", "FALSE", "~", "Null", "null"]
    ),
    st.text("0123456789._:eE+-xob", min_size=1, max_size=8),
)


@example("0_.E-0")
@settings(max_examples=1000)
@given(WORDS)
def test_no_disagreement_is_missed(text: str) -> None:
    """Where YAML 1.1 and 1.2 read different values, dates apart, the text is refused."""
    old, core = _old(text), _core(text)
    plain = yaml.scan(text)
    if [type(token) for token in plain][1:-1] != [yaml.ScalarToken] or hasattr(old, "year"):
        return
    if (type(old), old) != (type(core), core):
        assert surprise(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        *("true", "false", "null", "0", "7", "-3", "42", "0.5", "84.20", "99.9%", "400ms", "30d"),
        *("2026-10-01", "2026-10-01T08:00:00Z", "web shop", "order-to-cash", "1.2.3", "a:b", "n"),
        *("http://127.0.0.1:8080", "08-18", "12e", "e3", "v1.0", "-", "noon", "only", "#x", "2.42"),
    ],
)
def test_what_all_read_alike_is_left_alone(text: str) -> None:
    """Words, numbers, dates, durations and ratios are no surprise."""
    assert surprise(text) is None


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("no", "write false, or quote it: 'no'"),
        ("ON", "write true, or quote it: 'ON'"),
        ("True", "write true, or quote it: 'True'"),
        ("~", "write null, or quote it: '~'"),
        ("010", "write 10, or quote it: '010'"),
        ("0", None),
        ("00", "write 0, or quote it: '00'"),
        ("12_000", "write 12000, or quote it: '12_000'"),
        ("+5", "write 5, or quote it: '+5'"),
        (".5", "write 0.5, or quote it: '.5'"),
        ("-.5", "write -0.5, or quote it: '-.5'"),
        ("5.", "write 5, or quote it: '5.'"),
        ("0x1F", "quote it: '0x1F'"),
        ("1:30", "quote it: '1:30'"),
        ("1e3", "quote it: '1e3'"),
        (".inf", "quote it: '.inf'"),
        ("=", "quote it: '='"),
    ],
)
def test_the_advice(text: str, instead: str | None) -> None:
    """The hint says what to write in place of the text."""
    found = surprise(text)
    assert (found[1] if found else None) == instead
    if instead and instead.startswith("write"):
        written = instead.removeprefix("write ").split(",")[0]
        assert surprise(written) is None
