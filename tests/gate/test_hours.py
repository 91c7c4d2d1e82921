"""Hours of the gate: quotas of the week, closures, and never a truck more than there are slots."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.gate import selectors, services
from apps.gate.models import Appointment, GateHour
from apps.parties.actors import Actor, NotYours
from terminal.lifecycle import AppointmentStatus, StepNotAllowed
from tests.factories.gate import (
    CLERK,
    HOUR,
    MONDAY_EIGHT,
    THE_DAY_BEFORE,
    QuotaFactory,
    RulesFactory,
    book_truck,
    brings,
    haulier,
)
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db
IN_A_WEEK = MONDAY_EIGHT + timedelta(days=7)


def slots(at=MONDAY_EIGHT):
    return GateHour.objects.values_list("booked", "capacity").get(starts_at=at)


def close(lyg, start=MONDAY_EIGHT, end=MONDAY_EIGHT + HOUR, **more):
    said = {"reason": "storm", "by": CLERK, "at": THE_DAY_BEFORE, **more}
    return services.close_gate(lyg, start_at=start, end_at=end, **said)


def test_the_slots_of_an_hour_are_booked_and_not_one_more(lyg):
    QuotaFactory()
    QuotaFactory(start_hour=10)
    for _ in range(2):
        assert book_truck(starts_at=MONDAY_EIGHT + timedelta(minutes=59)).starts_at == MONDAY_EIGHT
    with pytest.raises(services.HourIsFull) as full:
        book_truck()
    assert full.value.facts["next_starts_at"][:2] == ["2026-05-04T02:00:00Z", "2026-05-11T00:00:00Z"]
    assert slots() == (2, 2)


def test_the_database_itself_refuses_an_overbooked_hour(lyg):
    with pytest.raises(IntegrityError, match="gate_hour_is_not_overbooked"), transaction.atomic():
        GateHour.objects.create(terminal=lyg, starts_at=MONDAY_EIGHT, booked=3, capacity=2)


def test_an_hour_without_quota_is_shut_and_says_when_to_come(lyg):
    QuotaFactory()
    with pytest.raises(services.GateIsClosed) as shut:
        book_truck(starts_at=MONDAY_EIGHT - 3 * HOUR)
    assert shut.value.facts["reason"] == "shut"
    assert shut.value.facts["next_starts_at"][0] == "2026-05-04T00:00:00Z"


def test_a_full_hour_and_a_closed_one_are_refused_differently(lyg):
    QuotaFactory(trucks=1)
    book_truck()
    close(lyg, IN_A_WEEK, IN_A_WEEK + HOUR)
    with pytest.raises(services.HourIsFull):
        book_truck()
    with pytest.raises(services.GateIsClosed) as closed:
        book_truck(starts_at=IN_A_WEEK)
    assert closed.value.facts["reason"] == "storm"


def test_closing_the_gate_closes_what_was_booked_and_offers_other_hours(lyg):
    QuotaFactory()
    QuotaFactory(start_hour=9)
    theirs, later = book_truck(), book_truck(starts_at=MONDAY_EIGHT + HOUR)
    _, closed = close(lyg, MONDAY_EIGHT + timedelta(minutes=50), MONDAY_EIGHT + HOUR)
    assert [each.number for each in closed] == [theirs.number]
    theirs.refresh_from_db()
    later.refresh_from_db()
    assert (theirs.status, theirs.reason, theirs.offered[0]) == ("closed", "storm", MONDAY_EIGHT + HOUR)
    assert (later.status, slots()) == ("booked", (0, 2))


def test_a_closure_that_ends_before_it_begins_is_refused(lyg):
    with pytest.raises(services.EmptyClosure):
        close(lyg, MONDAY_EIGHT, MONDAY_EIGHT)


def test_cancelled_by_the_haulier_is_not_closed_by_the_terminal(lyg):
    QuotaFactory()
    first, second = book_truck(), book_truck()
    xugou = Actor.program(haulier(), "key")
    services.cancel_appointment(first, by=xugou, at=THE_DAY_BEFORE, reason="no driver")
    services.close_appointment(second, by=CLERK, at=THE_DAY_BEFORE, reason="crane down")
    assert (first.status, first.offered, second.status) == ("cancelled", [], "closed")
    assert slots() == (0, 2)
    with pytest.raises(NotYours):
        services.close_appointment(book_truck(), by=xugou, at=THE_DAY_BEFORE, reason="none")


def test_cancelling_twice_frees_one_slot(lyg):
    QuotaFactory()
    mine, _other = book_truck(), book_truck()
    for _ in range(2):
        services.cancel_appointment(mine, by=CLERK, at=THE_DAY_BEFORE)
    assert slots() == (1, 2)


def test_another_hour_is_had_before_the_old_one_is_given_back(lyg):
    QuotaFactory()
    QuotaFactory(start_hour=9, trucks=1)
    mine = book_truck()
    services.change_appointment(mine, starts_at=MONDAY_EIGHT + HOUR, plate="苏g 99", by=CLERK, at=THE_DAY_BEFORE)
    assert (mine.starts_at, mine.plate, mine.version) == (MONDAY_EIGHT + HOUR, "苏G99", 2)
    assert (slots(), slots(MONDAY_EIGHT + HOUR)) == ((0, 2), (1, 1))
    other = book_truck()
    with pytest.raises(services.HourIsFull):
        services.change_appointment(other, starts_at=MONDAY_EIGHT + HOUR, by=CLERK, at=THE_DAY_BEFORE)
    assert slots() == (1, 2)


def test_a_truck_that_did_not_come_frees_its_slot_once(lyg):
    RulesFactory(late_minutes=20, no_show_after_minutes=30)
    QuotaFactory(trucks=1)
    missed = book_truck()
    assert services.note_no_shows(at=MONDAY_EIGHT + timedelta(minutes=29)) == []
    late = MONDAY_EIGHT + timedelta(minutes=31)
    assert [each.number for each in services.note_no_shows(at=late)] == [missed.number]
    assert services.note_no_shows(at=late) == []
    assert slots() == (0, 1)
    assert book_truck(at=late).status == AppointmentStatus.BOOKED
    missed.refresh_from_db()
    with pytest.raises(StepNotAllowed):
        services.cancel_appointment(missed, by=CLERK, at=late)


def test_a_truck_that_may_still_come_is_never_a_no_show(lyg):
    with pytest.raises(IntegrityError, match="a_truck_that_may_still_come_is_no_no_show"), transaction.atomic():
        RulesFactory(late_minutes=60, no_show_after_minutes=30)


def test_hours_that_are_over_or_too_far_ahead_are_refused(lyg):
    QuotaFactory()
    with pytest.raises(services.HourIsOver):
        book_truck(at=MONDAY_EIGHT + HOUR)
    with pytest.raises(services.HourTooFarAhead):
        book_truck(starts_at=MONDAY_EIGHT + timedelta(days=14))


def test_a_smaller_quota_takes_no_slot_from_under_a_truck(lyg):
    quota = QuotaFactory()
    book_truck()
    book_truck()
    quota.trucks = 1
    quota.save()
    services.follow_quotas(lyg, by=CLERK, at=THE_DAY_BEFORE)
    assert slots() == (2, 2)
    quota.trucks = 5
    quota.save()
    services.follow_quotas(lyg, by=CLERK, at=THE_DAY_BEFORE)
    assert slots() == (2, 5)


def test_hours_are_those_of_the_sites_week(lyg):
    QuotaFactory(weekday=6, start_hour=23, trucks=4)
    sunday_eleven = datetime(2026, 5, 3, 15, 0, tzinfo=UTC)
    shown = selectors.hours(lyg, sunday_eleven - HOUR, sunday_eleven + 2 * HOUR)
    assert [(each.free, each.closed) for each in shown] == [(0, "shut"), (4, None), (0, "shut")]


def test_quotas_that_cover_an_hour_add_up_and_one_without_weekday_covers_every_day(lyg):
    QuotaFactory(weekday=None, start_hour=6, end_hour=24, trucks=10)
    QuotaFactory(start_hour=8, end_hour=10, trucks=4)
    of_monday = selectors.hours(lyg, MONDAY_EIGHT - HOUR, MONDAY_EIGHT + 3 * HOUR)
    assert [each.capacity for each in of_monday] == [10, 14, 14, 10]
    assert selectors.the_hour(lyg, MONDAY_EIGHT + timedelta(days=1)).capacity == 10
    with pytest.raises(IntegrityError, match="a_quota_covers_hours_of_a_week"), transaction.atomic():
        QuotaFactory(start_hour=12, end_hour=12)


def test_who_is_neither_the_haulier_nor_at_the_gate_books_nothing(lyg):
    QuotaFactory()
    stranger = Actor.program(PartyFactory(code="rival"), "key")
    reader = Actor.person(staff("gate.view_appointment", username="wang"))
    for who in (stranger, reader):
        with pytest.raises(NotYours):
            book_truck(by=who)
    mine = book_truck()
    for act in (services.cancel_appointment, services.change_appointment):
        with pytest.raises(NotYours):
            act(mine, by=stranger, at=THE_DAY_BEFORE)


def test_a_truck_without_a_plate_and_a_box_without_a_size_are_refused(lyg):
    QuotaFactory()
    with pytest.raises(services.PlateMissing):
        book_truck(plate=" ")
    with pytest.raises(services.SizeTypeMissing):
        book_truck(brings(size_type=""))


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_want_the_last_slot_at_once_one_has_it(lyg):
    QuotaFactory(trucks=1)
    haulier()
    start, answers = threading.Barrier(8), []

    def run():
        try:
            start.wait()
            answers.append(book_truck().status)
        except services.HourIsFull:
            answers.append("full")
        finally:
            connection.close()

    crew = [threading.Thread(target=run) for _ in range(8)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert sorted(answers) == ["booked", *["full"] * 7]
    assert (Appointment.objects.count(), slots()) == (1, (1, 1))
