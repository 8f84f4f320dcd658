"""What a stress run may be pointed at: load is refused where nobody said that it is meant.

`--target` names where requests go; whatever else a journey reaches (a database, a mail server, who
hands out its tokens) stays as it is written and is named by `--also`, unless it is this machine.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from truegreen_definitions.errors import TerminalError, UsageError
from truegreen_definitions.plan import (
    BrowserVisit,
    DnsQuery,
    OAuth2,
    Request,
    SmtpDialogue,
    SqlQuery,
    TcpExchange,
)
from truegreen_definitions.target import parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from truegreen_definitions.plan import Action, Journey, Plan
    from truegreen_synthetics.journeys import CompiledJourney

__all__ = ["aimed", "refuse_over_budget", "refuse_unaccountable"]

READING = ("GET", "HEAD", "OPTIONS")
RESOLVER = "resolver"
_TEMPLATE = "${secret:"


def aimed(
    plan: Plan,
    chosen: tuple[Journey, ...],
    target: str | None,
    *,
    writes: bool,
    every_seconds: float,
    also: tuple[str, ...] = (),
) -> Plan:
    """Return a plan of the chosen journeys, aimed at what load may be put on.

    Args:
        plan: The plan.
        chosen: Those of its journeys that make the load.
        target: What was said with `--target`; None for the journeys' own, on this machine alone.
        writes: Whether journeys may write.
        every_seconds: Slots of the probe beside.
        also: Hosts beside the target that load may reach; for a database that is a secret, the
            secret's name; `resolver` for the machine's own name server.

    Raises:
        UsageError: It is not said that this is meant.
    """
    if target is not None:
        try:
            named = frozenset({parse_target(target).host, *(one.lower() for one in also)})
        except ValueError as error:
            raise UsageError(f"--target: {error}") from error
    else:
        named = frozenset(one.lower() for one in also)
    journeys = []
    for journey in chosen:
        _refuse_unmeant(journey, target, named, writes=writes)
        beside = min(journey.every_seconds, every_seconds)
        journeys.append(replace(journey, target=target or journey.target, every_seconds=beside))
    return replace(plan, journeys=tuple(journeys))


def _refuse_unmeant(
    journey: Journey, target: str | None, named: frozenset[str], *, writes: bool
) -> None:
    """Refuse a journey that reaches, or does, what nobody said is meant."""
    if any(isinstance(one, BrowserVisit) for one in _actions(journey)):
        raise UsageError(
            f"journey {journey.name} drives a browser, of which a machine has room for few:"
            " stress a journey of requests, and let a probe run this one beside it"
        )
    if not writes and (bad := next((one for one in _actions(journey) if _writes(one)), None)):
        raise UsageError(
            f"journey {journey.name} writes ({bad.summary}): add --allow-writes where the"
            " target may be filled with its records"
        )
    if target is None and not _is_this_machine(parse_target(journey.target).host):
        raise UsageError(
            f"journey {journey.name} goes to {journey.target}, which is not this machine:"
            f" write --target {journey.target} where load on it is meant"
        )
    for place, what in _places(journey):
        if place.lower() not in named and not _is_this_machine(place):
            raise UsageError(
                f"journey {journey.name} also goes to {place} ({what}), which is not known to"
                f" be this machine: add --also {place} where load on it is meant"
            )


def refuse_unaccountable(
    journeys: tuple[CompiledJourney, ...], *, noted: bool, one_process: bool
) -> None:
    """Refuse journeys that make records nobody could take back, or count against their budget.

    Args:
        journeys: Those that make the load.
        noted: Whether what they make is noted in a journal.
        one_process: Whether one process makes all of the load.

    Raises:
        UsageError: One of them is refused.
    """
    for journey in journeys:
        if journey.writes and not noted:
            raise UsageError(
                f"journey {journey.name} makes records that must be taken back, after a crash too:"
                " add --journal FILE, and use the same file the next time"
            )
        if journey.writes and journey.writes_per_day and not one_process:
            raise UsageError(
                f"journey {journey.name} may make {journey.writes_per_day} records a day, which one"
                " process counts: run it without workers, or without writes_per_day"
            )


def refuse_over_budget(journey: CompiledJourney, planned: int, today: int) -> None:
    """Refuse more runs than a journey may still make today.

    Args:
        journey: What arrives.
        planned: How often.
        today: How many runs were about to make something already, this day in UTC.

    Raises:
        TerminalError: They are too many.
    """
    most = journey.writes_per_day
    if journey.writes and most and today + planned > most:
        raise TerminalError(
            f"journey {journey.name} may make {most} records a day, {today} are made and these"
            f" stages would make {planned}: lower --rates, shorten --stage, or raise"
            " writes_per_day"
        )


def _actions(journey: Journey) -> Iterator[Action]:
    """Yield all that a run may do, what takes back what it made included."""
    yield from (one.action for one in journey.steps)
    yield from (one.action for one in journey.cleanup)


def _writes(action: Action) -> bool:
    if isinstance(action, Request):
        return action.method.upper() not in READING
    if isinstance(action, SqlQuery):
        words = action.query.upper().split()
        return words[:1] != ["SELECT"] or "INTO" in words
    if isinstance(action, TcpExchange):
        return bool(action.send)
    return isinstance(action, SmtpDialogue) and bool(action.to)


def _places(journey: Journey) -> Iterator[tuple[str, str]]:
    """Yield (host, what it is reached for) of all that `--target` does not move."""
    if isinstance(journey.auth, OAuth2):
        yield parse_target(journey.auth.token_url).host, "its tokens"
    for action in _actions(journey):
        if isinstance(action, TcpExchange | SmtpDialogue):
            yield action.host, action.summary
        elif isinstance(action, DnsQuery):
            yield action.server or RESOLVER, action.summary
        elif isinstance(action, SqlQuery) and (place := _database(action.database)):
            yield place, action.summary


def _database(url: str) -> str:
    """Return the host of a database, or the name of the secret that its address is."""
    if url.startswith(_TEMPLATE):
        return url.removeprefix(_TEMPLATE).partition("}")[0]
    parts = urlsplit(url)
    hosts = parse_qs(parts.query).get("host", [""])
    return parts.hostname or hosts[0]


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
