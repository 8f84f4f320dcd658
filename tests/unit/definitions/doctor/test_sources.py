"""A doctor says whether what sources read from is there, and never shows a password."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import plans

from truegreen_definitions.doctor.case import Case, Place
from truegreen_definitions.doctor.finding import State
from truegreen_definitions.doctor.local import local
from truegreen_definitions.doctor.sources import sources
from truegreen_definitions.plan import PrometheusRead, SqlRead
from truegreen_definitions.plan.codec import LoadedPlan

SQL = SqlRead(
    location="${secret:DESK_URL}",
    query="answers",
    cursor=(),
    look_back_seconds=0,
    every_seconds=60,
    page_rows=10,
    timeout_seconds=5,
)


def case_of(port: int, **environment: str) -> Case:
    """Return a case of a company with a database and a Prometheus."""
    nowhere = Place(url="", asked=False)
    read = PrometheusRead(
        location=f"http://127.0.0.1:{port}",
        authentication=None,
        look_back_seconds=0,
        history_seconds=60,
        every_seconds=60,
        timeout_seconds=5,
    )
    found = tuple(
        replace(plans.SURVEY_EXPORT, name=name, read=one) for name, one in (("p", read), ("s", SQL))
    )
    plan = replace(plans.PLAN, sources=(plans.SURVEY_EXPORT, *found))
    return Case(
        build=Path(),
        plan=Path("plan.json"),
        loaded=LoadedPlan(plan=plan, digest="d", revision=""),
        prometheus=nowhere,
        alertmanager=nowhere,
        exporter=nowhere,
        probe=nowhere,
        collector=nowhere,
        data=None,
        state=None,
        environment=environment,
        now=0.0,
    )


def test_servers_of_sources_are_looked_for() -> None:
    """An open port is good, a closed one and a URL without a host are problems with their fix."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        url = f"postgresql+psycopg://me:hunter2@127.0.0.1:{port}/x"
        found = list(sources(case_of(port, DESK_URL=url)))
        assert [one.message for one in found] == [f"127.0.0.1:{port} answers"] * 2
    closed = list(sources(case_of(port, DESK_URL=url)))
    assert all("does not answer" in one.message for one in closed)
    assert "hunter2" not in repr(closed)
    (_, odd) = sources(case_of(port, DESK_URL="hunter2"))
    assert odd.message == "its URL names no host and port"
    assert "hunter2" not in repr(odd)


def test_secrets_of_sources_are_looked_for() -> None:
    """A secret that only the exporter needs is asked for where the exporter runs."""
    told = {one.subject: one for one in local(case_of(1))}
    assert "where the exporter runs" in told["secret DESK_URL"].fix
    told = {one.subject: one for one in local(case_of(1, DESK_URL="x"))}
    assert told["secret DESK_URL"].message == "is set"


def test_an_engine_that_was_never_tested_is_told() -> None:
    """A source that such a server counts has a note that says so; its neighbour has none."""
    case = case_of(1)
    assert case.loaded is not None
    of_it = [
        replace(one, engine="materialize") if one.name == "s" else one
        for one in case.loaded.plan.sources
    ]
    loaded = replace(case.loaded, plan=replace(case.loaded.plan, sources=tuple(of_it)))
    (found,) = [one for one in sources(replace(case, loaded=loaded)) if "no test" in one.message]
    assert (found.state, found.subject) == (State.NOTE, "source s")
    assert "materialize" in found.message
