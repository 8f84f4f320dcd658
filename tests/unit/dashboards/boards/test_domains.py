"""Folders of domains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import plans

from truegreen_dashboards.boards import boards
from truegreen_dashboards.boards.domains import folders
from truegreen_dashboards.lint import faults

if TYPE_CHECKING:
    from truegreen_definitions.plan import Plan


def in_domains(*domains: str) -> Plan:
    """A plan with a service in each of these domains."""
    services = tuple(
        replace(plans.SERVICE, name=f"service-{n}", domain=domain)
        for n, domain in enumerate(domains)
    )
    return replace(plans.PLAN, services=services)


def test_a_domain_has_the_board_of_its_own_services(acme_plan: Plan) -> None:
    """Only the domain's services can be chosen, with rows for what they use; nothing is faulty."""
    found = {folder.title: folder.boards for folder in folders(acme_plan)}
    assert {
        title: [choice.value for choice in board.variables[0].choices]
        for title, (board,) in found.items()
    } == {
        domain: [one.name for one in acme_plan.services if one.domain == domain]
        for domain in {one.domain for one in acme_plan.services}
    }
    assert len(found) > 1
    rows = {title: {row.key for row in board.rows} for title, (board,) in found.items()}
    assert "steps" in rows["Sales"]
    assert all("steps" not in keys for title, keys in rows.items() if title != "Sales")
    assert faults((*boards(acme_plan), *(one for made in found.values() for one in made))) == ()


def test_folders_have_names_that_files_may_have() -> None:
    """Whatever a domain is called, its folder is one directory; its uid is short, and its own."""
    domains = ("Sales", "sales", "R/D: ../etc", "…", "A" * 90, "A" * 91, "")
    found = folders(in_domains(*domains))
    assert len(found) == len(domains) - 1
    titles = [one.title for one in found]
    uids = [board.uid for one in found for board in one.boards]
    assert len({title.casefold() for title in titles}) == len({*uids}) == len(found)
    assert all(title and "/" not in title and not title.startswith(".") for title in titles)
    assert all(len(uid) <= 40 and uid.startswith("xla-service-") for uid in uids)


def test_services_of_no_domain_have_no_folder() -> None:
    """They stand on the company's own board alone."""
    assert folders(in_domains("")) == ()
