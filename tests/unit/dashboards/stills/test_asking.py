"""Questions to Prometheus: each once, in its own words."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from truegreen_dashboards.stills.answers import View
from truegreen_dashboards.stills.asking import Round
from truegreen_dashboards.targets import Target

VIEW = View(end=1_000_030, span=3600, scrape_seconds=15, variables={}, titles={})
UP = Target(ref="A", expr="up[$__range]", legend="")


@dataclass
class Server:
    """A Prometheus that finds one thing."""

    found: list[dict[str, object]]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def result(self, path: str, parameters: tuple[tuple[str, str], ...]) -> list[dict[str, object]]:
        """Note what is asked, and answer."""
        self.asked.append((path, dict(parameters)))
        return self.found


def test_a_query_is_asked_once() -> None:
    """The same words over the same time are one question; gaps are left out."""
    values = [[1, "1"], [2, "NaN"], [3, "+Inf"]]
    server = Server([{"metric": {"a": "b"}, "values": values}])
    ask = Round(server, VIEW)  # type: ignore[arg-type]  all that is asked of it
    (one,) = ask(UP, instant=False)
    assert ask(UP, instant=False) == (one,)
    assert one.labels == {"a": "b"}
    assert one.points == ((1.0, 1.0), (3.0, math.inf))
    span = {"query": "up[3600s]", "start": "996420", "end": "1000020", "step": "15"}
    assert server.asked == [("/api/v1/query_range", span)]


def test_a_moment_is_asked_at_its_end() -> None:
    """What is asked of a moment is asked of the end of the stretch."""
    server = Server([{"metric": {}, "value": [1_000_030, "7"]}])
    (one,) = Round(server, VIEW)(UP, instant=True)  # type: ignore[arg-type]  as above
    assert one.points == ((1_000_030.0, 7.0),)
    assert server.asked == [("/api/v1/query", {"query": "up[3600s]", "time": "1000030"})]
