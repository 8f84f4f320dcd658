"""Load goes nowhere that nobody named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans
import pytest
from robots import compiled
from shopping import JOURNEY

from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_definitions.plan import (
    Action,
    BrowserVisit,
    Cleanup,
    DnsQuery,
    OAuth2,
    Request,
    SmtpDialogue,
    SqlQuery,
    TcpExchange,
)
from truegreen_synthetics.stress.safety import aimed, refuse_over_budget, refuse_unaccountable

if TYPE_CHECKING:
    from truegreen_definitions.plan import Journey

READS = replace(JOURNEY, steps=JOURNEY.steps[:1], cleanup=())
FAR = replace(READS, target="https://shop.example")


def test_a_journey_that_writes_is_refused_unless_allowed() -> None:
    """The message names journey, step and flag."""
    with pytest.raises(UsageError, match=r"writes \(POST /cart\): add --allow-writes"):
        aimed(plans.PLAN, (JOURNEY,), None, writes=False, every_seconds=1)
    found = aimed(plans.PLAN, (JOURNEY,), None, writes=True, every_seconds=1)
    assert found.journeys[0].steps == JOURNEY.steps


def test_another_machine_has_to_be_named() -> None:
    """A target that is not this machine is written out by who means it."""
    with pytest.raises(UsageError, match=r"write --target https://shop\.example"):
        aimed(plans.PLAN, (FAR,), None, writes=False, every_seconds=1)
    found = aimed(plans.PLAN, (FAR,), "https://staging.example", writes=False, every_seconds=1)
    assert found.journeys[0].target == "https://staging.example"
    with pytest.raises(UsageError, match="--target"):
        aimed(plans.PLAN, (FAR,), "staging", writes=False, every_seconds=1)


def test_the_probe_beside_runs_often_enough() -> None:
    """Its slots are as long as asked for, but no longer than the journey's own."""
    for every, beside in ((30.0, 2.0), (1.0, 1.0)):
        one = replace(READS, every_seconds=every)
        found = aimed(plans.PLAN, (one,), None, writes=False, every_seconds=2)
        assert found.journeys[0].every_seconds == beside


def test_records_are_accounted_for_or_not_made() -> None:
    """Without a journal, with a budget that no one process counts, or beyond it: refused."""
    makes = compiled(replace(JOURNEY, writes_per_day=20))
    reads = compiled(READS)
    refuse_unaccountable((reads,), noted=False, one_process=False)
    with pytest.raises(UsageError, match=r"makes records .* after a crash too: add --journal FILE"):
        refuse_unaccountable((reads, makes), noted=False, one_process=True)
    with pytest.raises(UsageError, match=r"20 records a day, which one process counts"):
        refuse_unaccountable((makes,), noted=True, one_process=False)
    refuse_unaccountable((makes,), noted=True, one_process=True)
    refuse_unaccountable((compiled(JOURNEY),), noted=True, one_process=False)
    refuse_over_budget(makes, 15, 5)
    refuse_over_budget(compiled(JOURNEY), 1_000, 5)
    with pytest.raises(TerminalError, match=r"5 are made and these stages would make 16"):
        refuse_over_budget(makes, 16, 5)


def test_a_browser_makes_no_load() -> None:
    """A journey in a browser is refused, with what to do in its place."""
    visit = BrowserVisit(path="/", gestures=())
    journey = replace(READS, steps=(replace(READS.steps[0], action=visit),))
    with pytest.raises(UsageError, match=r"drives a browser, .*: stress a journey of requests"):
        aimed(plans.PLAN, (journey,), None, writes=True, every_seconds=1)


def tcp(host: str, send: str = "") -> TcpExchange:
    """Return a step over TCP."""
    return TcpExchange(host=host, port=7, tls=False, send=send, expect="")


def dns(server: str) -> DnsQuery:
    """Return a question to a name server."""
    return DnsQuery(name="shop.example", type="A", server=server, port=53, expect="NOERROR")


def smtp(host: str, to: str = "") -> SmtpDialogue:
    """Return a talk with a mail server."""
    more = dict.fromkeys(("user", "password", "sender", "subject", "body"), "")
    return SmtpDialogue(host=host, port=25, tls="none", to=to, **more)


def sql(database: str, query: str = "SELECT 1") -> SqlQuery:
    """Return a statement."""
    return SqlQuery(database=database, query=query, values=())


def doing(action: Action) -> Journey:
    """Return a journey of one step that reads its target, and one that does something else."""
    return replace(READS, steps=(*READS.steps, replace(READS.steps[0], action=action)))


@pytest.mark.parametrize(
    ("action", "place"),
    [
        (tcp("mq.example"), "mq.example"),
        (dns("ns1.example"), "ns1.example"),
        (dns(""), "resolver"),
        (smtp("mail.example"), "mail.example"),
        (sql("postgresql://u:p@db.example/shop"), "db.example"),
        (sql("postgresql:///shop?host=db.example"), "db.example"),
        (sql("${secret:SHOP_DB}"), "SHOP_DB"),
    ],
)
def test_every_other_host_has_to_be_named(action: Action, place: str) -> None:
    """What `--target` does not move is refused, with its name, until `--also` names it."""
    for target in (None, "https://staging.example"):
        with pytest.raises(UsageError, match=rf"also goes to {place} .*: add --also {place} "):
            aimed(plans.PLAN, (doing(action),), target, writes=True, every_seconds=1)
    aimed(plans.PLAN, (doing(action),), None, writes=True, every_seconds=1, also=(place,))


@pytest.mark.parametrize(
    "action",
    [tcp("127.0.0.1"), dns("::1"), smtp("localhost"), sql("sqlite:///shop.db")],
)
def test_what_reads_on_this_machine_needs_no_word(action: Action) -> None:
    """Loopback hosts and files are this machine, and nothing is written there."""
    aimed(plans.PLAN, (doing(action),), None, writes=False, every_seconds=1)


def test_who_hands_out_tokens_has_to_be_named() -> None:
    """An identity provider that is not this machine gets no load unless it is the target."""
    auth = OAuth2(token_url="https://id.example/t", client_id="a", client_secret="b", scope="")
    one = replace(READS, auth=auth)
    with pytest.raises(UsageError, match=r"also goes to id\.example \(its tokens\)"):
        aimed(plans.PLAN, (one,), None, writes=False, every_seconds=1)
    aimed(plans.PLAN, (one,), "https://id.example", writes=False, every_seconds=1)
    aimed(plans.PLAN, (one,), None, writes=False, every_seconds=1, also=("ID.example",))


@pytest.mark.parametrize(
    "action",
    [
        tcp("127.0.0.1", "DEL 1"),
        smtp("127.0.0.1", "a@shop.example"),
        sql("sqlite:///s.db", "DELETE FROM orders"),
        sql("sqlite:///s.db", "select * into copy from orders"),
        Request(method="PATCH", path="/", json="", headers=()),
    ],
)
def test_writing_of_every_kind_is_refused_unless_allowed(action: Action) -> None:
    """A line said, a mail sent, a statement that changes: in a step or in a cleanup."""
    undo = Cleanup(when="sku", action=action, origin=READS.origin)
    for one in (doing(action), replace(READS, cleanup=(undo,))):
        with pytest.raises(UsageError, match="add --allow-writes"):
            aimed(plans.PLAN, (one,), None, writes=False, every_seconds=1)
        aimed(plans.PLAN, (one,), None, writes=True, every_seconds=1)
