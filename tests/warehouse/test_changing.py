"""A booking is changed as a whole or not at all, and whoever asks for more asks anew."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.common.steps import ChangedSince
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.warehouse import selectors, services
from apps.warehouse.models import Booking, PartyInZone
from apps.warehouse.services import BookingChange
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1, HALF, MAY_4, ClosureFactory, ZoneFactory, book

pytestmark = pytest.mark.django_db
CLERK = Actor.itself("clerk")


def cotton():
    return Actor.program(PartyFactory(code="almaty-cotton"), "test")


def change(booking, *, by=None, at=APRIL_1, versions=None, **wanted):
    return services.change_booking(booking, BookingChange(**wanted), by=by or cotton(), at=at, versions=versions)


def held(zone):
    return {(row.on.day, row.half): row.used_m2 for row in zone.half_days.filter(used_m2__gt=0)}


def test_another_area_and_time_are_held_and_the_old_ones_given_up():
    zone = ZoneFactory()
    booking = book(zone, 300, MAY_4, MAY_4 + 2 * HALF)
    changed = change(booking, area_m2=Decimal(400), start_at=MAY_4 + HALF, end_at=MAY_4 + 3 * HALF)
    assert held(zone) == {(4, 1): 400, (5, 0): 400}
    booking.refresh_from_db()
    assert (booking.area_m2, booking.start_at, booking.version) == (400, MAY_4 + HALF, 2)
    assert changed.version == 2
    told = Entry.objects.get(booking_id=booking.pk, kind="booking-changed").payload["changes"]
    assert told["area_m2"] == {"from": "300.00", "to": "400.00"}


def test_who_waits_does_not_wait_for_more_than_the_zone_will_ever_have():
    zone = ZoneFactory()
    waits = services.join_waiting_list(
        zone=zone, party=PartyFactory(code="almaty-cotton"), area_m2=Decimal(300), start_at=MAY_4, end_at=MAY_4 + HALF,
        by=cotton(), at=APRIL_1,
    )  # fmt: skip
    for area in (Decimal("1000.01"), Decimal(10) ** 12):
        with pytest.raises(services.NoRoom):
            change(waits, area_m2=area)
    assert change(waits, area_m2=Decimal(1000)).status == "waiting"


def test_another_zone_is_held_and_the_old_one_given_up():
    here, there = ZoneFactory(), ZoneFactory(code="B")
    booking = book(here, 300)
    change(booking, zone=there)
    assert (held(here), held(there)) == ({}, {(4, 0): 300})


def test_what_does_not_fit_is_refused_with_the_next_times_and_the_booking_stands():
    zone = ZoneFactory()
    booking, _ = book(zone, 300), book(zone, 600)
    with pytest.raises(services.NoRoom) as refusal:
        change(booking, area_m2=Decimal(401))
    facts = refusal.value.facts
    assert (facts["free_m2"], facts["next_start_at"]) == ("400.00", (MAY_4 + HALF).isoformat())
    assert facts["next_starts"] == [(MAY_4 + n * HALF).isoformat() for n in (1, 2, 3)]
    booking.refresh_from_db()
    assert (booking.area_m2, booking.version, held(zone)) == (300, 1, {(4, 0): 900})
    assert change(booking, area_m2=Decimal(400)).area_m2 == 400


def test_a_full_zone_elsewhere_leaves_the_booking_where_it_was():
    here, there = ZoneFactory(), ZoneFactory(code="B")
    booking, _ = book(here, 300), book(there, 800)
    with pytest.raises(services.NoRoom):
        change(booking, zone=there)
    assert (held(here), held(there)) == ({(4, 0): 300}, {(4, 0): 800})


def test_more_than_was_confirmed_is_a_request_again_and_less_is_not():
    zone = ZoneFactory()
    booking = services.confirm(book(zone, 300, MAY_4, MAY_4 + 2 * HALF), by=CLERK, at=APRIL_1)
    booking = change(booking, area_m2=Decimal(200), end_at=MAY_4 + HALF)
    assert (booking.status, booking.expires_at) == ("confirmed", None)
    booking = change(booking, area_m2=Decimal(201))
    assert (booking.status, booking.expires_at) == ("requested", APRIL_1 + timedelta(hours=48))
    kinds = Entry.objects.filter(booking_id=booking.pk).order_by("id").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["booking-changed", "booking-requested"]


def test_staff_who_change_a_confirmed_booking_have_answered_it():
    booking = services.confirm(book(ZoneFactory(), 300), by=CLERK, at=APRIL_1)
    assert change(booking, by=CLERK, area_m2=Decimal(400)).status == "confirmed"


def test_a_party_that_is_confirmed_at_once_stays_confirmed():
    zone = ZoneFactory()
    PartyInZone.objects.create(zone=zone, party=cotton().party, confirms_at_once=True)
    booking = book(zone, 300)
    assert booking.status == "confirmed"
    assert change(booking, area_m2=Decimal(400)).status == "confirmed"


def test_a_word_on_the_party_goes_before_the_word_on_the_zone():
    zone = ZoneFactory(confirms_at_once=True)
    PartyInZone.objects.create(zone=zone, party=cotton().party, confirms_at_once=False)
    assert book(zone, 300).status == "requested"
    assert book(zone, 300, party=PartyFactory(code="wheat")).status == "confirmed"


def test_a_change_for_an_older_version_is_refused():
    booking = change(book(ZoneFactory(), 300), area_m2=Decimal(200))
    with pytest.raises(ChangedSince):
        change(booking, area_m2=Decimal(100), versions={1})
    assert change(booking, area_m2=Decimal(100), versions={2}).version == 3


def test_nothing_new_is_no_change():
    booking = book(ZoneFactory(), 300)
    assert change(booking, area_m2=Decimal(300), goods="cotton yarn").version == 1
    assert not Entry.objects.filter(kind="booking-changed").exists()


def test_a_stranger_cannot_change():
    booking = book(ZoneFactory(), 300)
    with pytest.raises(NotYours):
        change(booking, by=Actor.program(PartyFactory(code="wheat"), "test"), area_m2=Decimal(1))


def test_what_is_over_cannot_be_changed():
    booking = services.cancel_booking(book(ZoneFactory(), 300), by=CLERK, at=APRIL_1)
    with pytest.raises(services.BookingIsOver):
        change(booking, area_m2=Decimal(1))


def test_of_goods_that_are_in_only_the_end_is_changed_and_staff_prolong_it():
    zone = ZoneFactory()
    booking = services.confirm(book(zone, 300), by=CLERK, at=APRIL_1)
    booking = services.check_in(booking, by=CLERK, at=MAY_4)
    with pytest.raises(services.GoodsAreIn):
        change(booking, area_m2=Decimal(200), at=MAY_4)
    with pytest.raises(services.StaffMustProlong):
        change(booking, end_at=MAY_4 + 2 * HALF, at=MAY_4)
    assert change(booking, by=CLERK, end_at=MAY_4 + 2 * HALF, at=MAY_4).status == "checked_in"
    assert held(zone) == {(4, 0): 300, (4, 1): 300}


def test_a_begun_stay_can_be_prolonged_but_not_moved_into_the_past():
    booking = services.confirm(book(ZoneFactory(), 300, MAY_4, MAY_4 + 4 * HALF), by=CLERK, at=APRIL_1)
    at = MAY_4 + 2 * HALF
    assert change(booking, by=CLERK, end_at=MAY_4 + 5 * HALF, at=at).end_at == MAY_4 + 5 * HALF
    for past in ({"end_at": at}, {"start_at": MAY_4 + HALF}):
        with pytest.raises(services.InThePast):
            change(booking, by=CLERK, at=at, **past)


def test_a_closed_zone_takes_no_longer_stay_but_lets_one_end_before_it_closes():
    zone = ZoneFactory()
    booking = book(zone, 300, MAY_4, MAY_4 + 4 * HALF)
    ClosureFactory(zone=zone, start_at=MAY_4 + 3 * HALF, end_at=MAY_4 + 6 * HALF)
    with pytest.raises(services.ZoneClosed):
        change(booking, end_at=MAY_4 + 5 * HALF)
    assert change(booking, end_at=MAY_4 + 3 * HALF).end_at == MAY_4 + 3 * HALF


def test_a_zone_of_another_terminal_is_no_zone_here():
    elsewhere = ZoneFactory(code="K", terminal=TerminalFactory(khorgos=True))
    with pytest.raises(services.NoSuchZone):
        change(book(ZoneFactory(), 300), zone=elsewhere)


def test_goods_that_do_not_fit_the_zone_are_refused_with_what_it_takes():
    zone = ZoneFactory(code="L", height_m=Decimal("5.0"), floor_load_t_per_m2=Decimal("3.0"))
    with pytest.raises(services.GoodsTooHigh, match=r"Goods of 5\.1 m do not stand in L, which is 5\.0 m high"):
        book(zone, 10, height_m=Decimal("5.1"))
    with pytest.raises(services.GoodsTooHeavy, match=r"bears 3\.0 t/m², not 3\.1"):
        book(zone, 10, load_t_per_m2=Decimal("3.1"))
    booking = book(zone, 10, height_m=Decimal("5.0"), load_t_per_m2=Decimal("3.0"))
    low = ZoneFactory(code="M", height_m=Decimal("4.9"))
    with pytest.raises(services.GoodsTooHigh):
        change(booking, zone=low)


def test_who_waits_is_served_when_the_change_of_another_makes_room():
    zone = ZoneFactory()
    booking = book(zone, 900)
    wish = {"zone": zone, "party": cotton().party, "start_at": MAY_4, "end_at": MAY_4 + HALF, "by": cotton()}
    waits = services.book_or_wait(area_m2=Decimal(300), at=APRIL_1, **wish)
    assert waits.status == "waiting"
    with pytest.raises(services.NoRoom):
        services.book_or_wait(area_m2=Decimal(1001), at=APRIL_1, **wish)
    change(booking, area_m2=Decimal(700))
    zone.confirms_at_once = True
    zone.save()
    assert [each.status for each in services.serve_waiting_list(at=APRIL_1)] == ["confirmed"]
    assert held(zone) == {(4, 0): 1000}


def test_raw_sql_that_makes_moves_or_deletes_bookings_is_counted_and_cannot_overbook():
    zone = ZoneFactory()
    booking = book(zone, 600)
    twin = """
        INSERT INTO warehouse_booking (public_id, version, number, terminal_id, zone_id, party_id, work, area_m2,
            start_at, end_at, status, goods, reference, requested_at, requested_by, reason)
        SELECT gen_random_uuid(), 1, number || '-2', terminal_id, zone_id, party_id, work, %s, start_at, end_at, status,
            '', '', requested_at, '', '' FROM warehouse_booking WHERE id = %s
    """
    with connection.cursor() as cursor:
        for statement, facts in (
            (twin, [Decimal(401), booking.pk]),
            ("UPDATE warehouse_booking SET area_m2 = 1001 WHERE id = %s", [booking.pk]),
        ):
            with pytest.raises(IntegrityError, match="half_day_is_not_overbooked"), transaction.atomic():
                cursor.execute(statement, facts)
        cursor.execute(twin, [Decimal(400), booking.pk])
        assert held(zone) == {(4, 0): 1000}
        cursor.execute("UPDATE warehouse_booking SET end_at = end_at + interval '1 hour' WHERE area_m2 = 400")
        assert held(zone) == {(4, 0): 1000, (4, 1): 400}
        cursor.execute("DELETE FROM warehouse_booking WHERE area_m2 = 400")
    assert held(zone) == {(4, 0): 600}


def test_counters_that_were_tampered_with_are_named_by_the_sweep():
    zone = ZoneFactory()
    book(zone, 600)
    assert selectors.miscounted(zone.terminal, since=APRIL_1) == []
    zone.half_days.update(used_m2=500)
    (found,) = selectors.miscounted(zone.terminal, since=APRIL_1)
    assert (found.zone, str(found.half_day), found.counted_m2, found.held_m2) == ("A", "2026-05-04 00–12", 500, 600)


def test_the_command_that_checks_the_warehouse_fails_where_a_half_day_is_counted_wrongly(capsys):
    zone = ZoneFactory()
    soon = (timezone.now() + timedelta(days=2)).astimezone(zone.terminal.zone).replace(hour=9)
    book(zone, 600, soon, soon + timedelta(hours=1), at=timezone.now())
    call_command("check_warehouse", terminal=zone.terminal.code)
    assert "none is overbooked" in capsys.readouterr().out
    zone.half_days.update(used_m2=500)
    with pytest.raises(CommandError, match="1 half-days are counted wrongly"):
        call_command("check_warehouse", terminal=zone.terminal.code)
    assert "500.00 m² counted, 600.00 m² held" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_two_who_exchange_their_zones_at_once_do_not_wait_for_each_other_for_ever():
    zones = [ZoneFactory(), ZoneFactory(code="B")]
    mine = [[book(zone, 100, MAY_4 + n * HALF) for n in range(4)] for zone in zones]
    ready, troubles = threading.Barrier(2), []

    def swap(number):
        try:
            ready.wait()
            for _ in range(3):
                for booking in mine[number]:
                    there = zones[1 - number] if booking.zone_id == zones[number].pk else zones[number]
                    booking.zone = change(booking, by=CLERK, zone=there, start_at=MAY_4, end_at=MAY_4 + 4 * HALF).zone
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    crew = [threading.Thread(target=swap, args=(n,)) for n in range(2)]
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    assert troubles == []
    assert selectors.miscounted(zones[0].terminal, since=APRIL_1) == []
    assert Booking.objects.filter(zone=zones[0]).count() == 4
