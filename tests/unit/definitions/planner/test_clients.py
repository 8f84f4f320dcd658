"""How requests travel: the journey's word, then the Policy's, then what is usual."""

from __future__ import annotations

import pytest
from companies import JOURNEY, POLICY, compiled

from truegreen_definitions.plan import Client, Journey


def journey(own: str = "", usual: str = "", request: str = "", step: str = "") -> Journey:
    """Return a journey with a client of its own under a Policy with another."""
    text = JOURNEY + (f"  client: {own}\n" if own else "")
    text = text.replace("get: /products},", f"get: /products{request}}},{step}")
    policy = POLICY.rstrip() + (f"\n  client: {usual}\n" if usual else "\n")
    found = compiled(journey=text, policy=policy)
    assert found.plan is not None, found.problems
    return found.plan.journeys[0]


@pytest.mark.parametrize(
    ("own", "usual", "client"),
    [
        ("", "", Client()),
        ("{engine: fasthttp}", "", Client(engine="fasthttp")),
        ("", "{connections: kept}", Client(connections="kept")),
        (
            "{connections: request}",
            "{connections: kept, proxy: 'http://proxy:3128'}",
            Client(connections="request", proxy="http://proxy:3128"),
        ),
    ],
)
def test_each_field_is_decided_by_itself(own: str, usual: str, client: Client) -> None:
    """What a journey does not say the Policy may say, field by field."""
    assert journey(own, usual).client == client


SEES_IT = " assert: [{status: 302}],"


@pytest.mark.parametrize(
    ("own", "usual", "request_", "step", "redirects"),
    [
        ("", "", "", "", 5),
        ("{redirects: 0}", "{redirects: 9}", "", "", 0),
        ("", "{redirects: 9}", "", "", 9),
        ("{redirects: 9}", "", ", redirects: 2", "", 2),
        ("{redirects: 9}", "", "", SEES_IT, 0),
        ("", "", ", redirects: 1", SEES_IT, 1),
        ("", "", "", " assert: [{status: 200}],", 5),
    ],
)
def test_redirects_are_followed_unless_one_is_asserted(
    own: str, usual: str, request_: str, step: str, redirects: int
) -> None:
    """The request's own number speaks first; a step that asserts a redirect wants to see it."""
    assert journey(own, usual, request_, step).steps[0].action.redirects == redirects


@pytest.mark.parametrize(
    "text",
    [
        "{engine: curl}",
        "{connections: never}",
        "{redirects: 21}",
        "{redirects: -1}",
        "{proxy: 'socks5://proxy'}",
        "{proxy: proxy:3128}",
        "{speed: 3}",
    ],
)
def test_what_no_client_can_do_is_a_problem(text: str) -> None:
    """A bad value is told at its line, in a journey and in the Policy alike."""
    for found in (
        compiled(journey=f"{JOURNEY}  client: {text}\n"),
        compiled(policy=f"{POLICY.rstrip()}\n  client: {text}\n"),
    ):
        assert len(found.problems) == 1
        assert (
            "client"
            in found.texts[found.problems[0].place.path].splitlines()[
                found.problems[0].place.line - 1
            ]
        )
