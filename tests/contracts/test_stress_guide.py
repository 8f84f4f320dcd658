"""What the guide to journeys says of distributed load: its commands are ones that exist."""

from __future__ import annotations

import argparse
import re
import shlex
from typing import TYPE_CHECKING, Any

import yaml

from truegreen_synthetics.stress.stages import stages_of
from truegreen_synthetics.stress.stress_command import STRESS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def told(root: Path) -> list[Any]:
    """Return the documents of the guide's YAML blocks about stress."""
    text = (root / "synthetics" / "README.md").read_text("utf-8").partition("## Stress")[2]
    return [
        document
        for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
        for document in yaml.safe_load_all(block)
    ]


def commands(node: Any) -> Iterator[list[str]]:
    """Yield the words of every command of ours in a document."""
    if isinstance(node, list):
        for one in node:
            yield from commands(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"command", "args"}:
                yield shlex.split(value) if isinstance(value, str) else [str(one) for one in value]
            else:
                yield from commands(value)


def test_workers_and_masters_of_the_examples_fit_together(root: Path) -> None:
    """Flags are known, workers find the master, and are as many as it awaits."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    STRESS.configure(parser)
    documents = told(root)
    compose = next(one for one in documents if "services" in one)
    objects = [one for one in documents if "kind" in one]
    assert {one["kind"] for one in objects} >= {"Job", "Service"}
    for system in (compose, objects):
        parsed = [
            parser.parse_args(words[1:] if words[0] == "stress" else words)
            for words in commands(system)
        ]
        (master,) = [one for one in parsed if not one.worker]
        (worker,) = [one for one in parsed if one.worker]
        assert stages_of(master.rates, master.stage)
        assert master.target == worker.target is not None
        assert master.location == worker.location
        name, _, port = worker.master.rpartition(":")
        assert master.master == f"0.0.0.0:{port}"
        if system is compose:
            assert name in compose["services"]
            assert compose["services"]["worker"]["deploy"]["replicas"] == master.expect
        else:
            services = [one for one in objects if one["kind"] == "Service"]
            (service,) = [one for one in services if one["metadata"]["name"] == name]
            pods = [
                one["spec"]["template"]["metadata"]
                for one in objects
                if one["kind"] == "Job" and "metadata" in one["spec"]["template"]
            ]
            assert service["spec"]["selector"] in [one["labels"] for one in pods]
            assert [one["port"] for one in service["spec"]["ports"]] == [int(port)]
            workers = [one for one in objects if "--worker" in str(one)]
            assert workers[0]["spec"].get("parallelism", workers[0]["spec"].get("replicas")) == (
                master.expect
            )
