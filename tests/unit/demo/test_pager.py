"""The demo's pager."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from truegreen_demo.pager import Notification, Pager
from truegreen_demo.processes import free_ports


def _post(port: int, path: str, body: bytes) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=body)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return int(answer.status)


def test_what_alertmanager_sends_is_kept_in_order_and_taken_once() -> None:
    """Every alert of a notification becomes one, with the channel of its URL."""
    labels = [{"agreement": "pay-felt"}, {"agreement": "csat"}]
    alerts = [{"status": "firing", "labels": one, "annotations": {}} for one in labels]
    (port,) = free_ports(1)
    with Pager(port) as pager:
        assert _post(port, "/page", json.dumps({"alerts": alerts}).encode()) == 200
        told = pager.take()
        assert told == tuple(
            Notification(channel="page", status="firing", labels=one, annotations={})
            for one in labels
        )
        assert pager.take() == ()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"alerts": 1}', b'{"alerts": [{}]}'])
def test_what_is_no_notification_is_refused(body: bytes) -> None:
    """Garbage gets 400 and is not kept."""
    (port,) = free_ports(1)
    with Pager(port) as pager:
        with pytest.raises(urllib.error.HTTPError) as refused:
            _post(port, "/page", body)
        refused.value.close()
        assert refused.value.code == 400
        assert pager.take() == ()
