"""Dock doors: one appointment at a time, for as long as the work takes, where it leaves the least gap."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.common.steps import ChangedSince
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.warehouse import selectors, services
from apps.warehouse.models import DockAppointment
from terminal.lifecycle import StepNotAllowed
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import (
    APRIL_1,
    HALF,
    MAY_4,
    ClosureFactory,
    DockDoorFactory,
    DockDurationFactory,
    ZoneFactory,
    book,
    book_door,
)
from tests.locking import locked_tables

pytestmark = pytest.mark.django_db
CLERK = Actor.itself("clerk")
HOUR = timedelta(hours=1)


@pytest.fixture
def site():
    """A zone with one door, where unpacking takes two hours live and eight as a drop."""
    zone = ZoneFactory()
    DockDoorFactory(zone=zone, code="D01")
    DockDurationFactory(terminal=zone.terminal)
    DockDurationFactory(terminal=zone.terminal, handover="drop", minutes=480)
    return zone.terminal


def at_door(code="D01"):
    rows = DockAppointment.objects.holding_door().filter(door__code=code).order_by("start_at")
    return [((row.start_at - MAY_4) / HOUR, (row.end_at - MAY_4) / HOUR) for row in rows]


def test_a_box_left_at_the_door_has_it_longer_than_a_truck_that_waits(site):
    book_door(site)
    book_door(site, MAY_4 + 2 * HOUR, handover="drop")
    assert at_door() == [(0, 2), (2, 10)]


def test_a_duration_for_the_length_of_the_container_goes_before_the_one_for_any(site):
    DockDurationFactory(terminal=site, length_ft=40, minutes=180)
    visit = VisitRoleFactory(party=PartyFactory(code="almaty-cotton"), visit=VisitFactory(terminal=site)).visit
    visit.container.size_type = "45G1"
    visit.container.save()
    assert book_door(site, visit=visit).end_at == MAY_4 + 3 * HOUR
    with pytest.raises(services.NoDuration):
        book_door(site, work="hand_out")


def test_a_taken_door_is_refused_with_the_next_free_times_there_and_elsewhere(site):
    DockDoorFactory(zone=ZoneFactory(code="B"), code="D02")
    book_door(site, door="D01")
    book_door(site, MAY_4 + 3 * HOUR, door="D01")
    with pytest.raises(services.DockTaken) as refusal:
        book_door(site, MAY_4 + HOUR, door="D01")
    assert refusal.value.facts["next_starts"] == [{"door": "D01", "start_at": (MAY_4 + 5 * HOUR).isoformat()}]
    assert refusal.value.facts["other_doors"] == [{"door": "D02", "start_at": (MAY_4 + HOUR).isoformat()}]


def test_the_terminal_chooses_the_door_around_which_the_least_time_is_left(site):
    zone = ZoneFactory()
    DockDoorFactory(zone=zone, code="D02")
    book_door(site, MAY_4 + 4 * HOUR, door="D02")
    book_door(site, MAY_4 + 8 * HOUR, door="D02")
    assert book_door(site, MAY_4 + 6 * HOUR, zone=zone).door.code == "D02"
    assert book_door(site, MAY_4 + 6 * HOUR, zone=zone).door.code == "D01"


def test_a_door_serves_only_its_work_and_only_while_it_is_in_operation(site):
    DockDoorFactory(zone=ZoneFactory(), code="D02", serves=["stuff"])
    DockDoorFactory(zone=ZoneFactory(), code="D03", active=False)
    for door in ("D02", "D03", "D99"):
        with pytest.raises(services.NoSuchDoor):
            book_door(site, door=door)


def test_outside_opening_hours_and_in_a_closure_no_door_is_free():
    zone = ZoneFactory(daytime=True)
    DockDoorFactory(zone=zone, code="D01")
    DockDurationFactory(terminal=zone.terminal)
    ClosureFactory(zone=zone, start_at=MAY_4 + 8 * HOUR, end_at=MAY_4 + 12 * HOUR)
    for start in (6, 7, 9, 11, 17):
        with pytest.raises(services.DockTaken) as refusal:
            book_door(zone.terminal, MAY_4 + start * HOUR)
    assert refusal.value.facts["next_starts"][0]["start_at"] == (MAY_4 + 32 * HOUR).isoformat()
    assert book_door(zone.terminal, MAY_4 + 12 * HOUR)
    assert book_door(zone.terminal, MAY_4 + 16 * HOUR)


def test_the_past_and_what_lies_too_far_ahead_cannot_be_booked(site):
    with pytest.raises(services.InThePast):
        book_door(site, APRIL_1 - HOUR)
    with pytest.raises(services.TooFarAhead):
        book_door(site, APRIL_1 + timedelta(days=400))


def test_free_times_of_a_day_are_those_in_which_the_work_fits(site):
    book_door(site, MAY_4 + HOUR)
    book_door(site, MAY_4 + 5 * HOUR)
    doors = selectors.doors_for(site, "strip")
    found = selectors.free_dock_times(doors, 2 * HOUR, MAY_4.astimezone(site.zone).date(), at=APRIL_1)
    told = [((each.start_at - MAY_4) / HOUR, (each.latest_start_at - MAY_4) / HOUR) for each in found]
    assert told == [(3, 3), (7, 22)]


def test_another_time_is_had_before_the_old_one_is_given_up(site):
    mine, _ = book_door(site), book_door(site, MAY_4 + 2 * HOUR)
    with pytest.raises(services.DockTaken):
        services.change_dock(mine, by=CLERK, at=APRIL_1, start_at=MAY_4 + HOUR)
    assert at_door() == [(0, 2), (2, 4)]
    changed = services.change_dock(
        mine, by=CLERK, at=APRIL_1, start_at=MAY_4 + 4 * HOUR, plate="苏G12345", versions={1}
    )
    assert (at_door(), changed.version, changed.plate) == ([(2, 4), (4, 6)], 2, "苏G12345")
    told = Entry.objects.get(kind="dock-changed").payload["changes"]
    assert told["plate"] == {"from": "", "to": "苏G12345"}
    with pytest.raises(ChangedSince):
        services.change_dock(mine, by=CLERK, at=APRIL_1, plate="", versions={1})


def test_an_appointment_may_be_moved_within_its_own_time(site):
    mine = book_door(site)
    services.change_dock(mine, by=CLERK, at=APRIL_1, start_at=MAY_4 + HOUR)
    assert at_door() == [(1, 3)]


def test_a_given_up_or_missed_or_finished_appointment_frees_its_door(site):
    cancelled, missed, finished = (book_door(site, MAY_4 + n * 2 * HOUR) for n in range(3))
    services.cancel_dock(cancelled, by=CLERK, at=APRIL_1, reason="train late")
    with pytest.raises(services.NotYetMissed):
        services.note_dock_no_show(missed, by=CLERK, at=MAY_4)
    services.note_dock_no_show(missed, by=CLERK, at=MAY_4 + 3 * HOUR)
    services.arrive_at_dock(finished, by=CLERK, at=MAY_4 + 4 * HOUR)
    services.start_at_dock(finished, by=CLERK, at=MAY_4 + 4 * HOUR)
    services.finish_at_dock(finished, by=CLERK, at=MAY_4 + 5 * HOUR)
    assert at_door() == []
    assert services.cancel_dock(cancelled, by=CLERK, at=APRIL_1).version == 2
    with pytest.raises(StepNotAllowed):
        services.cancel_dock(finished, by=CLERK, at=MAY_4 + 5 * HOUR)
    with pytest.raises(services.AppointmentIsUnderWay):
        services.change_dock(finished, by=CLERK, at=MAY_4 + 5 * HOUR, plate="X")


def test_whoever_does_not_come_in_all_the_time_is_no_show_once(site):
    missed, _ = book_door(site), book_door(site, MAY_4 + 2 * HOUR)
    assert services.note_dock_no_shows(at=MAY_4 + 2 * HOUR) == [missed]
    assert services.note_dock_no_shows(at=MAY_4 + 2 * HOUR) == []


def test_a_party_books_for_itself_and_names_only_what_is_its_own(site):
    wheat = PartyFactory(code="wheat")
    with pytest.raises(NotYours):
        book_door(site, by=Actor.program(wheat, "test"))
    with pytest.raises(NotYours):
        book_door(site, by=Actor.person(staff("warehouse.view_booking", username="guest")))
    with pytest.raises(services.NoSuchBooking):
        book_door(site, party=wheat, booking=book(ZoneFactory(), 10))
    with pytest.raises(services.NoSuchContainer):
        book_door(site, visit=VisitRoleFactory(party=wheat).visit)


def test_raw_sql_gives_a_door_to_one_only(site):
    book_door(site)
    twin = DockAppointment.objects.get()
    twin.pk, twin.public_id, twin.number = None, "0190a5d0-0000-7000-8000-000000000000", "WD-2"
    with pytest.raises(IntegrityError, match="dock_serves_one_appointment"), transaction.atomic():
        DockAppointment.objects.bulk_create([twin])


def test_the_row_of_the_door_is_locked_before_it_is_given(site):
    with locked_tables("warehouse_dockdoor") as locked:
        book_door(site)
    assert locked == ["warehouse_dockdoor"]


@pytest.mark.django_db(transaction=True)
def test_eight_who_want_one_door_at_once_get_it_once():
    zone, party = ZoneFactory(), PartyFactory(code="almaty-cotton")
    DockDoorFactory(zone=zone, code="D01")
    DockDurationFactory(terminal=zone.terminal)
    ready, answers = threading.Barrier(8), []

    def run(number):
        try:
            ready.wait()
            book_door(zone.terminal, MAY_4 + (number % 2) * HOUR, party=party)
            answers.append("had")
        except services.DockTaken:
            answers.append("taken")
        finally:
            connection.close()

    crew = [threading.Thread(target=run, args=(n,)) for n in range(8)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert sorted(answers) == ["had"] + ["taken"] * 7
    assert DockAppointment.objects.filter(start_at__lt=MAY_4 + HALF).count() == 1
