"""The YAML that travels with Truegreen."""

from __future__ import annotations

import pytest

from truegreen_definitions.content import content_folder
from truegreen_definitions.errors import InvariantError


def test_the_library_and_the_example_company_are_found() -> None:
    """Both folders of definitions are found from an installation or a checkout."""
    assert (content_folder("library") / "csat.yaml").is_file()
    assert (content_folder("acme") / "policy.yaml").is_file()


def test_a_broken_installation_is_our_fault() -> None:
    """A folder that is in neither place is a bug of ours, said in words."""
    with pytest.raises(InvariantError, match="'gone' are missing"):
        content_folder("gone")  # type: ignore[arg-type]
