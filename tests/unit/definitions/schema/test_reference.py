"""The language reference: current, whole, and its examples and links are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from editors import documents
from jsonschema import Draft7Validator

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.kinds import KINDS as INDICATOR_KINDS
from truegreen_definitions.models import KINDS
from truegreen_definitions.models.team import Team
from truegreen_definitions.problems import render
from truegreen_definitions.schema import document_schema
from truegreen_definitions.schema.docstrings import example_of
from truegreen_definitions.schema.reference import reference_text

ROOT = Path(__file__).parents[4]
LIBRARY = tuple(build_catalog((), read_library())[0].indicators.values())
TEXT = reference_text(KINDS, LIBRARY)


def test_the_committed_reference_is_current() -> None:
    """The page in the repository is the one the models make: `make build` writes it."""
    assert (ROOT / "definitions" / "REFERENCE.md").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_examples_are_definitions(kind: type) -> None:
    """The example of a kind is a whole document that the language and an editor take."""
    text = example_of(kind)
    file = SourceFile(path="example.yaml", shown="example.yaml", data=text.encode())
    catalog, problems = build_catalog([file])
    assert problems == (), render(problems, {"example.yaml": text})
    assert len(catalog.of_kind(kind.__name__)) == 1
    (document,) = documents(text)
    assert list(Draft7Validator(document_schema()).iter_errors(document)) == []
    assert f"```yaml\n{text}```\n" in TEXT


def _anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def test_every_link_leads_to_one_heading() -> None:
    """A link inside the page has its heading, no two headings share one, and files exist."""
    anchors = [_anchor(heading) for heading in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)]
    assert len(anchors) == len(set(anchors))
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert len(links) > 100
    for link in links:
        home = ROOT / "definitions"
        assert link[1:] in anchors if link[0] == "#" else (home / link).is_file(), link


def test_every_field_of_the_language_is_there() -> None:
    """Each field that the schema knows has its row, with words of its own."""
    for name, shape in document_schema()["definitions"].items():
        for field in shape.get("properties", {}):
            assert re.search(rf"^\| `{field}` \| .+ \| .* \| .+ \|$", TEXT, re.MULTILINE), (
                name,
                field,
            )


def test_every_indicator_kind_and_library_indicator_is_there() -> None:
    """The page leads to the manual page of each kind, and says what the library has."""
    for kind in INDICATOR_KINDS:
        assert f"(truegreen_definitions/kinds/{kind.name}.py)" in TEXT
    for one in LIBRARY:
        assert f"| `{one.name}` | {one.model.spec.manual.split()[0]} " in TEXT


def test_a_reference_of_one_kind_is_about_it_alone() -> None:
    """Asked for one kind, the page has that kind's models and types, and no other's."""
    text = reference_text([Team])
    assert "## Team" in text
    assert "### Receiver" in text
    assert "## Service" not in text
    assert "### Ratio" not in text
