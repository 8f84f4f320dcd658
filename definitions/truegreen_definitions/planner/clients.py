"""How a journey's requests travel: its own word, else the Policy's, else what is usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from truegreen_definitions.plan import Client

if TYPE_CHECKING:
    from truegreen_definitions.models.journey import Assertion, JourneyRequest
    from truegreen_definitions.models.journey import Client as ClientModel

__all__ = ["client_of", "redirects_of"]

USUAL_REDIRECTS = 5
REDIRECTS = range(300, 400)


def client_of(own: ClientModel, usual: ClientModel) -> Client:
    """Return a journey's client.

    Args:
        own: What the journey says.
        usual: What the Policy says for all.
    """
    return Client(
        engine=own.engine or usual.engine or "lean",
        connections=own.connections or usual.connections or "run",
        proxy=own.proxy or usual.proxy or "",
    )


def redirects_of(
    request: JourneyRequest,
    asserts: tuple[Assertion, ...],
    own: ClientModel,
    usual: ClientModel,
) -> int:
    """Return how many redirects a request follows: none where a redirect is what is asserted."""
    if request.redirects is not None:
        return request.redirects
    if any(one.status is not None and one.status in REDIRECTS for one in asserts):
        return 0
    said = (one.redirects for one in (own, usual))
    return next((one for one in said if one is not None), USUAL_REDIRECTS)
