"""The site's own programs are sent its alerts, signed, at least once, however their addresses behave."""

import asyncio
import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from apps.alerts import services
from apps.alerts.models import Alert, Hook, HookMessage
from apps.alerts.services.hooks import PURPOSE, Parcel, sent
from apps.common.sealing import seal
from terminal.signatures import new_secret, require_signed
from tests.factories.alerts import AlertFactory, RuleFactory
from tests.factories.notices import MONDAY_TEN

SECRET = new_secret(b"n" * 32)


@pytest.fixture
def receiver(settings):
    """A program of the site's that listens; ``statuses`` are its next answers, then 204."""
    settings.MESSAGES_MAY_STAY_INSIDE = True
    taken, statuses = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(statuses.pop(0) if statuses else 204)
            self.end_headers()

        def log_message(self, *unused):
            """Be quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    server.taken, server.statuses = taken, statuses
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def alert(lyg, receiver):
    url = f"http://127.0.0.1:{receiver.server_port}/alerts"
    Hook.objects.create(terminal=lyg, url=url, secret=seal(SECRET, purpose=PURPOSE))
    return AlertFactory(rule=RuleFactory(terminal=lyg))


@pytest.mark.django_db
class TestHooks:
    def test_raised_and_over_are_told_signed_with_an_identifier_each(self, lyg, receiver, alert):
        services.tell(lyg, MONDAY_TEN)
        Alert.objects.update(closed_at=MONDAY_TEN, ending=3000)
        services.tell(lyg, MONDAY_TEN)
        assert services.send_due(MONDAY_TEN) == 2
        told = [json.loads(body) for _headers, body in receiver.taken]
        assert sorted(each["type"] for each in told) == ["alert.over", "alert.raised"]
        assert told[0]["data"]["alert"] == str(alert.public_id)
        ids = {require_signed(body, headers, [SECRET], MONDAY_TEN) for headers, body in receiver.taken}
        assert ids == {str(each.public_id) for each in HookMessage.objects.all()}
        assert services.send_due(MONDAY_TEN) == 0

    def test_an_address_that_fails_is_tried_again_under_the_same_identifier(self, lyg, receiver, alert):
        receiver.statuses += [500]
        services.tell(lyg, MONDAY_TEN)
        assert services.send_due(MONDAY_TEN) == 0
        assert services.send_due(MONDAY_TEN + timedelta(minutes=1)) == 1
        assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 1
        assert HookMessage.objects.get().attempts == 2

    def test_an_address_that_is_gone_or_inside_is_not_knocked_at(self, lyg, receiver, alert, settings):
        settings.MESSAGES_MAY_STAY_INSIDE = False
        services.tell(lyg, MONDAY_TEN)
        assert services.send_due(MONDAY_TEN) == 0
        assert receiver.taken == []
        assert HookMessage.objects.get().answer
        settings.MESSAGES_MAY_STAY_INSIDE = True
        receiver.statuses += [410]
        services.send_due(MONDAY_TEN + timedelta(minutes=5))
        assert HookMessage.objects.get().state == HookMessage.State.PARKED


def test_whoever_sends_may_have_a_loop_running_in_its_thread(receiver):
    parcel = Parcel(None, f"http://127.0.0.1:{receiver.server_port}/alerts", {}, b"{}")

    async def caller():
        return sent([parcel, parcel])

    assert [answer.status for answer in asyncio.run(caller())] == [204, 204]
