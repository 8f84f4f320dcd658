"""How severe alerts are, by what the definitions say."""

from __future__ import annotations

import pytest

from truegreen_definitions.plan import Alerting


@pytest.mark.parametrize(
    ("alerting", "usual", "severity"),
    [
        (Alerting(), "page", "page"),
        (Alerting(page=False), "page", "ticket"),
        (Alerting(page=False), "ticket", "ticket"),
        (Alerting(page=False, ticket=False), "page", ""),
        (Alerting(page=False, severities=(("absent", "none"),)), "page", ""),
        (Alerting(page=False, severities=(("absent", "page"),)), "ticket", "ticket"),
    ],
)
def test_silence_is_told_even_where_nothing_pages(
    alerting: Alerting, usual: str, severity: str
) -> None:
    """That nothing is measured is a ticket where pages are off, and nothing where both are."""
    assert alerting.severity("absent", usual) == severity


def test_other_pages_are_not_raised_where_pages_are_off() -> None:
    """A burn pair that would page has slower ones behind it, so it is left out."""
    assert Alerting(page=False).severity("burn", "page") == ""
