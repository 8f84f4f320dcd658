"""How compiling grows: CPU time for each service, with few services and with very many.

Every service has two steps, an SLA over counters and an XLA over a journey's latency. Read,
checked, planned, and written as rules; then promtool checks a sample of the rule files.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from companies import HEAD, PARTS

from truegreen_definitions.artifacts import BuildInfo, write_all
from truegreen_definitions.catalog.definition import SourceFile
from truegreen_definitions.catalog.loader import read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.emitters.rules import RULES

SERVICES = (500, 5_000)
ALLOWED = 1.3
CHECKED = 40
AGREEMENTS = """
  slas:
    - name: availability
      objective: 99.9%
      window: 30d
      indicator:
        {kind: promql, good: 'shop_requests_total{code!~"5.."}', total: shop_requests_total}
  xlas:
    - name: pay-felt
      objective: 99%
      window: 30d
      indicator: {kind: latency, step: pay, source: journey}
"""


def company(services: int) -> tuple[SourceFile, ...]:
    """Return a company with so many services, each with a journey."""
    texts = {
        path: text for path, text in PARTS.items() if path not in ("shop.yaml", "journey.yaml")
    }
    texts["sources.yaml"] = texts["sources.yaml"].replace("webshop: shop", "webshop: shop-0")
    for number in range(services):
        shop = PARTS["shop.yaml"].replace("name: shop,", f"name: shop-{number},")
        journey = PARTS["journey.yaml"].replace("name: buy", f"name: buy-{number}")
        texts[f"shop-{number}.yaml"] = shop + AGREEMENTS.lstrip("\n")
        texts[f"journey-{number}.yaml"] = journey.replace(
            "service: shop", f"service: shop-{number}"
        )
    return tuple(
        SourceFile(path=path, shown=path, data=(HEAD + text.lstrip()).encode())
        for path, text in texts.items()
    )


def per_service(services: int, folder: Path) -> float:
    """Return the CPU milliseconds that a service costs, from text to rule files."""
    files, library = company(services), read_library()
    before = time.process_time()
    compiled = compile_files(files, library)
    assert compiled.plan is not None, compiled.problems[:3]
    planned = time.process_time()
    artifacts = tuple(RULES.emit(compiled.plan, BuildInfo()))
    took = (time.process_time() - before) * 1e3 / services
    write_all(folder, artifacts)
    plan_share = (planned - before) * 1e3 / services
    print(f"{services} services: {took:.2f} ms each, {plan_share:.2f} ms to the plan", flush=True)
    return took


def main() -> None:
    """Print both sizes and their ratio; fail when growth is more than linear."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, nargs=2, default=SERVICES)
    few, many = parser.parse_args().services
    with tempfile.TemporaryDirectory() as folder:
        small = per_service(few, Path(folder) / "few")
        large = per_service(many, Path(folder) / "many")
        print(f"a service costs {large / small:.2f} times as much among {many} as among {few}")
        files = sorted((Path(folder) / "many").rglob("*.yml"))
        some = random.Random(0).sample(files, min(CHECKED, len(files)))
        promtool = shutil.which("promtool")
        if promtool is None:
            sys.exit("promtool is missing: `make tools` installs it")
        command = [promtool, "check", "rules", "--lint=all", "--lint-fatal", *map(str, some)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        print(f"promtool finds nothing in {len(some)} of {len(files)} rule files")
    sys.exit(0 if large <= ALLOWED * small else 1)


if __name__ == "__main__":
    main()
