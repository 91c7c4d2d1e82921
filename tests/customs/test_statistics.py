"""How long releases took: whatever is packed already and whatever is not."""

from datetime import timedelta
from statistics import median_low

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.customs import selectors, services
from apps.customs.models import Declaration, ReleaseTally, ReleaseTime
from terminal.customs.clocks import Clock
from terminal.customs.durations import NEVER, Lengths, counted, decode, encode, summed_up
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Regime
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, drafted

D = DeclarationStatus


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 99_999_999))
def test_a_length_is_kept_to_one_percent_and_never_longer(minutes):
    (code,) = encode(np.array([minutes]))
    assert minutes * 0.99 <= decode(int(code)) <= minutes
    assert decode(int(code)) == minutes or minutes >= 1000


def test_codes_are_in_the_order_of_their_lengths_and_none_is_never():
    codes = encode(np.arange(-1, 200_000))
    assert codes[0] == NEVER
    assert (np.diff(codes[1:].astype(int)) >= 0).all()
    assert NEVER not in codes[1:]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 999), min_size=1, max_size=40))
def test_median_and_nine_in_ten_are_those_of_the_sorted_list(minutes):
    told, inorder = summed_up(counted(encode(np.array([*minutes, -1])))), sorted(minutes)
    assert told == Lengths(
        len(minutes), median_low(minutes), inorder[-(-9 * len(minutes) // 10) - 1], inorder[0], inorder[-1]
    )
    assert summed_up(counted(encode(np.array([-1])))) == Lengths(0)


def released(minutes, *, hours=0, office="clearance", **more):
    draft = Declaration.objects.first() or drafted()
    at = MARCH_14 + timedelta(hours=hours)
    row = Declaration.objects.create(
        terminal=draft.terminal, number=f"R-{Declaration.objects.count()}", office=draft.office, regime="transit",
        direction="through", declarant=draft.declarant, drafted_at=at, status_since=at,
    )  # fmt: skip
    facts = {"regime": "transit", "channel": "green", "customs_minutes": minutes, **more}
    facts["trader_minutes"] = minutes - facts["customs_minutes"]
    return ReleaseTime.objects.create(
        declaration=row, terminal=draft.terminal, office=OfficeFactory(code=office), began_at=at, released_at=at,
        minutes=minutes, **facts,
    )  # fmt: skip


@pytest.fixture
def _four(db):
    released(10, submitted=4, hours=-24)
    released(30, submitted=8, hours=-23, customs_minutes=10)
    released(200, submitted=6, hours=0, channel="yellow", documentary_check=150, office="rail")
    released(5000, hours=300, regime="import", office="rail")


def told(days=1, offices=None):
    site = OfficeFactory().terminal
    return selectors.release_statistics(
        site, (MARCH_14 - timedelta(days=1)).date(), (MARCH_14 + timedelta(days=days)).date(), offices
    )


@pytest.mark.usefixtures("_four")
def test_statistics_are_by_regime_channel_office_step_and_clock():
    found = told()
    assert found.total == Lengths(3, 30, 200, 10, 200)
    assert found.by_regime == {Regime.TRANSIT: found.total}
    assert found.by_channel == {Channel.GREEN: Lengths(2, 10, 30, 10, 30), Channel.YELLOW: Lengths(1, *[200] * 4)}
    assert {office.code: each.count for office, each in found.by_office.items()} == {"clearance": 2, "rail": 1}
    assert found.by_step == {D.SUBMITTED: Lengths(3, 6, 8, 4, 8), D.DOCUMENTARY_CHECK: Lengths(1, *[150] * 4)}
    assert (found.by_clock[Clock.TRADER].minutes, found.by_clock[Clock.CUSTOMS].minutes) == (20, 220)
    assert found.by_clock[Clock.CUSTOMS].share == pytest.approx(220 / 240)
    assert told(offices=[OfficeFactory(code="rail")]).total == Lengths(1, *[200] * 4)
    assert told(days=20).total.most == 5000
    assert told(offices=[]).total == Lengths(0)


@pytest.mark.usefixtures("_four")
def test_packed_or_not_they_are_the_same_and_nothing_is_packed_twice_or_before_its_day_is_over():
    site, before = OfficeFactory().terminal, [told(), told(days=20), told(offices=[OfficeFactory(code="rail")])]
    assert services.count_release_times(site, at=MARCH_14 + timedelta(hours=1)) == 2
    assert services.count_release_times(site, at=MARCH_14 + timedelta(hours=1)) == 0
    assert ReleaseTally.objects.count() == 1
    assert [told(), told(days=20), told(offices=[OfficeFactory(code="rail")])] == before
    late = released(70, hours=-23)
    assert told().total.count == 4
    assert services.count_release_times(site, at=MARCH_14 + timedelta(days=30)) == 3
    assert (told().total.count, told(days=20).total.count) == (4, 5)
    assert ReleaseTime.objects.get(pk=late.pk).counted
