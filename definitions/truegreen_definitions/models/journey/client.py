"""How a journey's requests travel; the same fields are a Policy's `client`, for all journeys."""

from typing import Annotated, Literal

from truegreen_definitions.models.base import Model
from truegreen_definitions.models.journey.scalars import TargetUrl
from truegreen_definitions.models.values import whole_number

__all__ = ["MOST_REDIRECTS", "Client", "Redirects"]

MOST_REDIRECTS = 20
Redirects = Annotated[int, whole_number(0, MOST_REDIRECTS)]


class Client(Model):
    """How requests travel. What a journey does not say, the Policy may say for all.

    Attributes:
        engine: `lean` (the default) tells the phases of a request apart and costs a third;
            `fasthttp` and `requests` are the clients of Locust's FastHttpUser and HttpUser, for
            systems that behave differently towards them.
        connections: How long a connection lives: for a `run` of the journey (the default), for
            one `request`, or `kept` over runs. A kept one hides what opening it costs.
        redirects: How many redirects a request follows, 5 unless said. A step that asserts a
            redirect's status follows none.
        proxy: HTTP proxy to go through. Without it the probe's own environment decides
            (`https_proxy`, `http_proxy`, `no_proxy`).
    """

    engine: Literal["lean", "fasthttp", "requests"] | None = None
    connections: Literal["run", "request", "kept"] | None = None
    redirects: Redirects | None = None
    proxy: TargetUrl | None = None
