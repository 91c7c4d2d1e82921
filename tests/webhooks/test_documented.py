"""The page for integrators says what is so: its way to verify is run on what really comes."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from apps.parties.actors import Actor
from apps.webhooks import services
from tests.factories.webhooks import box_of, grain, happens, webhook_of

PAGE = (settings.ROOT / "docs" / "webhooks.md").read_text()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def verified():
    """The documented function, as it stands on the page."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    written: dict[str, Any] = {}
    exec(code, written)
    return written["verified"]


def test_the_documented_verification_takes_what_comes_and_nothing_else(lyg, receiver, deliver, verified, monkeypatch):
    webhook, secret = webhook_of(grain(), receiver.url())
    happens(box_of(grain()))
    now = timezone.now()
    deliver(now)
    (got,) = receiver.got
    assert verified(secret, got.headers, got.body)
    assert not verified(secret, got.headers, got.body + b" ")
    assert not verified(secret, {**got.headers, "webhook-id": "another"}, got.body)
    assert not verified(secret, {**got.headers, "webhook-timestamp": "soon"}, got.body)
    assert not verified("whsec_" + "A" * 44, got.headers, got.body)
    by = Actor.program(grain(), "key")
    _webhook, other = services.rotate_secret(webhook, by=by, at=now, overlap=timedelta(hours=1))
    happens(box_of(grain(), "TCLU5088040"))
    deliver(timezone.now())
    assert verified(secret, receiver.got[1].headers, receiver.got[1].body)
    assert verified(other, receiver.got[1].headers, receiver.got[1].body)
    for clock in (-301, 301):
        monkeypatch.setattr(time, "time", lambda clock=clock: now.timestamp() + clock)
        assert not verified(secret, got.headers, got.body)


def test_every_route_of_the_page_is_there(client):
    routes = set(re.findall(r"`(?:GET|POST|PATCH) (webhooks/[^`]*)`", PAGE))
    described = (settings.ROOT / "docs" / "openapi.yaml").read_text()
    assert len(routes) >= 7
    for route in routes:
        assert f"/api/v1/{route.replace('{id}', '{public_id}')}:" in described
