"""The ids that shells offer are those that `explain` takes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pytest

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.loader import read_folder
from truegreen_definitions.cli.command import ExitCode
from truegreen_definitions.cli.explain import EXPLAIN
from truegreen_definitions.completion.ids import definition_ids

if TYPE_CHECKING:
    from pathlib import Path


def test_ids_are_of_everything_once(root: Path) -> None:
    """Services with their agreements and steps, journeys and parties are there, sorted."""
    ids = definition_ids(build_catalog(read_folder(root / "definitions" / "acme"))[0])
    assert list(ids) == sorted(set(ids))
    assert {
        *("order-to-cash", "order-to-cash/pay", "order-to-cash/pay-felt", "buy-something"),
        *("open-enrolment/csat", "paygate", "checkout-team", "tickets"),
    } <= set(ids)


@pytest.mark.parametrize("one", ["order-to-cash", "order-to-cash/pay", "paygate", "checkout-team"])
def test_ids_are_explained(root: Path, one: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An id of each form is one that `explain` has an answer for."""
    parser = argparse.ArgumentParser()
    EXPLAIN.configure(parser)
    asked = parser.parse_args([one, str(root / "definitions" / "acme")])
    assert EXPLAIN.run(asked) is ExitCode.CLEAN
    assert one in capsys.readouterr().out


def test_broken_definitions_do_not_hide_the_others(tmp_path: Path) -> None:
    """What can be understood of a broken folder is offered all the same."""
    (tmp_path / "a.yaml").write_text(
        "apiVersion: truegreen/v1\nkind: Team\nmetadata: {name: desk}\n"
        "spec: {contact: desk}\n---\napiVersion: truegreen/v1\nkind: Team\n"
    )
    assert definition_ids(build_catalog(read_folder(tmp_path))[0]) == ("desk",)
