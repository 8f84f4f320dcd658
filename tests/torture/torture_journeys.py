"""Kill robots 100 times between create and cancel; every order must be cancelled in the end.

    python torture_journeys.py [KILLS]

It is the test of `make test`, with more kills at more moments.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

KILLS = sys.argv[1] if len(sys.argv) > 1 else "100"
TEST = Path(__file__).parents[1] / "unit" / "synthetics" / "test_crashes.py"


def main() -> int:
    """Run the campaign and print how it ended."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", str(TEST)]
    code = subprocess.run(command, env={**os.environ, "CRASHES": KILLS}, check=False).returncode
    print(f"journeys: {KILLS} kills, {'something was left' if code else 'no order was left'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
