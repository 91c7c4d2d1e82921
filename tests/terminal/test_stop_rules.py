"""Which visits a rule is about, and when it counts."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.events import EventKind
from terminal.moments import NaiveTime
from terminal.readiness.rules import STOPPING, Deed, Filter, Traits, can_follow, in_force
from terminal.regimes import Direction, Goods, Regime
from terminal.throughput import Mode

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
KNOWN = Traits(
    size_type="22G1",
    regime=Regime.TRANSIT,
    direction=Direction.THROUGH,
    laden=True,
    goods=Goods.DANGEROUS_GOODS,
    mode=Mode.RAIL,
    destination="KZALA",
    parts=frozenset({(7, "shipper"), (8, "line")}),
    details={"severity": "unsafe"},
)
PLACE, LIFT = Deed.PLACE_HOLD, Deed.LIFT_HOLDS

moments = st.integers(-3, 3).map(lambda hours: NOON + timedelta(hours=hours))
deeds = st.sampled_from(Deed)
traits = st.builds(
    Traits,
    size_type=st.sampled_from(["", "22G1", "45G1"]),
    regime=st.sampled_from(Regime),
    direction=st.sampled_from(Direction),
    laden=st.none() | st.booleans(),
    goods=st.sampled_from(Goods),
    mode=st.none() | st.sampled_from(Mode),
    destination=st.sampled_from(["", "KZALA", "KZCIT", "UZTAS"]),
    parts=st.frozensets(st.tuples(st.sampled_from([7, 8]), st.sampled_from(["shipper", "line"])), max_size=3),
    details=st.dictionaries(st.just("severity"), st.sampled_from(["minor", "unsafe"])),
)
filters = st.builds(
    Filter,
    regime=st.none() | st.sampled_from(Regime),
    direction=st.none() | st.sampled_from(Direction),
    laden=st.none() | st.booleans(),
    goods=st.none() | st.sampled_from(Goods),
    mode=st.none() | st.sampled_from(Mode),
    destination=st.sampled_from(["", "KZ", "KZALA"]),
    size_type=st.sampled_from(["", "22", "45G1"]),
    party=st.none() | st.sampled_from([7, 8]),
    role=st.sampled_from(["", "shipper", "line"]),
    detail=st.sampled_from(["", "severity"]),
    value=st.sampled_from(["minor", "unsafe"]),
)
EMPTY = Filter()


@given(traits, deeds)
def test_a_rule_without_a_filter_is_about_every_visit(visit, deed):
    assert EMPTY.fits(visit, deed=deed)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"regime": Regime.IMPORT}, {"regime": Regime.TRANSIT}),
        ({"direction": Direction.INBOUND}, {"direction": Direction.THROUGH}),
        ({"laden": False}, {"laden": True}),
        ({"goods": Goods.REEFER}, {"goods": Goods.DANGEROUS_GOODS}),
        ({"mode": Mode.ROAD}, {"mode": Mode.RAIL}),
        ({"destination": "KZC"}, {"destination": "KZ"}),
        ({"size_type": "45"}, {"size_type": "22G"}),
        ({"party": 9}, {"party": 7}),
        ({"role": "broker"}, {"role": "line"}),
        ({"party": 7, "role": "line"}, {"party": 7, "role": "shipper"}),
        ({"detail": "severity", "value": "minor"}, {"detail": "severity", "value": "unsafe"}),
        ({"detail": "harm", "value": "unsafe"}, {"detail": "severity", "value": "unsafe"}),
    ],
)
def test_each_part_of_a_filter_leaves_out_what_it_does_not_name(other, same):
    for deed in Deed:
        assert Filter(**same).fits(KNOWN, deed=deed)
        assert not Filter(**other).fits(KNOWN, deed=deed)


@pytest.mark.parametrize(
    ("wanted", "unsaid"),
    [
        ({"regime": Regime.IMPORT}, {"regime": Regime.UNKNOWN}),
        ({"direction": Direction.INBOUND}, {"direction": Direction.UNKNOWN}),
        ({"laden": True}, {"laden": None}),
        ({"mode": Mode.ROAD}, {"mode": None}),
        ({"destination": "KZ"}, {"destination": ""}),
        ({"size_type": "22"}, {"size_type": ""}),
    ],
)
def test_in_doubt_a_box_is_stopped_and_none_is_let_go(wanted, unsaid):
    visit = replace(KNOWN, **unsaid)
    assert [deed for deed in Deed if Filter(**wanted).fits(visit, deed=deed)] == [
        deed for deed in Deed if deed in STOPPING
    ]


def test_what_nobody_can_doubt_is_not_doubted():
    nobody = replace(KNOWN, parts=frozenset(), details={})
    assert not Filter(role="shipper").fits(nobody, deed=PLACE)
    assert not Filter(detail="severity", value="None").fits(nobody, deed=PLACE)
    assert not Filter(goods=Goods.REEFER).fits(nobody, deed=PLACE)


@given(filters, traits)
def test_a_rule_that_would_let_go_would_also_have_stopped(wanted, visit):
    assert not wanted.fits(visit, deed=LIFT) or wanted.fits(visit, deed=PLACE)


@given(filters, traits, deeds, st.sampled_from([field.name for field in fields(Filter) if field.name != "value"]))
def test_asking_for_less_is_about_no_fewer_visits(wanted, visit, deed, name):
    less = replace(wanted, **{name: getattr(EMPTY, name)})
    assert not wanted.fits(visit, deed=deed) or less.fits(visit, deed=deed)


@given(filters, traits)
def test_a_filter_says_yes_exactly_when_all_it_names_is_so(wanted, visit):
    """By a table of what is asked and what is said, for a visit of which everything is known."""
    visit = replace(
        visit, size_type=visit.size_type or "22G1", regime=Regime.EXPORT, direction=Direction.OUTBOUND,
        laden=bool(visit.laden), mode=visit.mode or Mode.SEA, destination=visit.destination or "KZALA",
    )  # fmt: skip
    plain = [name for name in ("regime", "direction", "laden", "goods", "mode") if getattr(wanted, name) is not None]
    right = all(getattr(wanted, name) == getattr(visit, name) for name in plain)
    right &= visit.destination[: len(wanted.destination)] == wanted.destination
    right &= visit.size_type[: len(wanted.size_type)] == wanted.size_type
    parts = {(p, r) for p, r in visit.parts if wanted.party in (None, p) and wanted.role in ("", r)}
    right &= bool(parts) or (wanted.party is None and wanted.role == "")
    right &= wanted.detail == "" or visit.details.get(wanted.detail) == wanted.value
    assert {wanted.fits(visit, deed=deed) for deed in Deed} == {right}


@given(st.none() | moments, st.none() | moments, moments)
def test_a_rule_counts_from_its_first_moment_until_just_before_its_last(since, until, at):
    assert in_force(since, until, at) == (not (since and at < since) and not (until and at >= until))


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(NaiveTime):
        in_force(None, None, NOON.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("kind", "can"),
    [
        (EventKind.CONTAINER_GATED_IN, True),
        (EventKind.DAMAGE_NOTED, True),
        (EventKind.HOLD_LIFTED, True),
        (EventKind.CALL_ARRIVED, False),
        (EventKind.ALERT_RAISED, False),
        (EventKind.RETRACTED, False),
    ],
)
def test_a_rule_follows_on_what_happens_to_a_visit(kind, can):
    assert can_follow(kind) is can
