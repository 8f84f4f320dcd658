"""Secrets come from the environment or files, and stay out of every text."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truegreen_definitions.errors import TerminalError
from truegreen_definitions.secret_values import Secrets, read_secrets


def no_file(path: str) -> str:
    """Fail: no file is there."""
    raise FileNotFoundError(2, "No such file or directory", path)


def test_the_environment_comes_before_the_file() -> None:
    """A variable of the name wins; else the file that NAME_FILE names, without its line break."""
    files = {"/run/token": "from file\n"}
    environment = {"CARD": "from env", "CARD_FILE": "/nowhere", "TOKEN_FILE": "/run/token"}
    secrets = read_secrets(["CARD", "TOKEN"], environment, files.__getitem__)
    assert (secrets["CARD"], secrets["TOKEN"]) == ("from env", "from file")


def test_all_missing_secrets_are_named_at_once() -> None:
    """One message names every secret that is missing, unreadable or empty, and what to do."""
    with pytest.raises(TerminalError) as error:
        read_secrets(["A", "B", "C"], {"B_FILE": "/nowhere", "C": ""}, no_file)
    assert str(error.value) == (
        "secrets are missing: A has no value: set A, or A_FILE to a file's path; "
        "B: cannot read /nowhere (No such file or directory); C is empty"
    )


def test_a_secret_file_of_bytes_is_refused_without_showing_it() -> None:
    """A file that is no text is named, its content is not."""

    def binary(_path: str) -> str:
        return b"\xff\xfe".decode()

    with pytest.raises(TerminalError, match="KEY: /run/key is no UTF-8 text"):
        read_secrets(["KEY"], {"KEY_FILE": "/run/key"}, binary)


@given(
    st.text(min_size=4, max_size=12).filter(lambda text: "*" not in text),
    st.text(alphabet="*", max_size=3),
)
def test_a_secret_is_masked_in_every_form_it_is_sent(value: str, around: str) -> None:
    """As it is, percent-encoded, in a form, JSON or a Python repr, the value never shows."""
    secrets = Secrets({"S": value})
    for form in (value, quote(value, safe=""), quote_plus(value), json.dumps(value), repr(value)):
        masked = secrets.mask(f"{around}{form}{around}")
        assert value not in masked
        assert form not in masked
    assert value not in repr(secrets)


def test_a_secret_within_another_leaves_no_rest() -> None:
    """The longer secret is masked first, so its end does not stay behind."""
    secrets = Secrets({"A": "abc", "B": "abcdef"})
    assert secrets.mask("abcdef and abc") == "*** and ***"


@given(
    secret=st.text(alphabet="abcdefgh", min_size=8, max_size=40),
    before=st.text(alphabet="xyz", max_size=5),
    data=st.data(),
)
def test_what_a_cut_leaves_of_a_secret_is_masked(
    secret: str, before: str, data: st.DataObject
) -> None:
    """Wherever a text is cut within a secret, at its end or its beginning, no part stays."""
    secrets = Secrets({"S": secret})
    kept = data.draw(st.integers(3, len(secret) - 1))
    assert secrets.mask(f"{before}{secret[:kept]}… (99 characters)") == (
        f"{before}***… (99 characters)"
    )
    assert secrets.mask(f"ended after '…{secret[-kept:]}{before}'") == (
        f"ended after '…***{before}'"
    )
