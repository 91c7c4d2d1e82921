"""The site's own programs are sent its alerts, signed, at least once, however their addresses behave."""

import json
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from apps.alerts import services
from apps.alerts.models import Alert, Escalation, Hook, HookMessage
from apps.alerts.selectors import history
from apps.alerts.services.hooks import PURPOSE, Parcel, sent
from apps.common.sealing import seal
from apps.parties.actors import Actor
from terminal.signatures import new_secret, require_signed
from tests.factories.alerts import AlertFactory, RuleFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory, staff
from tests.webhooks.conftest import to_its_end

HOUR = timedelta(hours=1)
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

    def test_what_people_do_is_told_too_and_by_whom(self, lyg, receiver, alert):
        li = Actor.person(staff("alerts.acknowledge_alert", "alerts.add_silence", username="li", terminal=lyg))
        services.tell(lyg, MONDAY_TEN)
        quiet = services.silence(lyg, until=MONDAY_TEN + HOUR, reason="crane test", by=li, at=MONDAY_TEN)
        services.end_silence(quiet, by=li, at=MONDAY_TEN + HOUR / 2)
        services.acknowledge(alert, by=li, at=MONDAY_TEN + HOUR)
        services.send_due(MONDAY_TEN + HOUR)
        told = {(said := json.loads(body))["type"]: said["data"] for _headers, body in receiver.taken}
        assert sorted(told) == ["alert.acknowledged", "alert.raised", "alert.silenced", "alert.unsilenced"]
        assert told["alert.acknowledged"]["acknowledged_by"] == "li"
        silent = told["alert.silenced"]
        assert (silent["reason"], silent["silenced_by"]) == ("crane test", "li")
        assert silent["silent_until"] == (MONDAY_TEN + HOUR).isoformat()
        assert told["alert.unsilenced"]["silent_until"] == (MONDAY_TEN + HOUR / 2).isoformat()
        assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 4
        assert {(step.what, step.state) for step in history(alert, MONDAY_TEN + HOUR) if step.state} == {
            ("told: raised", "sent"), ("told: silenced", "sent"), ("told: silence ended", "sent"),
            ("told: acknowledged", "sent"),
        }  # fmt: skip

    def test_repeats_and_escalations_are_told_with_their_number_and_who_was_asked(self, lyg, receiver, alert):
        Escalation.objects.create(terminal=lyg, user=UserFactory(username="zhang"), after_seconds=1800)
        services.tell(lyg, MONDAY_TEN)
        for hours in (4, 4, 12):
            services.tell(lyg, MONDAY_TEN + hours * HOUR)
        services.send_due(MONDAY_TEN + 12 * HOUR)
        told = [json.loads(body) for _headers, body in receiver.taken]
        assert sorted(each["type"] for each in told) == [
            "alert.escalated", "alert.raised", "alert.repeated", "alert.repeated",
        ]  # fmt: skip
        assert sorted(each["data"]["repeats"] for each in told if each["type"] == "alert.repeated") == [1, 2]
        (asked,) = [each["data"]["asked"] for each in told if each["type"] == "alert.escalated"]
        assert asked == ["zhang"]

    def test_of_an_alert_that_programs_never_heard_of_nothing_is_told(self, lyg, receiver, alert):
        li = Actor.person(staff("alerts.acknowledge_alert", "alerts.add_silence", username="li", terminal=lyg))
        services.silence(lyg, until=MONDAY_TEN + HOUR, reason="crane test", by=li, at=MONDAY_TEN)
        services.acknowledge(alert, by=li, at=MONDAY_TEN)
        assert not HookMessage.objects.exists()

    def test_a_silence_of_another_rule_is_not_told(self, lyg, receiver, alert):
        li = Actor.person(staff("alerts.add_silence", username="li", terminal=lyg))
        services.tell(lyg, MONDAY_TEN)
        other = RuleFactory(terminal=lyg, metric="train_places")
        services.silence(lyg, rule=other, until=MONDAY_TEN + HOUR, reason="-", by=li, at=MONDAY_TEN)
        assert HookMessage.objects.count() == 1

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

    assert [answer.status for answer in to_its_end(caller())] == [204, 204]
