"""A folder for each domain of the business, with the Service board of its own services.

Boards about the whole company stand above the folders. Whoever works in one domain opens its
folder, chooses among its services alone, and has rows only for what these use; a server that
gives rights by folder can give them by domain. Clicks from elsewhere lead to the company's own
Service board, so a domain's board may be left out without a dead link.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from truegreen_dashboards.boards import service
from truegreen_dashboards.boards.reading import built_from
from truegreen_definitions import names
from truegreen_definitions.plan.codec import digest

if TYPE_CHECKING:
    from truegreen_dashboards.board import Board
    from truegreen_definitions.plan import Plan

__all__ = ["Folder", "folders"]

_LONGEST = 40  # characters of a uid
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f]+')
_NOT_IN_UIDS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of boards; its title is the name of a directory too."""

    title: str
    boards: tuple[Board, ...]


def folders(plan: Plan) -> tuple[Folder, ...]:
    """Return a folder for each domain that a service belongs to, by name."""
    domains = sorted({one.domain for one in plan.services if one.domain})
    whole = digest(plan) if domains else ""
    return tuple(
        Folder(
            title=_title(domain, domains),
            boards=(built_from(_board(plan, domain, domains), whole),),
        )
        for domain in domains
    )


def _board(plan: Plan, domain: str, domains: list[str]) -> Board:
    found = service.board(_within(plan, domain))
    return replace(found, uid=_uid(domain, domains), title=f"{found.title} ({domain})")


def _within(plan: Plan, domain: str) -> Plan:
    """Return a plan of the services of a domain alone."""
    services = tuple(one for one in plan.services if one.domain == domain)
    within = {one.name for one in services}
    return replace(
        plan,
        services=services,
        agreements=tuple(one for one in plan.agreements if one.service in within),
        measurements=tuple(one for one in plan.measurements if one.service in within),
        journeys=tuple(one for one in plan.journeys if one.service in within),
    )


def _uid(domain: str, domains: list[str]) -> str:
    """Return a uid that is readable where it can be, and of this domain alone."""
    prefix = f"{names.BoardUid.SERVICE}-"
    slug = _slug(domain)
    alike = [one for one in domains if _slug(one) == slug]
    if slug and alike == [domain] and len(prefix + slug) <= _LONGEST:
        return prefix + slug
    return f"{prefix}{slug[: _LONGEST - len(prefix) - 9]}-{_digest(domain)}".replace("--", "-")


def _title(domain: str, domains: list[str]) -> str:
    """Return a domain as it may stand in a path, unlike any other even where case says nothing."""
    plain = _plain(domain)
    alike = [one for one in domains if _plain(one).casefold() == plain.casefold()]
    return plain if plain and alike == [domain] else f"{plain} {_digest(domain)}".strip()


def _plain(domain: str) -> str:
    return _NOT_IN_NAMES.sub("-", domain).strip(". ")


def _slug(domain: str) -> str:
    return _NOT_IN_UIDS.sub("-", domain.lower()).strip("-")


def _digest(domain: str) -> str:
    return hashlib.sha256(domain.encode()).hexdigest()[:8]
