"""Whose turn it was while goods waited, and how long their release took."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.containers.models import Visit
from apps.customs import selectors, services
from apps.customs.models import ReleaseTime
from terminal.customs.clocks import Clock, Period, time_taken, wait_began
from terminal.lifecycle import Channel, DeclarationStatus
from tests.factories.calls import MARCH_14
from tests.factories.customs import declarant_of, drafted, officer_of

D = DeclarationStatus


def hours(n):
    return MARCH_14 + timedelta(hours=n)


def test_a_wait_begins_with_the_arrival_and_before_that_with_the_declaration():
    assert wait_began("import", hours(1), hours(5), hours(9)) == hours(1)
    assert wait_began("import", hours(5), hours(1), hours(9)) == hours(5)
    assert wait_began("import", hours(11), hours(1), hours(9)) == hours(1)
    assert wait_began("import", None, hours(1), hours(9)) == hours(1)
    assert wait_began("bonded_removal", hours(-900), hours(1), hours(9)) == hours(1)
    assert wait_began("import", None, hours(10), hours(9)) == hours(9)


seconds = st.lists(st.integers(0, 40_000), min_size=2, max_size=8).map(sorted)


@settings(max_examples=80, deadline=None)
@given(seconds, st.integers(-20_000, 20_000), st.data())
def test_the_parts_of_a_release_add_up_to_the_minute(moments, began, data):
    at = [MARCH_14 + timedelta(seconds=each) for each in moments]
    began_at = min(MARCH_14 + timedelta(seconds=began), at[-1])
    clocks = [data.draw(st.sampled_from(list(Clock))) for _ in at[1:]]
    steps = [data.draw(st.sampled_from([D.SUBMITTED, D.QUERY, D.DRAFT])) for _ in at[1:]]
    taken = time_taken([Period(*each) for each in zip(clocks, steps, at, at[1:], strict=False)], began_at, at[-1])
    assert sum(taken.by_clock.values()) == taken.minutes == (at[-1] - began_at) // timedelta(minutes=1)
    assert min(taken.by_clock.values()) >= 0
    assert sum(taken.by_step.values()) <= taken.minutes
    assert set(taken.by_step) == set(steps) - {D.DRAFT}


def released(arrived_at):
    """Yellow, asked once, drafted at 0 and submitted an hour later."""
    declaration = drafted(boxes=2)
    early, late = declaration.visits.order_by("pk")
    Visit.objects.filter(pk=early.pk).update(arrived_at=arrived_at)
    Visit.objects.filter(pk=late.pk).update(arrived_at=hours(1.25))
    trader = declarant_of(declaration)
    services.submit(declaration, by=trader, at=hours(1))
    officer = officer_of(declaration.office)
    services.register(declaration, channel=Channel.YELLOW, by=officer, at=hours(2))
    services.query(declaration, by=officer, at=hours(4), question="Which mill?")
    services.answer(declaration, by=trader, at=hours(7), reply="No. 2")
    services.assess(declaration, by=officer, at=hours(8))
    services.pay(declaration, by=officer, at=hours(8.5))
    services.release(declaration, by=officer, at=hours(9))
    return ReleaseTime.objects.get(declaration=declaration, office=declaration.office)


@pytest.mark.django_db
@pytest.mark.parametrize(("arrived", "minutes", "trader"), [(-2, 660, 390), (1.25, 465, 210)])
def test_a_release_time_says_who_had_it_and_where_it_stood(arrived, minutes, trader):
    took = released(hours(arrived))
    assert (took.minutes, took.trader_minutes, took.customs_minutes, took.terminal_minutes, took.agency_minutes) == (
        minutes, trader, minutes - trader, 0, 0,
    )  # fmt: skip
    assert (took.registered, took.documentary_check, took.query, took.assessed, took.paid) == (0, 180, 180, 30, 30)
    assert (took.referred, took.inspection_ordered, took.channel) == (None, None, "yellow")


@pytest.mark.django_db
def test_the_clocks_of_a_declaration_run_to_the_moment_asked_for():
    declaration = drafted()
    services.submit(declaration, by=declarant_of(declaration), at=hours(1))
    clocks = selectors.clocks_of(declaration, hours(4))
    assert [(each.clock, each.status) for each in clocks.periods] == [("trader", "draft"), ("customs", "submitted")]
    assert (clocks.ran[Clock.TRADER], clocks.ran[Clock.CUSTOMS]) == (timedelta(hours=1), timedelta(hours=3))
    assert clocks.ran[Clock.AGENCY] == timedelta()
    assert not ReleaseTime.objects.exists()
