"""Building a company, against what one would write in an afternoon with the usual libraries.

    python tests/bench/bench_build.py [SERVICES] [LARGE]

1. An unchanged `truegreen build`, against the interpreter's own start.
2. Reading, validating, planning and writing the rules of SERVICES generated services (1,000) of
   100 lines each, with the place of every value kept, against CSafeLoader, the same pydantic
   models and `yaml.dump` of the same rules. The peer keeps no places and is spared the planning;
   its models are given data that is ready for them. Beside it, for honesty, PyYAML's C dumper,
   which hardly anybody asks for by name.
3. LARGE services (10,000) against SERVICES: time and memory for each, in processes of their own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import yaml

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tests" / "support"))

from many_services import company_of  # noqa: E402

from truegreen_definitions.artifacts import BuildInfo  # noqa: E402
from truegreen_definitions.catalog.loader import read_library  # noqa: E402
from truegreen_definitions.compiler import compile_files  # noqa: E402
from truegreen_definitions.compiler.collector import collector_paused  # noqa: E402
from truegreen_definitions.emitters.rules import RULES  # noqa: E402
from truegreen_definitions.models import KINDS  # noqa: E402
from truegreen_definitions.yaml_tree.nodes import to_data  # noqa: E402
from truegreen_definitions.yaml_tree.reader import read  # noqa: E402

MODELS = {model.__name__: model for model in KINDS}
MAIN = "import sys; from truegreen_definitions.cli.app import main; sys.exit(main(sys.argv[1:]))"
STARTS = 21
SAMPLE = 50  # services whose rules the peer dumps, for the plain one takes a third of a second each


def ours(services: int, keep: int = 0) -> tuple[float, list[str], int]:
    """Return CPU seconds from bytes to rule files, some of these, and the size of all."""
    files, library = company_of(services), read_library()
    start = time.process_time()
    plan = compile_files(files, library).plan
    assert plan is not None
    kept, size = [], 0
    with collector_paused():
        for artifact in RULES.emit(plan, BuildInfo()):
            size += len(artifact.text)
            if len(kept) < keep:
                kept.append(artifact.text)
    return time.process_time() - start, kept, size


def peers(services: int, texts: list[str]) -> tuple[float, float, float]:
    """Return CPU seconds of the peer: loading and validating, plain dump, C dump."""
    files = company_of(services)
    ready = [to_data(one.root) for file in files for one in read(file.path, file.data)[0]]
    start = time.process_time()
    for file in files:
        list(yaml.load_all(file.data, yaml.CSafeLoader))
    for data in ready:
        MODELS[data["kind"]].model_validate(data)  # type: ignore[call-overload, index]
    loaded = time.process_time() - start
    rules = [yaml.load(text, yaml.CSafeLoader) for text in texts]
    times = services / len(rules)
    start = time.process_time()
    for rule in rules:
        yaml.dump(rule, sort_keys=False)
    plain = (time.process_time() - start) * times
    start = time.process_time()
    for rule in rules:
        yaml.dump(rule, sort_keys=False, Dumper=yaml.CDumper)
    return loaded, plain, (time.process_time() - start) * times


def unchanged() -> None:
    """Print what an unchanged build costs, in starts of the interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        build = [sys.executable, "-c", MAIN, "build", str(ROOT / "definitions/acme"), "-o", folder]
        start = [sys.executable, "-c", "pass"]
        # Byte code is kept, as an installed package's is.
        env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        for _ in range(2):
            subprocess.run(build, check=True, capture_output=True, env=env)
        pairs = [(_cost(build, env), _cost(start, env)) for _ in range(STARTS)]
    for index, what in enumerate(("cpu", "wall")):
        ratio = median(mine[index] / bare[index] for mine, bare in pairs)
        mine, bare = (min(pair[side][index] for pair in pairs) * 1e3 for side in (0, 1))
        print(
            f"unchanged build, {what}: {mine:.1f} ms, python -c pass {bare:.1f}: {ratio:.2f} times"
        )


def _cost(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Return CPU and wall seconds of a command."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=env)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def against_peers(services: int) -> None:
    """Print the ratio to the peer, with either dumper."""
    ours(10)
    mine, texts, size = ours(services, keep=SAMPLE)
    loaded, plain, fast = peers(services, texts)
    print(f"{services} services to rules of {size // services // 1000} kB each: {mine:.2f} s")
    print(f"CSafeLoader and pydantic alone: {loaded:.2f} s")
    for dumper, dumped in (("yaml.dump", plain), ("yaml.dump(Dumper=CDumper)", fast)):
        both = loaded + dumped
        print(f"with {dumper}: {both:.2f} s, {both / mine:.1f} times as slow as ours")


def growth(services: int, large: int) -> None:
    """Print time and memory for each service of a small and a large company."""
    found = {}
    for count in (services, large):
        command = [sys.executable, __file__, "--measure", str(count)]
        found[count] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        seconds, peak = found[count]
        print(
            f"{count} services: {seconds:.2f} s, {seconds / count * 1e3:.2f} ms each; "
            f"{peak / 1024:.0f} MiB at most, {peak / count:.0f} KiB each"
        )
    per = [found[count][0] / count for count in (large, services)]
    print(f"a service of {large} costs {per[0] / per[1]:.2f} times one of {services}")


def main() -> None:
    """Print all three."""
    if sys.argv[1:2] == ["--measure"]:
        seconds, _, _ = ours(int(sys.argv[2]))
        print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]))
        return
    services, large = [*map(int, sys.argv[1:]), *(1_000, 10_000)[len(sys.argv) - 1 :]]
    unchanged()
    against_peers(services)
    growth(services, large)


if __name__ == "__main__":
    main()
