"""The labels of a query's result, and queries that cannot mean what they say."""

from __future__ import annotations

import pytest

from truegreen_dashboards.lint.labels import UnsoundError, filled, result_labels


@pytest.mark.parametrize(
    ("expr", "reason"),
    [
        ("xla_mony", "in no contract"),
        ('xla:state{step="pay"}', "has no label"),
        ("sum by (vendor) (xla:state)", "aggregated by"),
        ("xla:state and on (vendor) xla_agreement_info", "joined on"),
        ("xla:state * xla:objective:ratio", "never match"),
        ("xla_step_duration_seconds", "histogram"),
        ("xla_window_events_bucket", "in no contract"),
        ("histogram_quantile(0.5, xla_step_duration_seconds_sum)", "without le"),
        ('label_replace(xla:state, "a", "$1", "vendor", "(.*)")', "label_replace reads vendor"),
        ("xla:state * on (service) xla_service_info", "one to one"),
        ("xla:state * on (service) group_left (vendor) xla_service_info", "group_left brings"),
    ],
)
def test_unsound_queries_are_refused(expr: str, reason: str) -> None:
    """A name, label or join that is not there is said in words."""
    with pytest.raises(UnsoundError, match=reason):
        result_labels(expr)


@pytest.mark.parametrize(
    ("expr", "labels"),
    [
        ("1 + 2", None),
        ("time() - xla_calendar_active", {"calendar"}),
        ("scalar(xla_calendar_active)", None),
        ("xla_calendar_active", {"calendar"}),
        ("sum(xla_calendar_active)", set()),
        ("topk(3, xla_calendar_active)", {"calendar"}),
        ("sum by (service) (xla:good:sum) / sum by (service) (xla:total:sum)", {"service"}),
        (
            "sum without (le, clock, location) (rate(xla_step_duration_seconds_bucket[5m]))",
            {"service", "step", "journey"},
        ),
        (
            "histogram_quantile(0.9, sum by (le) (rate(xla_step_duration_seconds_bucket[5m])))",
            set(),
        ),
        (
            "xla_calendar_active * on () group_left (title) (max by (title) (xla_service_info))",
            {"calendar", "title"},
        ),
        ("-max_over_time(xla_calendar_active[1h:5m])", {"calendar"}),
        ("xla_calendar_active > bool 0", {"calendar"}),
    ],
)
def test_labels_of_sound_queries(expr: str, labels: set[str] | None) -> None:
    """Aggregations, joins and functions give the labels that PromQL gives them."""
    assert result_labels(expr) == labels


def test_variables_are_filled_in_both_spellings() -> None:
    """`$service`, `${service}` and `${service:regex}` are one variable; `$services` is another."""
    assert filled("a $service ${service} ${service:regex} $services", service="x") == (
        "a x x x $services"
    )
