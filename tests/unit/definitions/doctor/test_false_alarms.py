"""`truegreen doctor` beside servers that are well in ways of their own: it raises no alarm."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from truegreen_definitions import names
from truegreen_definitions.catalog.loader import read_folder, read_library
from truegreen_definitions.compiler import compile_files
from truegreen_definitions.doctor.case import Case, Place
from truegreen_definitions.doctor.finding import State
from truegreen_definitions.doctor.processes import process
from truegreen_definitions.doctor.prometheus import prometheus
from truegreen_definitions.plan.codec import LoadedPlan, dumps, loads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from truegreen_definitions.doctor.finding import Finding

NOBODY = Place(url="http://127.0.0.1:1", asked=False)
NOW = 1_800_000_000.0
RULES = "groups: [{name: shop/a, rules: [{record: a, expr: b}]}]"
LOADED = {"name": "shop/a", "rules": [{"name": "a", "query": "b"}]}


@contextmanager
def answering(pages: Mapping[str, str]) -> Iterator[str]:
    """Answer with these pages by path, on loopback, for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path.partition("?")[0])
            self.send_response(200 if page is not None else 404)
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def plan(root: Path) -> LoadedPlan:
    """The plan of the example company, which counts on 90 days and on Prometheus 2.42."""
    made = compile_files(read_folder(root / "definitions" / "acme"), read_library()).plan
    assert made is not None
    return loads(dumps(made))


def asked(build: Path, plan: LoadedPlan, **answers: Any) -> list[Finding]:
    """Return what is found of a server that gives these answers of its API."""
    whole = {"status/buildinfo": {"version": "2.42.0"}, **answers}
    pages = {f"/api/v1/{path}": json.dumps({"data": data}) for path, data in whole.items()}
    with answering(pages) as url:
        return list(prometheus(case(build, plan, url)))


def case(build: Path, plan: LoadedPlan, url: str) -> Case:
    """Return a case with one server, whatever it is."""
    place = Place(url=url, asked=True)
    return Case(
        build=build,
        plan=build / "plan.json",
        loaded=plan,
        prometheus=place,
        alertmanager=NOBODY,
        exporter=place,
        probe=NOBODY,
        collector=NOBODY,
        data=None,
        state=None,
        environment={},
        now=NOW,
    )


TIME, OLD, SIZE = (f"storage.tsdb.retention{end}" for end in (".time", "", ".size"))


@pytest.mark.parametrize(
    ("flags", "state", "said"),
    [
        ({TIME: "0s", OLD: "0s", SIZE: "0B"}, State.PROBLEM, "keeps 15d, "),
        ({TIME: "0s", OLD: "0s", SIZE: "500GB"}, State.NOTE, "keeps what 500GB can hold"),
        ({TIME: "0s", OLD: "400d", SIZE: "0B"}, State.GOOD, "keeps 400d, "),
        ({TIME: "30d", OLD: "400d", SIZE: "0B"}, State.PROBLEM, "keeps 30d, "),
        ({TIME: "1y", OLD: "0s", SIZE: "500GB"}, State.GOOD, "keeps 1y, "),
    ],
)
def test_what_a_server_keeps(
    flags: dict[str, str], state: State, said: str, tmp_path: Path, plan: LoadedPlan
) -> None:
    """Fifteen days are kept only by a server that was told neither a time nor a size."""
    found = asked(tmp_path, plan, **{"status/flags": flags})
    assert [one.state for one in found if one.message.startswith(said)] == [state]
    assert sum("keeps" in one.message for one in found) == 1


@pytest.mark.parametrize("version", ["", "unknown", "v1-rolling"])
def test_a_version_that_is_none(version: str, tmp_path: Path, plan: LoadedPlan) -> None:
    """A server that is no numbered Prometheus is noted, and no version is proposed for it."""
    found = asked(tmp_path, plan, **{"status/buildinfo": {"version": version}})
    (one,) = (one for one in found if "the Policy declares" in one.message)
    assert one.state is State.NOTE
    assert "0.0" not in one.message + one.fix


@pytest.mark.parametrize(("file", "stale"), [("/rules/shop.yml", True), ("/their.yml", False)])
def test_groups_of_others(file: str, stale: bool, tmp_path: Path, plan: LoadedPlan) -> None:  # noqa: FBT001
    """A group that is not built is left over in a file of ours, and nobody's elsewhere."""
    folder = tmp_path / "prometheus" / "rules"
    folder.mkdir(parents=True)
    (folder / "shop.yml").write_text(RULES)
    other = {"name": "shop/b", "file": file, "rules": [{"name": "b", "query": "c"}]}
    groups = {"groups": [{**LOADED, "file": "/rules/shop.yml"}, other]}
    found = [one for one in asked(tmp_path, plan, rules=groups) if one.subject == "rules"]
    assert [one.state for one in found] == [State.PROBLEM if stale else State.GOOD]
    assert ("no longer built: shop/b" in found[0].message) is stale


@pytest.mark.parametrize(("ago", "state"), [(899, State.GOOD), (901, State.PROBLEM)])
def test_a_source_is_old_when_the_rules_say_so(
    ago: int, state: State, tmp_path: Path, plan: LoadedPlan
) -> None:
    """A source counts as not read after the quarter of an hour that makes an agreement stale."""
    text = (
        f'{names.PLAN_INFO.name}{{component="exporter",digest="{plan.digest}"}} 1\n'
        f'{names.SOURCE_UP.name}{{source="s"}} 1\n'
        f'{names.SOURCE_LAST_SUCCESS.name}{{source="s"}} {NOW - ago}\n'
    )
    with answering({"/metrics": text}) as url:
        place = Place(url=url, asked=True)
        found = list(process(case(tmp_path, plan, url), names.ComponentValue.EXPORTER, place))
    assert [one.state for one in found if one.subject == "source s"] == [state]
