"""Every indicator of the library counts what a person has worked out by hand."""

from __future__ import annotations

import library_cases
import pytest
from library_cases import WAYS, Answer, Case, Way, answers, cases, compiled

from truegreen_definitions.catalog import build_catalog
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.models.indicator import RecordsIndicator

CATALOG, FAULTS = build_catalog((), read_library())
CASES = cases()


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answer]:
    """What the exporter shows of a company whose services are all the cases."""
    return answers(compiled(CASES), CASES, tmp_path_factory.mktemp("library"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_indicator_counts_as_a_person_would(
    counted: dict[str, Answer], case: Case, way: Way
) -> None:
    """Rows, one row, no row, and rows that were corrected late give the answers of the case."""
    found = counted[case.service(way)]
    if way == "empty":
        ratio = isinstance(CATALOG.indicators[case.use].model.spec, RecordsIndicator)
        assert found.get("total", 0) == 0
        assert found.get("good", 0) == 0
        assert ratio or found.get("value", 0.0) == 0.0
        return
    expected = case.expected[way]
    assert {name: found.get(name) for name in expected} == pytest.approx(expected, rel=1e-12)


def test_every_indicator_has_a_case() -> None:
    """No indicator is without a golden case, and no case without its indicator."""
    assert {case.use for case in CASES} == set(CATALOG.indicators)


def test_the_library_has_no_fault() -> None:
    """Every file of the library is read without a problem, and names only what is there."""
    assert FAULTS == ()
    assert library_cases.CASES.is_dir()
