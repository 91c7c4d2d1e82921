"""Mail to people."""

from datetime import UTC, datetime, timedelta

import factory

from apps.notices.models import PATIENCE, Notice
from apps.notices.services import new_message_id
from tests.factories.network import TerminalFactory

MONDAY_TEN = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
"""10:00 at Lianyungang on Monday 4 May 2026."""


class NoticeFactory(factory.django.DjangoModelFactory):
    """A waiting mail to the yard manager, due at ten."""

    class Meta:
        model = Notice

    terminal = factory.SubFactory(TerminalFactory)
    recipient = "manager@terminal.example"
    language = "en"
    about = "test"
    subject = factory.Sequence(lambda n: f"Yard full, mail {n}")
    text = "The yard is full."
    html = "<p>The yard is full.</p>"
    message_id = factory.LazyFunction(new_message_id)
    created_at = MONDAY_TEN
    next_attempt_at = MONDAY_TEN
    give_up_at = MONDAY_TEN + PATIENCE

    class Params:
        parked = factory.Trait(state=Notice.State.PARKED)
        in_hand = factory.Trait(claimed_at=MONDAY_TEN, attempts=1, next_attempt_at=MONDAY_TEN + timedelta(minutes=2))
