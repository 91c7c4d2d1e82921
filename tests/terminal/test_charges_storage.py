"""Storage: free days, the last of them, what is charged after it, and the four dates kept apart."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terminal.charges.boxes import Conditions
from terminal.charges.calendars import DayNotInCalendar, HolidayAndWorkingDay, NoSuchWeekday, WorkingCalendar
from terminal.charges.dates import Override, OverrideByNobody
from terminal.charges.lines import Event
from terminal.charges.rules import ClockStart, FreeTime, Tier, TierTable
from terminal.charges.storage import (
    EmptyPause,
    EndBeforeClock,
    NoWorkingCalendar,
    Pause,
    Standing,
    WrongClockEvent,
    charge_storage,
    clock_start,
    paused_days,
)
from terminal.charges.tariffs import NotInForce, Tariff
from terminal.equipment import LENGTHS
from terminal.moments import NaiveTime
from tests.factories.charges import (
    CHINA,
    FIVE_DAYS,
    FIVE_WORKING_DAYS,
    GONE,
    GROUNDED,
    SHANGHAI,
    STORAGE,
    TEN_THEN_TWENTY,
    box,
    days,
    event,
    moment,
    pause,
    standing,
    standing_still,
    version,
)

WORKING = version(free_times=(FIVE_WORKING_DAYS,))
ZONES = ["Asia/Shanghai", "Asia/Almaty", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut"]


def charged(stay, by=STORAGE, calendar=None, zone=SHANGHAI):
    return charge_storage(stay, version=by, zone=zone, calendar=calendar)


def first_example(**known):
    return standing("2025-03-03T16:20", "2025-03-12T11:00", **known)


def test_the_first_worked_example_to_the_day_and_the_cent():
    line = charged(first_example())
    assert list(line.free_on) == days("2025-03-04", "2025-03-08")
    assert line.dates.last_free_on == date(2025, 3, 8)
    assert [(step.tier.from_day, len(step.days), step.tier.rate) for step in line.steps] == [(1, 3, 10), (4, 1, 20)]
    assert str(line.amount) == "50.00"


def test_the_second_worked_example_to_the_day():
    line = charged(standing("2025-01-24T10:00", "2025-02-07T18:00"), WORKING, CHINA)
    assert list(line.free_on) == [*days("2025-01-26", "2025-01-27"), *days("2025-02-05", "2025-02-07")]
    assert line.dates.last_free_on == date(2025, 2, 7)
    assert line.amount == 0


def test_days_after_free_working_days_are_charged_whether_worked_or_not():
    line = charged(standing("2025-01-24T10:00", "2025-02-10T18:00"), WORKING, CHINA)
    assert list(line.chargeable_on) == days("2025-02-08", "2025-02-10")


def test_free_calendar_days_are_counted_whatever_calendar_is_there():
    line = charged(first_example(), STORAGE, CHINA)
    assert list(line.free_on) == days("2025-03-04", "2025-03-08")
    assert line.calendar is None


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2025-03-10T06:00", "2025-03-10T20:00", "30.00"),
        ("2025-03-10T08:00", "2025-03-10T18:00", "50.00"),
        ("2025-03-10T00:00", "2025-03-10T12:00", "50.00"),
        ("2025-03-10T00:00", "2025-03-10T12:01", "30.00"),
    ],
)
def test_the_third_example_a_pause_over_more_than_half_a_day_takes_the_day_out(start, end, amount):
    line = charged(first_example(pauses=(pause(start, end),)))
    assert str(line.amount) == amount
    assert list(line.paused_on) == ([date(2025, 3, 10)] if amount == "30.00" else [])


def test_a_paused_day_is_no_free_day_either():
    line = charged(first_example(pauses=(pause("2025-03-05T09:00", "2025-03-06T20:00"),)))
    assert list(line.free_on) == [date(2025, 3, 4), *days("2025-03-07", "2025-03-10")]
    assert str(line.amount) == "20.00"


def test_a_pause_before_or_after_the_days_that_count_is_not_told():
    pauses = (pause("2025-02-01T00:00", "2025-02-03T00:00"), pause("2025-03-20T00:00", "2025-03-22T00:00"))
    assert charged(first_example(pauses=pauses)).paused_on == ()


def test_two_pauses_at_one_time_count_once_and_one_after_the_other_add_up():
    twice = (pause("2025-03-10T08:00", "2025-03-10T16:00"), pause("2025-03-10T09:00", "2025-03-10T15:00"))
    in_turn = (pause("2025-03-10T01:00", "2025-03-10T08:00"), pause("2025-03-10T14:00", "2025-03-10T20:00"))
    assert paused_days(twice, SHANGHAI) == frozenset()
    assert paused_days(in_turn, SHANGHAI) == {date(2025, 3, 10)}


def test_half_a_day_is_half_of_the_day_as_the_clocks_made_it():
    berlin, almaty = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Almaty")
    short = pause("2025-03-30T12:00", "2025-03-30T23:45", berlin)
    assert paused_days([short], berlin) == {date(2025, 3, 30)}
    long = pause("2024-02-29T08:00", "2024-02-29T20:20", almaty)
    assert paused_days([long], almaty) == frozenset()
    usual = pause("2024-02-28T08:00", "2024-02-28T20:20", almaty)
    assert paused_days([usual], almaty) == {date(2024, 2, 28)}


@given(st.sampled_from(ZONES), st.lists(st.tuples(st.integers(0, 96 * 4), st.integers(1, 150)), max_size=4))
@settings(max_examples=40)
@example("Europe/Berlin", [(96 + 48, 44)])
@example("Australia/Lord_Howe", [(0, 380)])
def test_a_day_is_paused_when_most_of_its_quarters_of_an_hour_are(name, spans):
    zone = ZoneInfo(name)
    begin = datetime(2025, 10, 4, tzinfo=UTC) if "Howe" in name else datetime(2025, 3, 28, 12, tzinfo=UTC)
    quarter = timedelta(minutes=15)
    pauses = [
        Pause(starts_at=begin + at * quarter, ends_at=begin + (at + long) * quarter, reason="customs")
        for at, long in spans
    ]
    ticks = [begin + turn * quarter for turn in range(-100, 700)]
    by_day = {}
    for tick in ticks:
        by_day.setdefault(tick.astimezone(zone).date(), []).append(any(p.starts_at <= tick < p.ends_at for p in pauses))
    assert paused_days(pauses, zone) == {day for day, stood in by_day.items() if 2 * sum(stood) > len(stood)}


@given(
    st.sampled_from(ZONES),
    st.integers(0, 24 * 400),
    st.integers(0, 24 * 40),
    st.integers(0, 9),
    st.sampled_from(ClockStart),
)
@settings(max_examples=60)
def test_every_day_of_a_stay_is_free_or_charged_and_none_is_both(name, start, stays, free, starts):
    zone = ZoneInfo(name)
    began = datetime(2025, 1, 2, tzinfo=UTC) + timedelta(hours=start)
    by = version(
        free_times=(FreeTime(days=free, clock_event=GROUNDED, starts=starts),),
        valid_from=date(2024, 1, 1),
        valid_until=None,
    )
    ended = Event(id="2", kind=GONE, at=began + timedelta(hours=stays))
    stay = Standing(box=box(), started=Event(id="1", kind=GROUNDED, at=began), ended=ended)
    line = charged(stay, by, zone=zone)
    first, last = (each.at.astimezone(zone).date() for each in (stay.started, stay.ended))
    days_there = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    counted = days_there if starts is ClockStart.SAME_DAY else days_there[1:]
    assert len(line.free_on) == free
    assert list(line.chargeable_on) == counted[free:]
    assert line.amount == sum(10 if n < 3 else 20 for n, _day in enumerate(line.chargeable_on))


stays_in_hours = st.integers(0, 24 * 30)
pauses_in_hours = st.lists(st.tuples(st.integers(0, 24 * 20), st.integers(1, 60)), max_size=3)


def stay_of(hours, spans):
    began = moment("2025-03-03T16:20")
    pauses = tuple(
        Pause(starts_at=began + timedelta(hours=at), ends_at=began + timedelta(hours=at + long), reason="ours")
        for at, long in spans
    )
    ended = Event(id="2", kind=GONE, at=began + timedelta(hours=hours))
    return Standing(box=box(45), started=Event(id="1", kind=GROUNDED, at=began), ended=ended, pauses=pauses)


@given(stays_in_hours, st.integers(0, 200), pauses_in_hours)
@settings(max_examples=40)
def test_who_leaves_later_never_pays_less(hours, more, spans):
    assert charged(stay_of(hours, spans)).amount <= charged(stay_of(hours + more, spans)).amount


@given(stays_in_hours, pauses_in_hours, pauses_in_hours, st.sampled_from([STORAGE, WORKING]))
@settings(max_examples=40)
def test_a_pause_never_costs_more(hours, spans, more, by):
    less, full = (charged(stay_of(hours, each), by, CHINA) for each in (spans + more, spans))
    assert less.amount <= full.amount
    for line in (less, full):
        assert len(line.free_on) == 5
        assert not set(line.free_on) & set(line.chargeable_on)
        assert not set(line.paused_on) & {*line.free_on, *line.chargeable_on}


def test_a_box_of_45_feet_counts_two_and_a_quarter_teu():
    line = charged(first_example(of=box(45)))
    assert str(line.quantity) == "9.00"
    assert str(line.amount) == "112.50"


def test_every_length_has_the_teu_it_has_in_the_yard():
    assert {length: box(length.ft).teu for length in LENGTHS.values()} == {
        length: length.teu for length in LENGTHS.values()
    }


def test_a_line_is_rounded_once_half_up():
    tiers = TierTable(tiers=(Tier(1, Decimal("0.335")), Tier(2, Decimal("0.335"))))
    line = charged(standing("2025-03-03T16:20", "2025-03-10T11:00"), version(tier_tables=(tiers,)))
    assert [str(part.exact) for part in line.parts] == ["0.33500", "0.33500"]
    assert str(line.amount) == "0.67"
    for rate, amount in (("0.335", "0.34"), ("0.345", "0.35")):
        by = version(tier_tables=(TierTable(tiers=(Tier(1, Decimal(rate)),)),))
        assert str(charged(standing("2025-03-03T16:20", "2025-03-09T11:00"), by).amount) == amount


def test_the_clock_starts_on_the_day_itself_where_the_tariff_says_so():
    by = version(free_times=(FreeTime(days=2, clock_event=GROUNDED, starts=ClockStart.SAME_DAY),))
    line = charged(standing("2025-03-03T16:20", "2025-03-05T11:00"), by)
    assert list(line.free_on) == days("2025-03-03", "2025-03-04")
    assert list(line.chargeable_on) == [date(2025, 3, 5)]


def test_without_free_days_there_is_no_last_one_and_the_first_day_costs():
    line = charged(first_example(), version(free_times=(FreeTime(days=0, clock_event=GROUNDED),)))
    assert line.dates.last_free_on is None
    assert line.chargeable_on[0] == date(2025, 3, 4)


def test_the_most_specific_free_time_wins_whatever_the_order():
    steppe = FreeTime(days=9, clock_event=GROUNDED, conditions=Conditions(customer="Steppe Grain"))
    long_empty = FreeTime(days=7, clock_event=GROUNDED, conditions=Conditions(length_ft=Decimal(40), laden=False))
    empty = FreeTime(days=6, clock_event=GROUNDED, conditions=Conditions(laden=False))
    for rules in ((FIVE_DAYS, steppe, long_empty, empty), (empty, long_empty, steppe, FIVE_DAYS)):
        by = version(free_times=rules)
        assert by.free_time_for(box()).days == 5
        assert by.free_time_for(box(laden=False)).days == 6
        assert by.free_time_for(box(40, laden=False)).days == 7
        assert by.free_time_for(box(40, laden=False, customer="Steppe Grain")).days == 9


def test_the_tariff_of_the_day_the_clock_starts_counts_to_the_end():
    spring = version(valid_until=date(2025, 3, 5))
    dearer = version(
        version="2025/2",
        valid_from=date(2025, 3, 6),
        free_times=(FreeTime(days=1, clock_event=GROUNDED),),
        tier_tables=(TierTable(tiers=(Tier(1, Decimal(99)),)),),
    )
    tariff = Tariff((dearer, spring))
    stay = first_example()
    assert str(charged(stay, tariff.on(date(2025, 3, 3))).amount) == "50.00"
    with pytest.raises(NotInForce):
        charged(stay, dearer)
    # 00:30 of the 6th in Shanghai is still the 5th in UTC: the site's day decides.
    late = standing("2025-03-06T00:30", "2025-03-09T10:00")
    assert charged(late, tariff.on(date(2025, 3, 6))).amount == 198
    with pytest.raises(NotInForce):
        charged(late, spring)


def test_the_clock_starts_with_the_first_event_the_tariff_of_its_day_names():
    by_gate = version(version="2", valid_from=date(2025, 6, 1), free_times=(FreeTime(days=5, clock_event="gated-in"),))
    tariff = Tariff((version(valid_until=date(2025, 5, 31)), by_gate))
    grounded, gated = event(GROUNDED, "2025-06-02T10:00"), event("gated-in", "2025-06-03T10:00")
    assert clock_start([gated, grounded], box(), tariff, SHANGHAI) == gated
    assert clock_start([grounded], box(), tariff, SHANGHAI) is None
    # 00:30 of 1 June in Shanghai is still 31 May in UTC: the site's day decides.
    assert clock_start([event(GROUNDED, "2025-06-01T00:30")], box(), tariff, SHANGHAI) is None
    early = event(GROUNDED, "2025-05-31T23:30")
    assert clock_start([gated, early], box(), tariff, SHANGHAI) == early


def test_the_last_free_day_is_known_before_it_comes():
    assert charged(standing_still("2025-03-03T16:20", "2025-03-04T09:00")).dates.last_free_on == date(2025, 3, 8)


def test_what_a_stay_costs_so_far_can_be_asked_while_it_lasts():
    line = charged(standing_still("2025-03-03T16:20", "2025-03-10T09:00"))
    assert str(line.amount) == "20.00"
    assert [each.kind for each in line.events] == [GROUNDED]


class TestFourDates:
    def test_an_overridden_last_free_day_stands_before_the_calculated_one_which_stays(self):
        override = Override(last_free_on=date(2025, 3, 10), by="Li Na", why="crane out of order")
        line = charged(first_example(override=override))
        assert line.dates.calculated_on == date(2025, 3, 8)
        assert line.dates.last_free_on == date(2025, 3, 10)
        assert str(line.amount) == "20.00"

    def test_an_override_before_the_clock_charges_no_day_before_it(self):
        override = Override(last_free_on=date(2025, 2, 1), by="Li Na", why="agreed")
        assert charged(first_example(override=override)).chargeable_on[0] == date(2025, 3, 4)

    def test_days_paid_for_are_not_charged_again_and_tiers_go_on(self):
        line = charged(first_example(paid_through=date(2025, 3, 10)))
        assert list(line.chargeable_on) == days("2025-03-09", "2025-03-12")
        assert [(step.tier.from_day, list(step.days)) for step in line.steps] == [
            (1, [date(2025, 3, 11)]),
            (4, [date(2025, 3, 12)]),
        ]
        assert str(line.amount) == "30.00"

    def test_what_is_paid_by_parts_is_what_it_costs_at_once(self):
        parts = [
            charged(standing_still("2025-03-03T16:20", "2025-03-10T23:00")),
            charged(first_example(paid_through=date(2025, 3, 10))),
        ]
        assert sum(line.amount for line in parts) == charged(first_example()).amount

    def test_days_on_an_earlier_line_are_not_charged_again_though_nobody_paid_them(self):
        line = charged(first_example(charged_through=date(2025, 3, 10), paid_through=date(2025, 3, 9)))
        accounts = line.dates.accounts(line.chargeable_on)
        assert (list(accounts.paid), list(accounts.charged)) == ([date(2025, 3, 9)], [date(2025, 3, 10)])
        assert list(accounts.open) == days("2025-03-11", "2025-03-12")
        assert line.dates.settled_through == date(2025, 3, 9)
        assert str(line.amount) == "30.00"

    def test_guaranteed_days_are_charged_and_somebody_stands_for_them(self):
        line = charged(first_example(paid_through=date(2025, 3, 9), guaranteed_through=date(2025, 3, 11)))
        accounts = line.dates.accounts(line.chargeable_on)
        assert list(accounts.paid) == [date(2025, 3, 9)]
        assert list(accounts.guaranteed) == days("2025-03-10", "2025-03-11")
        assert list(accounts.open) == [date(2025, 3, 12)]
        assert str(line.amount) == "40.00"

    @pytest.mark.parametrize(
        ("known", "day"),
        [
            ({}, 8),
            ({"paid_through": date(2025, 3, 9)}, 9),
            ({"paid_through": date(2025, 3, 9), "guaranteed_through": date(2025, 3, 11)}, 11),
            ({"paid_through": date(2025, 3, 5)}, 8),
        ],
    )
    def test_a_box_may_go_on_the_last_day_that_is_free_paid_or_guaranteed(self, known, day):
        assert charged(first_example(**known)).dates.settled_through == date(2025, 3, day)

    @pytest.mark.parametrize(("by", "why"), [("", "crane"), ("Li Na", " ")])
    def test_an_override_names_who_and_why(self, by, why):
        with pytest.raises(OverrideByNobody):
            Override(last_free_on=date(2025, 3, 10), by=by, why=why)


class TestRefusals:
    def test_a_pause_ends_after_it_begins(self):
        with pytest.raises(EmptyPause, match="2025-03-10T08:00"):
            pause("2025-03-10T08:00", "2025-03-10T08:00")

    def test_a_stay_ends_after_its_clock_starts(self):
        with pytest.raises(EndBeforeClock, match="CSQU3054383"):
            standing("2025-03-10T08:00", "2025-03-10T07:59")

    def test_a_time_has_its_zone(self):
        with pytest.raises(NaiveTime):
            Event(id="1", kind=GROUNDED, at=datetime(2025, 3, 3, 16, 20))  # noqa: DTZ001

    def test_another_event_than_the_tariffs_does_not_start_the_clock(self):
        by = version(free_times=(FreeTime(days=5, clock_event="gated-in"),))
        with pytest.raises(
            WrongClockEvent, match="starts with gated-in by Storage 2025/1, not with container-discharged"
        ):
            charged(first_example(), by)

    def test_working_days_are_counted_by_some_calendar(self):
        with pytest.raises(NoWorkingCalendar):
            charged(first_example(), WORKING)

    def test_a_calendar_does_not_guess_beyond_its_end(self):
        with pytest.raises(DayNotInCalendar, match=r"China 2025 is for 2025-01-01 to 2025-12-31; .* 2026-01-01"):
            charged(standing("2025-12-29T10:00", "2026-01-20T10:00"), WORKING, CHINA)

    def test_a_day_is_a_holiday_or_a_working_day(self):
        day = frozenset([date(2025, 1, 26)])
        with pytest.raises(HolidayAndWorkingDay, match="2025-01-26"):
            WorkingCalendar(name="x", first_on=date(2025, 1, 1), last_on=date(2025, 12, 31), holidays=day, swapped=day)

    def test_a_calendar_names_no_day_beyond_its_ends(self):
        with pytest.raises(DayNotInCalendar):
            WorkingCalendar(
                name="x",
                first_on=date(2025, 1, 1),
                last_on=date(2025, 12, 31),
                holidays=frozenset([date(2026, 1, 1)]),
            )

    @pytest.mark.parametrize("weekend", [{0}, {8}, set(range(1, 8))])
    def test_a_weekend_is_of_days_of_the_week_and_not_all(self, weekend):
        with pytest.raises(NoSuchWeekday):
            WorkingCalendar(name="x", first_on=date(2025, 1, 1), last_on=date(2025, 12, 31), weekend=frozenset(weekend))


def test_the_example_tariff_is_the_one_of_the_examples():
    assert TEN_THEN_TWENTY.spans() == [(Tier(1, Decimal(10)), 4), (Tier(4, Decimal(20)), None)]
