"""A look at all cases of a process comes the more seldom, the longer it takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import process_cases as told
import pytest

from truegreen_exporters.engines.engine import CountError
from truegreen_exporters.process import shown
from truegreen_telemetry.samples import SampleStore

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class Slow:
    """An engine whose every look takes some seconds of work, and comes to nothing."""

    seconds: float
    spent: float = 0.0
    looks: list[datetime] = field(default_factory=list)

    def process(self, _: object, at: datetime) -> Any:
        """Take the time."""
        self.spent += self.seconds
        self.looks.append(at)
        raise CountError("the rows are away")


@pytest.mark.parametrize(("took", "every"), [(0.1, 30), (10.0, 200)])
def test_a_look_that_takes_long_is_not_taken_often(
    took: float, every: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Short looks come every thirty seconds, others take a twentieth of the time at most."""
    engine = Slow(took)
    monkeypatch.setattr(shown.time, "process_time", lambda: engine.spent)
    one = shown.ShownProcesses(SampleStore(), told.company())
    for second in range(601):
        one.show(engine, told.BEGIN + timedelta(seconds=second))  # type: ignore[arg-type]  # asked for no more
    steps = range(0, 601, int(every))
    assert engine.looks == [told.BEGIN + timedelta(seconds=second) for second in steps]
