"""Step types beside HTTP, against small servers on loopback: good answers and bad ones."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sqlite3
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from robots import MARK

from truegreen_definitions.names import PhaseValue
from truegreen_definitions.plan import DnsQuery, SmtpDialogue, SqlQuery, TcpExchange
from truegreen_definitions.secret_values import Secrets
from truegreen_definitions.target import parse_target
from truegreen_synthetics.equipment import Equipment
from truegreen_synthetics.http.exchange_faults import ExchangeError, Reason
from truegreen_synthetics.http.exchanges import Exchange
from truegreen_synthetics.steps import compile_action
from truegreen_synthetics.steps.step_type import Kit, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def done(
    action: Any,
    secrets: dict[str, str] | None = None,
    equipment: Equipment | None = None,
    **variables: object,
) -> Any:
    """Return (response, exchange) of an action, done once within two seconds."""
    kit = Kit(
        secrets=Secrets(secrets or {}),
        agent="robot/1",
        mark=MARK,
        target=parse_target("http://127.0.0.1:1"),
    )
    scope = Scope(
        variables=variables,
        connection=None,  # type: ignore[arg-type]  none of them speaks HTTP
        trace_headers=lambda: (("traceparent", "00-a-b-01"),),
        equipment=equipment or Equipment(),
    )
    exchange = Exchange()
    return compile_action(action, kit).run(scope, 2.0, exchange), exchange


def failed(action: Any, **more: Any) -> ExchangeError:
    """Return why an action failed."""
    with pytest.raises(ExchangeError) as caught:
        done(action, **more)
    return caught.value


@contextlib.contextmanager
def serving(talk: Callable[[Any], None], *, udp: bool = False) -> Iterator[int]:
    """Serve each client by a function on a free port; yield the port."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with contextlib.suppress(OSError):
                talk(self)

    kind = socketserver.ThreadingUDPServer if udp else socketserver.ThreadingTCPServer
    with kind(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def tcp(port: int, send: str = "", expect: str = "") -> TcpExchange:
    """Return a conversation with a port of this machine."""
    return TcpExchange(host="127.0.0.1", port=port, tls=False, send=send, expect=expect)


def test_tcp_hears_what_it_expects() -> None:
    """A line is said with its variables, the answer is read until the pattern matches."""

    def talk(handler: Any) -> None:
        word = handler.request.recv(100)
        handler.request.sendall(b"+PO")
        handler.request.sendall(b"NG " + word)

    with serving(talk) as port:
        response, exchange = done(tcp(port, "PING ${name}\r\n", r"PONG PING (\w+)"), name="fra")
    assert response.text().startswith("+PONG PING fra")
    assert set(exchange.phases) == {"dns", "connect", "first_byte"}


def test_tcp_fails_with_its_reason() -> None:
    """A closed port, silence, another answer and an early end are told apart."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    assert failed(tcp(port)).reason is Reason.REFUSED
    with serving(lambda handler: handler.request.sendall(b"-ERR")) as port:
        error = failed(tcp(port, "", "PONG"))
    assert (error.reason, "-ERR" in str(error)) == (Reason.TRUNCATED, True)
    with serving(lambda handler: handler.request.recv(100)) as port:
        assert failed(tcp(port, "", "PONG")).reason is Reason.TIMEOUT
    with serving(lambda handler: handler.request.sendall(b"x" * 200_000)) as port:
        assert failed(tcp(port, "", "PONG")).reason is Reason.TOO_LARGE


def test_tcp_shows_no_part_of_a_secret_that_came_back() -> None:
    """The end of what came, cut within a secret it repeats, is masked."""
    token = "secret-" * 20
    with serving(lambda handler: handler.request.sendall(token.encode())) as port:
        error = failed(tcp(port, "", "PONG"))
    assert "secret" in str(error)
    assert "secret" not in Secrets({"S": token}).mask(str(error))


def name_server(rcode: str, *data: str) -> Callable[[Any], None]:
    """Return a name server that answers every question for an address with that."""
    dns_message = pytest.importorskip("dns.message")
    from dns import rcode as codes
    from dns import rrset

    def talk(handler: Any) -> None:
        packet, connection = handler.request
        answer = dns_message.make_response(dns_message.from_wire(packet))
        answer.set_rcode(codes.from_text(rcode))
        if data:
            name = answer.question[0].name
            answer.answer.append(rrset.from_text(name, 300, "IN", "A", *data))
        connection.sendto(answer.to_wire(), handler.client_address)

    return talk


def dns(port: int, expect: str = "NOERROR") -> DnsQuery:
    """Return a question to a name server of this machine."""
    return DnsQuery(name="${host}.example", type="A", server="127.0.0.1", port=port, expect=expect)


def test_dns_answers_as_json() -> None:
    """Records and their time to live are a document, the name may hold a variable."""
    with serving(name_server("NOERROR", "203.0.113.7", "203.0.113.8"), udp=True) as port:
        response, exchange = done(dns(port), host="shop")
    answers = response.document()["answers"]
    assert sorted(one["data"] for one in answers) == ["203.0.113.7", "203.0.113.8"]
    assert {one["ttl"] for one in answers} == {300}
    assert set(exchange.phases) == {"first_byte"}


def test_dns_fails_with_its_reason() -> None:
    """Another code, no record, and nobody who answers are failures; an expected code is none."""
    with serving(name_server("NXDOMAIN"), udp=True) as port:
        assert "expected NOERROR, found NXDOMAIN" in str(failed(dns(port), host="shop"))
        assert done(dns(port, "NXDOMAIN"), host="shop")[0].document()["answers"] == []
    with serving(name_server("NOERROR"), udp=True) as port:
        assert "found no A record" in str(failed(dns(port), host="shop"))
    with serving(lambda _: None, udp=True) as port:
        assert failed(dns(port), host="shop").reason is Reason.TIMEOUT


class Mailbox:
    """A mail server: keeps mails, or refuses recipients."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.mails: list[str] = []
        self._refuses = refuses

    def __call__(self, handler: Any) -> None:
        """Talk to one client."""
        stream = handler.request.makefile("rwb")

        def say(line: str) -> None:
            stream.write(f"{line}\r\n".encode())
            stream.flush()

        say("220 here")
        while line := stream.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "DATA":
                say("354 go on")
                mail = []
                while (text := stream.readline().decode()) != ".\r\n":
                    mail.append(text.strip())
                self.mails.append("\n".join(mail))
                say("250 kept")
            elif verb == "RCPT" and self._refuses:
                say("550 nobody here")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


def smtp(port: int, to: str = "") -> SmtpDialogue:
    """Return a talk with a mail server of this machine."""
    return SmtpDialogue(
        host="127.0.0.1",
        port=port,
        tls="none",
        user="",
        password="",
        sender="robot@acme.example",
        to=to,
        subject="order ${order}",
        body="Hello",
    )


def test_smtp_sends_a_marked_mail_or_none() -> None:
    """With a recipient a mail comes that carries the synthetic mark; without one, none does."""
    mailbox = Mailbox()
    with serving(mailbox) as port:
        assert done(smtp(port), order="W-1")[0].status == 250
        assert mailbox.mails == []
        assert done(smtp(port, "desk@acme.example"), order="W-1")[0].status == 250
    assert "Subject: order W-1" in mailbox.mails[0]
    assert "X-Synthetic: truegreen" in mailbox.mails[0]


def test_smtp_fails_with_the_servers_words() -> None:
    """A refused recipient is a failure; so is a server that is none."""
    with serving(Mailbox(refuses=True)) as port:
        assert failed(smtp(port, "desk@acme.example"), order="1").reason is Reason.BAD_RESPONSE
    with serving(lambda handler: handler.request.sendall(b"hello?\r\n")) as port:
        assert failed(smtp(port), order="1").reason in {Reason.BAD_RESPONSE, Reason.RESET}


def sql(query: str, **values: str) -> SqlQuery:
    """Return a statement in the database whose URL is the secret DB."""
    return SqlQuery(database="${secret:DB}", query=query, values=tuple(sorted(values.items())))


def test_sql_binds_values_and_answers_as_json(tmp_path: Path) -> None:
    """Rows are a document; a value that looks like SQL is a value; a change is committed."""
    pytest.importorskip("sqlalchemy")
    path = tmp_path / "shop.db"
    with contextlib.closing(sqlite3.connect(path)) as base, base:
        base.execute("create table orders(id text, state text)")
        base.execute("insert into orders values ('W-1', 'paid'), ('''; drop', 'open')")
    secrets = {"DB": f"sqlite:///{path}"}
    ask = sql("select state from orders where id = :order", order="${order}")
    response, exchange = done(ask, secrets, order="'; drop")
    assert response.document() == {"rows": [{"state": "open"}], "count": 1}
    assert exchange.started < exchange.ended
    change = sql("delete from orders where id = :order", order="W-1")
    assert done(change, secrets)[0].document() == {"rows": [], "count": 1}
    assert done(sql("select count(*) n from orders"), secrets)[0].document()["rows"] == [{"n": 1}]


def test_sql_fails_with_the_databases_words(tmp_path: Path) -> None:
    """A table that is not there, and a URL that cannot be used, are told without the URL."""
    pytest.importorskip("sqlalchemy")
    secrets = {"DB": f"sqlite:///{tmp_path}/none.db"}
    assert "no such table" in str(failed(sql("select * from orders"), secrets=secrets))
    with pytest.raises(ValueError, match="URL cannot be used") as caught:
        done(sql("select 1"), {"DB": "nothing://user:hunter2@host/x"})
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("database", "gives_up", "stage"),
    [
        ("sqlite://", True, PhaseValue.FIRST_BYTE),
        ("sqlite://", False, PhaseValue.FIRST_BYTE),
        ("sqlite:////nowhere/at/all.db", False, PhaseValue.CONNECT),
    ],
)
def test_sql_says_how_far_it_came(database: str, stage: PhaseValue, *, gives_up: bool) -> None:
    """A statement that was given up or failed may be carried out; without a connection none is."""

    def in_thread(function: Callable[[], Any], _timeout_seconds: float) -> Any:
        if gives_up:
            raise TimeoutError
        return function()

    kit = Kit(secrets=Secrets({}), agent="r/1", mark=MARK, target=parse_target("http://127.0.0.1"))
    scope = Scope(
        variables={},
        connection=None,  # type: ignore[arg-type]  it speaks no HTTP
        trace_headers=tuple,
        equipment=Equipment(in_thread=in_thread),
    )
    exchange = Exchange()
    action = SqlQuery(database=database, query="INSERT INTO nothing VALUES (1)", values=())
    with pytest.raises(ExchangeError):
        compile_action(action, kit).run(scope, 2.0, exchange)
    assert exchange.stage is stage


def test_smtp_ends_a_talk_that_has_no_end() -> None:
    """Endless replies are too large; replies that drip are a timeout, counted over the talk."""

    def endless(handler: Any) -> None:
        handler.request.sendall(b"220 here\r\n")
        while True:
            handler.request.sendall(b"250-more\r\n" * 1000)

    def dripping(handler: Any) -> None:
        handler.request.sendall(b"220 here\r\n")
        while True:
            handler.request.sendall(b"2")
            over.wait(0.2)

    over = threading.Event()
    with serving(endless) as port:
        assert failed(smtp(port), order="W-1").reason is Reason.TOO_LARGE
    with serving(dripping) as port:
        begun = time.monotonic()
        assert failed(smtp(port), order="W-1").reason is Reason.TIMEOUT
        assert time.monotonic() - begun < 30  # the timeout is 2 s, and nothing else would end it


def test_smtp_goes_on_over_the_winner_of_a_race() -> None:
    """A host with two addresses is talked to like one with one."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        closed = nobody.getsockname()[1]

    def find(_host: str, port: int, _seconds: float) -> Any:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("127.0.0.1", closed)), (*kind, ("127.0.0.1", port))]

    with serving(Mailbox()) as port:
        action = replace(smtp(port), host="mail.example")
        assert done(action, equipment=Equipment(find=find), order="W-1")[0].status == 250


def test_names_are_looked_up_within_the_time() -> None:
    """A resolver that does not answer is a timeout for tcp, smtp and dns alike."""

    def find(_host: str, _port: int, seconds: float) -> Any:
        assert 0 < seconds <= 2
        raise TimeoutError

    for action in (tcp(1), smtp(1), dns(1)):
        error = failed(action, equipment=Equipment(find=find), order="W-1", host="shop")
        assert error.reason is Reason.TIMEOUT


def test_dns_asks_a_server_that_is_named() -> None:
    """A name server may be a host name; one without an address is a failure with its reason."""
    with serving(name_server("NOERROR", "203.0.113.7"), udp=True) as port:
        found, _ = done(replace(dns(port), server="localhost"), host="shop", equipment=LOCAL)
        assert found.document()["answers"][0]["data"] == "203.0.113.7"
    nowhere = replace(dns(port), server="nowhere.invalid")
    assert failed(nowhere, host="shop", equipment=NOWHERE).reason is Reason.DNS


def nowhere(_host: str, _port: int, _seconds: float) -> Any:
    """Be a resolver that knows no name."""
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


def local(_host: str, port: int, _seconds: float) -> Any:
    """Be a resolver that knows this machine alone."""
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]


LOCAL, NOWHERE = Equipment(find=local), Equipment(find=nowhere)
