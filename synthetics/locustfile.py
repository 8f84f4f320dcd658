"""The journeys of a plan for Locust's own command line.

TRUEGREEN_PLAN=build/plan.json locust -f synthetics/locustfile.py
"""

import os
from pathlib import Path

from truegreen_synthetics.engine import locust_users
from truegreen_synthetics.selection import load

path = Path(os.environ.get("TRUEGREEN_PLAN", "build/plan.json"))
globals().update(locust_users(load(path, os.environ.get("TRUEGREEN_LOCATION"), None, os.environ)))
