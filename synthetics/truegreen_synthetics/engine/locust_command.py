"""Journeys for Locust's own command line: `locust -f synthetics/locustfile.py`."""

from __future__ import annotations

from locust import constant_pacing

# isort: split
from itertools import count
from typing import TYPE_CHECKING

from truegreen_synthetics.engine.equipping import equipment_of
from truegreen_synthetics.engine.sessions import Sessions
from truegreen_synthetics.engine.users import LoadUser, user_class

if TYPE_CHECKING:
    from locust import User

    from truegreen_synthetics.selection import Assignment

__all__ = ["locust_users"]


def locust_users(assignment: Assignment) -> dict[str, type[User]]:
    """Return a User class for each journey, for Locust's own command line.

    Each user runs its journey once per interval, however many users Locust is told to start.
    """
    sessions = Sessions(journey.target for journey in assignment.journeys)
    equipment = equipment_of(assignment.location)
    return {
        journey.name: user_class(
            LoadUser,
            journey.name,
            compiled=journey,
            sessions=sessions,
            equipment=equipment,
            turns=count(),
            host=journey.target.url,
            wait_time=constant_pacing(journey.every_seconds),
        )
        for journey in assignment.journeys
    }
