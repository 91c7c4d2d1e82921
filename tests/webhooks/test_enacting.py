"""What a sandbox does to webhooks on purpose, and to no other terminal's."""

from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.webhooks import services
from apps.webhooks.models import Delivery, Webhook
from tests.factories.webhooks import box_of, grain, happens, webhook_of

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.itself("sandbox")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sandbox(lyg) -> Terminal:
    Terminal.objects.filter(pk=lyg.pk).update(sandbox=True)
    lyg.refresh_from_db()
    return lyg


def states() -> dict[str, str]:
    return dict(Delivery.objects.values_list("reason", "state"))


@pytest.mark.parametrize(
    ("reason", "said"), [(Delivery.Reason.FORGED, "No matching"), (Delivery.Reason.STALE, "too old")]
)
def test_what_is_to_be_refused_is_found_out_by_any_library_and_tried_once(sandbox, receiver, deliver, reason, said):
    _webhook, secret = webhook_of(grain(), receiver.url())
    receiver.answer = lambda got: 401
    services.send_to_be_refused(sandbox, reason, at=timezone.now())
    deliver(timezone.now() + MINUTE / 60)
    (got,) = receiver.got
    with pytest.raises(WebhookVerificationError, match=said):
        Verifier(secret).verify(got.body, got.headers)
    assert states() == {reason: "parked"}
    assert Webhook.objects.get().failures == 0, "who refuses it does well"


def test_who_takes_what_is_not_ours_is_shown_that_it_did(sandbox, receiver, deliver):
    webhook_of(grain(), receiver.url())
    services.send_to_be_refused(sandbox, Delivery.Reason.FORGED, at=timezone.now())
    deliver(timezone.now() + MINUTE / 60)
    assert states() == {"forged": "delivered"}


def test_what_was_delivered_comes_again_under_the_same_ids_in_order(sandbox, receiver, deliver):
    wheat = box_of(grain())
    webhook_of(grain(), receiver.url())
    told = [str(happens(wheat).public_id) for _ in range(2)]
    deliver(timezone.now())
    lane = Delivery.objects.values_list("lane", flat=True)[0]
    assert services.send_twice(sandbox, lane, by=BY, at=timezone.now()) == 2
    deliver(timezone.now() + MINUTE / 60)
    assert receiver.ids == told * 2


def test_after_an_outage_everything_comes_in_order(sandbox, receiver, deliver):
    wheat = box_of(grain())
    webhook_of(grain(), receiver.url())
    services.fall_silent(sandbox, timezone.now() + 3 * MINUTE)
    told = [str(happens(wheat).public_id) for _ in range(3)]
    assert deliver(timezone.now() + MINUTE) == 0
    deliver(timezone.now() + 4 * MINUTE)
    assert receiver.ids == told


def test_at_a_terminal_in_earnest_nothing_of_this_is_done(lyg, receiver, deliver):
    webhook_of(grain(), receiver.url())
    assert services.send_to_be_refused(lyg, Delivery.Reason.FORGED, at=timezone.now()) == 0
    assert services.fall_silent(lyg, timezone.now() + MINUTE) == 0
