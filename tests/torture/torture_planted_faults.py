"""Plants one fault after the other in the rule emitters: generated tests or reference catch each.

For each fault the compiler is copied, changed and run in a process of its own. First promtool
runs the tests that this compiler generates beside its rules. What they do not notice, because
they share its mistake, the oracle must: the reference, over histories in a real Prometheus.
Nothing else counts. A layer of tests, or a plan's rules, that the fault leaves as they are
without it is not run again: it would say what it said then.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from emit_trials import JUDGED
from faults import FAULTS, UNJUDGED, Fault
from history_kinds import KINDS
from prometheus_server import started
from promtool import run_tests
from rule_oracle import Grounds

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "definitions" / "truegreen_definitions"
RULES = SOURCE / "emitters" / "rules"
TRIALS = ("steady", "diurnal with incidents", "pause", "sparse", "restarts", "nothing scraped")
SEEDS = 2


def environment(folder: Path) -> dict[str, str]:
    """Return the environment in which the compiler of a folder is the compiler."""
    return {**os.environ, "PYTHONPATH": f"{folder}:{ROOT / 'tests' / 'support'}"}


def planted(fault: Fault | None, folder: Path) -> Path:
    """Return a folder with what a compiler with the fault writes; None plants nothing."""
    shutil.copytree(SOURCE, folder / "truegreen_definitions")
    if fault is not None:
        module = folder / "truegreen_definitions" / "emitters" / "rules" / f"{fault.module}.py"
        text = module.read_text()
        assert fault.old in text, f"{fault.module}: cannot plant {fault.what!r}"
        module.write_text(text.replace(fault.old, fault.new))
    out = folder / "build"
    out.mkdir()
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("emit_trials.py")), str(out)],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{fault}: the compiler stopped\n{done.stderr[-1500:]}"
    return out


def tests_fail(promtool: str, build: Path, clean: Path | None) -> bool:
    """Return whether a generated test fails; rules that do not load prove nothing.

    Args:
        promtool: The program.
        build: What the compiler wrote.
        clean: What one without a fault wrote, whose tests hold; None runs all.
    """
    for path in sorted(build.glob("prometheus/tests/*/*_test.yml"), key=patience):
        rules = path.with_name(path.name.replace("_test.yml", ".yml"))
        if clean is not None and all(same(one, build, clean) for one in (path, rules)):
            continue
        done = run_tests(promtool, path)
        if done.returncode:
            said = done.stdout + done.stderr
            assert "got:" in said, said[-1500:]
            return True
    return False


def patience(path: Path) -> tuple[bool, int]:
    """Return what takes longer to sort later: many days, then long files."""
    return path.name.startswith("days"), path.stat().st_size


def same(path: Path, build: Path, clean: Path) -> bool:
    """Return whether a file of a build is there without the fault, too."""
    other = clean / path.relative_to(build)
    return other.is_file() and other.read_bytes() == path.read_bytes()


def reference_disagrees(grounds: Grounds, build: Path, clean: Path | None = None) -> str:
    """Return the first thing that is said wrong, and of which history; empty for nothing."""
    changed = {
        name: plan
        for name, plan in JUDGED.items()
        if clean is None or not same(build / f"{name}.yml", build, clean)
    }
    for seed in range(SEEDS):
        for kind in TRIALS:
            for name, plan in changed.items():
                rules = (build / f"{name}.yml").read_text()
                wrong = grounds.disagreements(plan, rules, KINDS[kind], seed)
                if wrong:
                    return f"{name}, {kind}, {seed}: {wrong[0][:90]}"
    return ""


def caught(fault: Fault, promtool: str, grounds: Grounds, clean: Path) -> str:
    """Return what catches a fault; empty when nothing does."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            build = planted(fault, Path(folder))
            if tests_fail(promtool, build, clean):
                return "generated tests"
            said = reference_disagrees(grounds, build, clean)
        except AssertionError as error:
            return f"NOT PLANTED: {error}"
    return f"reference, {said}" if said else ""


def main() -> None:
    """Plant every fault, or those of some modules; fail unless each is caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--module", action="append", help="plant only in this module")
    given = parser.parse_args()
    modules = {path.stem for path in RULES.glob("*.py")}
    without = modules - {fault.module for fault in FAULTS} - UNJUDGED
    tools = {name: shutil.which(name) for name in ("prometheus", "promtool")}
    prometheus, promtool = tools["prometheus"], tools["promtool"]
    if prometheus is None or promtool is None:
        sys.exit("prometheus and promtool are missing: `make tools` installs them")
    chosen = [fault for fault in FAULTS if not given.module or fault.module in given.module]
    missed = [f"no fault for module {module}" for module in sorted(without)]
    with tempfile.TemporaryDirectory() as folder, started(prometheus, Path(folder)) as server:
        grounds = Grounds(server)
        clean = planted(None, Path(folder) / "clean")
        assert not tests_fail(promtool, clean, None), "tests fail without a fault"
        said = reference_disagrees(grounds, clean)
        assert not said, f"the reference disagrees without a fault: {said}"
        by_tests = 0
        for fault in chosen:
            by = caught(fault, promtool, grounds, clean)
            print(f"{fault.module}: {fault.what}: {by or 'NOT CAUGHT'}", flush=True)
            by_tests += by == "generated tests"
            if not by or by.startswith("NOT"):
                missed.append(f"{fault.module}: {fault.what}")
    print(
        f"{len(chosen)} faults: {by_tests} caught by generated tests, "
        f"{len(chosen) - by_tests - len(missed)} by the reference, {len(missed)} not caught"
    )
    sys.exit("\n".join(missed) if missed else 0)


if __name__ == "__main__":
    main()
