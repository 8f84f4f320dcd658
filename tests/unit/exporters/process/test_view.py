"""A process is seen as a person would work it out from the last word about every visit."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import process_cases as told
import pytest

from truegreen_definitions.names import MethodValue, StepOutcomeValue
from truegreen_definitions.plan.codec import LoadedPlan, digest
from truegreen_exporters.engines.duckdb import DuckDbEngine
from truegreen_exporters.engines.question import microseconds
from truegreen_exporters.exporter import Exporter
from truegreen_exporters.process.question import process_questions
from truegreen_exporters.process.view import ProcessView
from truegreen_exporters.sources.pages import Surroundings
from truegreen_exporters.store import Store

if TYPE_CHECKING:
    from pathlib import Path

MICROSECONDS = told.SLOT_SECONDS * 1_000_000
CASES = 40
SHARES = (0.5, 0.95)
STEPS = [*told.ORDER, *told.ORDER, "customer", "nowhere"]


def row(rng: random.Random) -> told.Row:
    """Return a visit as somebody wrote it: in order as a rule, else anyhow, or in part."""
    times: list[int | None] = [rng.randrange(told.SLOTS)]
    for _ in range(3):
        times.append((times[-1] or 0) + rng.randrange(15))
    times = [slot if rng.random() < 0.85 else None for slot in times]
    if rng.random() < 0.1:
        times = [rng.choice([None, rng.randrange(told.SLOTS)]) for _ in times]
    who = rng.randrange(CASES), rng.choice(STEPS), rng.randint(1, 2), rng.randint(1, 3)
    return told.Row(*who, (times[0], times[1], times[2], times[3]))


def seen(
    found: list[told.Row], folder: Path, at: int, cut: int, within: int | None = None
) -> tuple[ProcessView, Store]:
    """Return the view of rows that came in two readings, as of a slot."""
    plan, moment = told.company(within), told.BEGIN + at * told.SLOT
    path, loaded = folder / "visits.jsonl", LoadedPlan(plan=plan, digest=digest(plan), revision="")
    store = Store(None, plan)
    one = Exporter(loaded, store, Surroundings(folder=folder, clock=lambda: moment))
    for known in (found[:cut], found):
        path.write_text("".join(row.written() for row in known))
        one.cycle(moment, wait=True)
    engine = DuckDbEngine(store.connection)
    (question,) = process_questions(plan)
    return ProcessView(question, microseconds(moment), engine.fetch, engine.relation), store


@pytest.mark.parametrize("seed", range(5))
def test_steps_are_those_a_person_works_out(tmp_path: Path, seed: int) -> None:
    """Late, twice, corrected, reopened, missing, out of order: outcomes and times are right."""
    rng = random.Random(seed)
    found = [row(rng) for _ in range(CASES * 6)]
    at, cut, edge = (rng.randrange(told.SLOTS) for _ in range(3))
    view, store = seen(found, tmp_path, at, cut)
    begin = microseconds(told.BEGIN)
    spans = {
        "early": (begin, begin + edge * MICROSECONDS),
        "late": (begin + edge * MICROSECONDS, begin + 1_000 * MICROSECONDS),
    }
    with store:
        steps, cases, strangers = view.steps(spans), view.cases(spans), view.unknown_visits()
        within = view.within(list(spans.values()), SHARES)
    right = told.worked_out(found, at)
    assert strangers == sum(row.step == "nowhere" for row in told.last_words(found))
    for name in told.ORDER:
        for place, (label, low, high) in enumerate((("early", 0, edge), ("late", edge, 1_000))):
            own = [took for (_, step), took in right.items() if step == name]
            own = [took for took in own if low <= took.begun < high]
            tally = steps[name][label]
            counted = Counter(took.outcome for took in own)
            assert {str(k): v for k, v in tally.outcomes.items() if v} == counted
            assert sum(tally.outcomes.values()) == len(own), "nothing is dropped"
            assert tally.reworked == sum(took.visits > 1 for took in own)
            sound = [took for took in own if not took.lost]
            ends = sorted(math.inf if one.open else one.took * told.SLOT_SECONDS for one in sound)
            kept = [ends[max(math.ceil(len(ends) * s), 1) - 1] if ends else None for s in SHARES]
            assert within[name][place] == tuple(kept)
            most = told.THRESHOLDS[name][1]
            assert tally.overrun == MICROSECONDS * sum(max(0, one.took - most) for one in sound)
            assert tally.worked == MICROSECONDS * sum(one.worked for one in sound)
            assert tally.waited == MICROSECONDS * sum(one.took - one.worked for one in sound)
    assert set(StepOutcomeValue) == set(steps["take"]["early"].outcomes)
    by_case: dict[int, dict[str, told.Took]] = defaultdict(dict)
    for (case, step), took in right.items():
        by_case[case][step] = took
    for label, low, high in (("early", 0, edge), ("late", edge, 1_000)):
        begun = [one for one in by_case.values() if low <= begin_of(one) < high]
        ends = [max(took.ended or -1 for took in one.values()) for one in by_case.values()]
        done = [told.is_done(one) for one in by_case.values()]
        completed = sum(low <= end < high for end, over in zip(ends, done, strict=True) if over)
        still = sum(not told.is_done(one) for one in begun)
        assert cases[label] == (len(begun), completed, still)


def begin_of(steps: dict[str, told.Took]) -> int:
    """Return when a case began."""
    return min(took.begun for took in steps.values())


def whole(rng: random.Random, case: int) -> list[told.Row]:
    """Return the visits of a case that tells everything, and goes through both branches."""
    ends = {"": rng.randrange(100)}
    found = []
    for step, before in told.ORDER.items():
        queued = max(ends[one] for one in before or ("",))
        accepted = queued + rng.randrange(4)
        started = accepted + rng.randrange(4)
        ends[step] = started + 1 + rng.randrange(16)
        found.append(told.Row(case, step, 1, 1, (queued, accepted, started, ends[step])))
    return found


@pytest.mark.parametrize(("seed", "within"), [(1, None), (2, 27), (3, 33)])
def test_overruns_are_those_of_the_branch_that_was_waited_for(
    tmp_path: Path, seed: int, within: int | None
) -> None:
    """Case by case: above the target is the sum over the critical branch, to the microsecond."""
    rng = random.Random(seed)
    found = [row for case in range(CASES) for row in whole(rng, case)]
    view, store = seen(found, tmp_path, 399, 0, within)
    with store:
        by_method = {m: view.overruns({"all": (0, 2**60)}, m)["all"] for m in MethodValue}
    right, total, over = told.worked_out(found, 399), 0, 0
    most = {step: bounds[1] for step, bounds in told.THRESHOLDS.items()}
    for case in range(CASES):
        steps = {step: right[case, step] for step in told.ORDER}
        # Of branches that end together the later one of the definition is taken.
        branch = max(("pack", "bill"), key=lambda step: (steps[step].ended, step == "bill"))
        path = ("take", branch, "ship")
        limit = sum(most[step] for step in path) if within is None else within
        late = max(0, sum(steps[step].took for step in path) - max(limit, sum(map(most.get, path))))
        total, over = total + late * MICROSECONDS, over + (late > 0)
    assert over, "a test without a late case shows nothing"
    for method, one in by_method.items():
        assert (one.overrun, one.over, one.cases) == (total, over, CASES)
        assert sum(share.microseconds for share in one.shares) + one.unattributed == total
        assert one.unattributed == 0, method
        assert [share.vendor for share in one.shares] == ["", "hauler", "", "paygate"]
