"""Places on trains are never oversold, in whatever order and by however many at once."""

import threading
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.models import SlotBooking
from terminal.errors import Refused
from tests.factories.parties import PartyFactory
from tests.factories.places import BOOKED, book_places, bookable_train

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.itself("test")
LATER = BOOKED + timedelta(hours=1)


def crowd(work, threads=16):
    """Run ``work(n)`` in that many threads at once; how often each answer was given."""
    ready, answers = threading.Barrier(threads), Counter()

    def run(number):
        try:
            ready.wait()
            for answer in work(number):
                answers[answer] += 1
        finally:
            connection.close()

    crew = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    return answers


def confirmed(train):
    holding = SlotBooking.objects.filter(train=train).holding_places()
    return holding.aggregate(teu=Sum("teu"))["teu"] or Decimal(0)


def one_of_each(train, party, number):
    """Book, wait, enlarge and give up by turns; what was answered."""
    for attempt in range(4):
        try:
            booking = book_places(train, 2 + (number + attempt) % 3, 2, party=party, wait=attempt % 2 == 1)
            yield booking.state
            if number % 2:
                services.change_slots(booking, teu=booking.teu + 1, boxes=3, by=BY, at=LATER)
            if number % 3 == 0:
                services.cancel_slots(booking, by=BY, at=LATER)
        except Refused as refusal:
            yield refusal.code()


def test_sixteen_at_once_take_every_place_and_not_one_more():
    train, party = bookable_train(KZALA=60), PartyFactory(code="almaty-cotton")

    def work(number):
        for _ in range(3):
            try:
                yield book_places(train, 2, party=party).state
            except services.NoPlaces:
                yield "full"

    answers = crowd(work)
    assert answers == {"confirmed": 30, "full": 18}
    assert confirmed(train) == train.quotas.get(destination="KZALA").held_teu == 60


def test_whatever_sixteen_do_at_once_the_counter_is_the_bookings_and_nobody_waits_for_what_is_free():
    train, party = bookable_train(KZALA=40), PartyFactory(code="almaty-cotton")
    answers = crowd(lambda number: one_of_each(train, party, number))
    quota = train.quotas.get(destination="KZALA")
    free = quota.teu - quota.held_teu
    assert confirmed(train) == quota.held_teu <= quota.teu
    assert [each.teu for each in SlotBooking.objects.filter(train=train).waiting() if each.teu <= free] == []
    assert min(answers["confirmed"], answers["waiting"]) > 0


def test_who_would_wait_while_places_come_free_gets_them():
    train, party, made = bookable_train(KZALA=4), PartyFactory(code="almaty-cotton"), []
    taken = book_places(train, 4, party=party)

    def book():
        try:
            made.append(book_places(train, 4, party=party, wait=True))
        finally:
            connection.close()

    booking = threading.Thread(target=book)
    with transaction.atomic():
        services.cancel_slots(taken, by=BY, at=LATER)
        booking.start()
        booking.join(0.5)  # it waits for the counter now
    booking.join()
    assert [each.state for each in made] == ["confirmed"]


def test_a_quota_lowered_while_sixteen_book_is_never_below_what_is_held():
    train, party = bookable_train(KZALA=40), PartyFactory(code="almaty-cotton")
    quota = train.quotas.get(destination="KZALA")

    def work(number):
        try:
            if number % 4 == 0:
                services.change_places(quota, teu=Decimal(8 + number), by=BY, at=LATER)
            else:
                book_places(train, 4, party=party)
            yield "done"
        except (services.NoPlaces, services.PlacesAreBooked):
            yield "refused"

    crowd(work)
    quota.refresh_from_db()
    assert confirmed(train) == quota.held_teu <= quota.teu


def test_one_train_is_opened_by_many_at_once_only_once():
    train = bookable_train()
    train.quotas.all().delete()
    party = PartyFactory(code="almaty-cotton")
    assert crowd(lambda number: [book_places(train, 2, party=party).state], 8) == {"confirmed": 8}
    assert train.quotas.get().held_teu == 16
