"""The report of a stress run: words, JSON and a picture."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

from truegreen_synthetics.stress.report import StressReport
from truegreen_synthetics.stress.usability import Point

STAGES = ((0.0, 0, 0, 0), (10.0, 100, 0, 0), (20.0, 190, 10, 0), (30.0, 60, 200, 40))
POINTS = tuple(
    Point(
        rate=rate,
        offered=rate,
        arrivals=int(rate * 10),
        dropped=dropped,
        outcomes={"satisfied": good, "tolerated": 0, "frustrated": 0, "failed": bad},
        median_seconds=0.05 if good else None,
        slow_seconds=0.2 if good else None,
        probe={"satisfied": 9, "failed": bad // 10},
    )
    for rate, good, bad, dropped in (
        (0.0, 0, 0, 0),
        (10.0, 100, 0, 0),
        (20.0, 190, 10, 0),
        (30.0, 60, 200, 40),
    )
)
REPORT = StressReport(
    journeys=("buy<br>",),
    target="http://127.0.0.1:8080",
    points=POINTS,
    goal=0.85,
    workers=2,
    orphans=1,
)


def test_the_table_tells_stages_capacity_and_knee() -> None:
    """One line a stage, and the two rates with their methods."""
    lines = REPORT.table().splitlines()
    assert lines[2].split() == ["baseline", "0.0", "0", "-", "-", "-", "1.000"]
    assert lines[4].split() == ["20", "20.0", "0", "0.950", "50", "ms", "200", "ms", "0.900"]
    assert lines[6] == "capacity (apdex at least 0.85): 20 journeys a second"
    assert lines[7].startswith("knee (Kneedle (Satopää et al. 2011), without smoothing): 20")
    assert lines[8] == "1 cleanups failed and may have left records behind"


def test_json_holds_the_same() -> None:
    """Rates, stages and their counts can be read by a program."""
    found = json.loads(REPORT.json())
    assert (found["capacity_per_second"], found["knee"]["per_second"]) == (20, 20)
    assert [stage["dropped"] for stage in found["stages"]] == [0, 0, 0, 40]
    assert found["stages"][3]["apdex"] == 0.2


def test_the_picture_is_xml_and_the_same_every_time() -> None:
    """Names are escaped; the curve falls where the Apdex does; a run without load has a picture."""
    picture = REPORT.svg()
    assert picture == replace(REPORT).svg()
    root = ET.fromstring(picture)
    load, probe = root.findall("{http://www.w3.org/2000/svg}polyline")
    heights = [float(point.split(",")[1]) for point in load.attrib["points"].split()]
    assert heights == sorted(heights)
    assert len(probe.attrib["points"].split()) == 4
    ET.fromstring(replace(REPORT, points=POINTS[:1]).svg())
