"""Bookings that were told leave behind what bookings leave that were made here: rows, counters, journal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.parties.selectors import NoSuchParty
from apps.warehouse import services
from apps.warehouse.models import Booking, HalfDay
from apps.warehouse.services import NoSuchZone, TakenBookings, ZoneWasOverbooked
from terminal.capacity import EmptyStay
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import HALF, MAY_4, ZoneFactory, book
from tests.warehouse.stories import ANSWERED, SISTER, UNANSWERED, WAITED, Story

pytestmark = pytest.mark.django_db
NOW = MAY_4 + timedelta(days=60)
SITES = {
    "Asia/Shanghai": MAY_4,
    "Asia/Almaty": datetime(2024, 2, 28, 18, tzinfo=UTC),  # back an hour at midnight of 1 March
    "America/Havana": datetime(2025, 3, 8, 5, tzinfo=UTC),  # forward an hour at midnight of 9 March
    "Atlantic/Azores": datetime(2025, 10, 25, 0, tzinfo=UTC),  # back an hour at one o'clock of 26 October
}
"""Clocks that change at midnight, and the beginning of a day just before they do."""


@pytest.fixture(autouse=True)
def _people(lyg):
    PartyFactory(code="almaty-cotton")


def take_in(*bookings, by=SISTER, at=NOW, source="sister", terminal=None):
    site = terminal or TerminalFactory()
    return services.take_in_bookings(iter(bookings), terminal=site, source=source, by=by, at=at)


def story(fate="confirmed", area_m2=300, start=MAY_4, length=HALF, **more):
    moments = {"first": timedelta(hours=1), "second": timedelta(hours=1), **more}
    return Story(fate, Decimal(area_m2), start, start + length, **moments)


def counters(zone):
    """What is held; a counter at zero is no different from none."""
    return list(zone.half_days.filter(used_m2__gt=0).values_list("on", "half", "used_m2", "capacity_m2"))


def held(zone, start=MAY_4):
    return 1000 - services.booking.free_area(zone, start, start + HALF)


def bookings(zone):
    keys = {"id", "public_id", "version", "number", "zone_id", "terminal_id"}
    names = [each.attname for each in Booking._meta.concrete_fields if each.attname not in keys]
    return list(zone.bookings.order_by("pk").values_list(*names))


def way(booking):
    """What a reader of the journal meets of a booking, in order."""
    entries = Entry.objects.filter(booking_id=booking.pk).order_by("id")
    return [
        (each.kind, each.happened_at, each.audience, each.visit_id, each.container_number,
         {**each.payload, "number": each.payload["number"] == booking.number, "zone": ""})
        for each in entries
    ]  # fmt: skip


@st.composite
def stories(draw, begin, *, at_once):
    """Up to nine bookings of at most 100 m², so that there is always room."""
    fates = (*WAITED, *ANSWERED, *(() if at_once else UNANSWERED))
    ticks = st.builds(
        lambda hours, more: timedelta(hours=hours, microseconds=more), st.integers(0, 70), st.integers(0, 1)
    )
    one = st.builds(
        lambda fate, cents, start, length, first, second: Story(
            fate, Decimal(cents) / 1000, begin + start, begin + start + length + timedelta(minutes=1), first, second
        ),
        st.sampled_from(fates), st.integers(1, 100_000), ticks, ticks, ticks, ticks,
    )  # fmt: skip
    return draw(st.lists(one, min_size=1, max_size=9))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), zone_name=st.sampled_from(sorted(SITES)), at_once=st.booleans())
def test_told_is_as_done_half_day_by_half_day(data, zone_name, at_once):
    TerminalFactory()
    site = TerminalFactory(code=zone_name.rpartition("/")[2].lower(), zone_name=zone_name)
    here, there = (ZoneFactory(terminal=site, code=code, confirms_at_once=at_once) for code in ("here", "there"))
    for zone in (here, there):
        zone.confirms_at_once = at_once
        zone.save()
        zone.bookings.all().delete()
        zone.half_days.all().delete()
    made = data.draw(stories(SITES[zone_name], at_once=at_once))
    rows = [each.worked(here) for each in made]
    references = [str(row.public_id) for row in rows]
    taken = take_in(
        *(each.told(there, reference) for each, reference in zip(made, references, strict=True)), terminal=site
    )
    assert (taken.bookings, taken.known, taken.missing_visits) == (len(made), 0, 0)
    assert counters(there) == counters(here)
    assert sorted(bookings(there), key=repr) == sorted(bookings(here), key=repr)
    for row, reference in zip(rows, references, strict=True):
        first = Entry.objects.get(source="sister", source_ref=f"{reference}:requested")
        assert way(Booking.objects.get(pk=first.booking_id)) == way(row)


def test_a_box_told_with_it_is_the_bookings_box():
    zone, other = ZoneFactory(), ZoneFactory(code="B")
    box = VisitFactory(active=True, source="sister")
    box.source_ref = f"{box.container.number}/X9014"
    box.save()
    VisitRoleFactory(visit=box, party=PartyFactory(code="almaty-cotton"))
    unpacked = story("completed", visit=box)
    done = unpacked.worked(zone)
    take_in(unpacked.told(other, "B-1"))
    told = Booking.objects.get(zone=other)
    assert (told.visit, told.work) == (box, "strip")
    assert way(told) == way(done)


def test_a_box_that_is_not_there_is_counted_and_the_booking_stands():
    zone = ZoneFactory()
    strange = VisitFactory(active=True, source="cousin", source_ref="CSQU3054383/X9014")
    taken = take_in(replace(story().told(zone, "B-1"), work="strip", visit=strange.source_ref))
    assert (taken.bookings, taken.missing_visits) == (1, 1)
    assert Booking.objects.get().visit is None


def test_told_twice_it_is_known_and_counted_once():
    zone = ZoneFactory()
    early, late = story("requested").told(zone, "B-1"), story("cancelled").told(zone, "B-1")
    assert take_in(early, late) == TakenBookings(1, 1, 1, 0)
    assert take_in(late, story().told(zone, "B-2")) == TakenBookings(1, 1, 2, 0)
    assert (Booking.objects.earliest("pk").status, held(zone)) == ("requested", 600)


def test_a_booking_confirmed_by_its_request_is_known_too():
    zone = ZoneFactory(confirms_at_once=True)
    for count in (1, 0):
        assert take_in(story().told(zone, "B-1")).bookings == count


def test_each_step_was_known_when_it_was_taken_but_not_after_the_telling():
    take_in(story("completed").told(ZoneFactory(), "B-1"), at=MAY_4)
    entries = Entry.objects.order_by("id")
    assert [max(entry.happened_at, MAY_4) == entry.happened_at for entry in entries] == [False, False, True, True]
    assert [entry.recorded_at for entry in entries] == [min(entry.happened_at, MAY_4) for entry in entries]


def test_history_and_the_bookings_of_today_share_the_counters():
    zone = ZoneFactory()
    book(zone, 600)
    take_in(story(area_m2=400).told(zone, "B-1"))
    assert held(zone) == 1000
    with pytest.raises(services.NoRoom):
        book(zone, 1)


def test_an_overbooked_history_is_refused_as_a_whole_and_says_where():
    zone, other = ZoneFactory(), ZoneFactory(code="B")
    book(zone, 600, MAY_4 + HALF)
    fits = [story(start=MAY_4).told(other, "B-1"), story(area_m2=400, start=MAY_4 + HALF).told(zone, "B-2")]
    with pytest.raises(ZoneWasOverbooked) as refused:
        take_in(*fits, story(area_m2="0.01", start=MAY_4, length=2 * HALF).told(zone, "B-3"))
    assert refused.value.facts == {
        "zone": "A", "half_day": "2026-05-04 12–24", "held_m2": "1000.01", "capacity_m2": "1000.00",
    }  # fmt: skip
    assert (Booking.objects.count(), HalfDay.objects.count(), Entry.objects.filter(source="sister").count()) == (
        1,
        1,
        0,
    )
    assert take_in(*fits).bookings == 2


def test_what_was_given_back_in_time_overbooks_nothing():
    zone = ZoneFactory()
    given_back = [story("cancelled", 900).told(zone, f"B-{n}") for n in range(3)]
    assert take_in(*given_back, story(area_m2=1000).told(zone, "B-9")).bookings == 4


def test_a_stated_overbooking_is_the_limit():
    zone = ZoneFactory(overbooking_percent=Decimal("5.5"))
    take_in(story(area_m2=1055).told(zone, "B-1"))
    with pytest.raises(ZoneWasOverbooked):
        take_in(story(area_m2="0.01").told(zone, "B-2"))


def test_a_half_day_counted_before_keeps_the_area_it_had():
    zone = ZoneFactory()
    book(zone, 100)
    type(zone).objects.update(usable_m2=500)
    take_in(story(area_m2=900, length=HALF).told(zone, "B-1"))
    assert [row[2:] for row in counters(zone)] == [(1000, 1000)]
    with pytest.raises(ZoneWasOverbooked):
        take_in(story(area_m2=501, start=MAY_4 + HALF).told(zone, "B-2"))


def test_who_waited_and_was_confirmed_got_room():
    zone = ZoneFactory()
    take_in(replace(story().told(zone, "B-1"), waiting=True))
    assert (Booking.objects.get().status, Booking.objects.get().expires_at, held(zone)) == ("confirmed", None, 300)
    kinds = Entry.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["booking-waiting", "booking-confirmed"]


@pytest.mark.parametrize(
    ("slip", "refusal"),
    [({"zone": "K"}, NoSuchZone), ({"party": "wheat"}, NoSuchParty), ({"end_at": MAY_4}, EmptyStay)],
)
def test_what_cannot_be_is_named_and_nothing_is_taken_in(slip, refusal):
    ZoneFactory(code="K", terminal=TerminalFactory(khorgos=True))
    zone = ZoneFactory()
    with pytest.raises(refusal):
        take_in(story().told(zone, "B-1"), replace(story().told(zone, "B-2"), **slip))
    assert (Booking.objects.count(), HalfDay.objects.count()) == (0, 0)


def test_who_may_book_for_others_may_tell():
    zone = ZoneFactory()
    for stranger in (
        Actor.person(staff("warehouse.view_booking", username="guest")),
        Actor.program(PartyFactory(code="almaty-cotton"), "key"),
    ):
        with pytest.raises(NotYours):
            take_in(story().told(zone, "B-1"), by=stranger)
    clerk = Actor.person(staff("warehouse.change_booking", username="clerk"))
    assert take_in(story().told(zone, "B-1"), by=clerk).bookings == 1
    assert Booking.objects.get().requested_by == clerk.label
