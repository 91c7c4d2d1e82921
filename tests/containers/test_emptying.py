"""A box that was unpacked goes on as an empty one; a stuffed one goes on laden."""

from datetime import timedelta
from decimal import Decimal

import pytest

from apps.containers.models import Damage, Hold, Visit, VisitRole
from apps.containers.selectors import standing_holds, what_stands_between
from apps.containers.services import (
    LeavesBeforeItCame,
    NewSeal,
    NotEmpty,
    NotSealed,
    StillPlanned,
    empty_visits,
    stuff_visit,
)
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from apps.reports.models import DailyThroughput
from apps.reports.services import count_days
from apps.yard.models import Standing, WorkOrder
from apps.yard.services.placing import place
from terminal.readiness import NotReady, Step
from terminal.seals import SealOwner
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import (
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    ReferenceFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.parties import PartyFactory, staff
from tests.factories.yard import BlockFactory

pytestmark = pytest.mark.django_db
BEAT = Actor.itself("test")
NOON = MARCH_14 + timedelta(hours=2)
NOW = {"by": BEAT, "at": NOON}


@pytest.fixture
def free(lyg):
    """No customs in the way of unpacking; empties through need nobody's yes."""
    PermissionRuleFactory(terminal=lyg, step=Step.STRIP.value, required=False)
    PermissionRuleFactory(terminal=lyg, step=Step.GATE_OUT.value, laden=False, required=False)
    return lyg


@pytest.fixture
def laden(free):
    visit = VisitFactory(terminal=free, active=True)
    visit.container.tare_kg = 2_300
    visit.container.save()
    return visit


def emptied(visit):
    return empty_visits([visit], **NOW)[0]


def test_the_laden_stay_ends_and_an_empty_one_begins_in_the_same_place_at_the_same_moment(laden):
    empty = emptied(laden)
    assert (laden.state, laden.position, laden.departed_at, laden.laden) == ("departed", "gone", NOON, True)
    row = Visit.objects.get(pk=empty.pk)
    assert (row.state, row.position, row.arrived_at, row.laden) == ("active", "in_yard", NOON, False)
    assert (row.container, row.gross_kg, row.goods, row.destination) == (laden.container, 2_300, "empty", "")
    assert what_stands_between(row, Step.GATE_OUT, NOON) == []


def test_storage_learns_when_the_laden_stay_ended_and_when_the_empty_one_began(laden):
    empty = emptied(laden)
    told = {(entry.kind, entry.visit_id): entry for entry in Entry.objects.filter(happened_at=NOON)}
    assert set(told) == {("container-stripped", laden.pk), ("empty-stay-began", empty.pk)}
    assert told["container-stripped", laden.pk].payload == {"next_visit": str(empty.public_id)}


def test_an_unpacked_box_is_counted_neither_as_gone_nor_as_come(laden):
    emptied(laden)
    count_days(terminal=laden.terminal, days=[NOON.date()], at=NOON)
    day = DailyThroughput.objects.get()
    assert (day.in_teu, day.out_teu, day.net_boxes, day.moves) == (0, 0, 0, 0)


def test_the_empty_box_keeps_its_cell_and_what_was_asked_for_the_laden_one_is_called_off(laden):
    standing = place(laden, BlockFactory(terminal=laden.terminal), 1, 1, 1, by=BEAT, at=MARCH_14)
    order = WorkOrder.objects.create(terminal=laden.terminal, kind="shift", visit=laden, planned_at=NOON)
    empty = emptied(laden)
    assert Standing.objects.get(pk=standing.pk).visit == empty
    order.refresh_from_db()
    assert order.state == "cancelled"


def test_the_line_keeps_its_part_in_the_empty_box_and_the_goods_parties_do_not(laden):
    VisitRoleFactory(visit=laden, role="consignee")
    line = VisitRoleFactory(visit=laden, role="line", party=PartyFactory(code="kmtc"))
    ended = VisitRoleFactory(visit=laden, role="line", party=PartyFactory(code="old"), until=NOON - timedelta(hours=1))
    empty = emptied(laden)
    assert list(VisitRole.objects.filter(visit=empty).values_list("party", "role")) == [(line.party_id, "line")]
    assert ended.party_id != line.party_id


def test_where_no_line_is_known_somebody_still_answers_for_the_box(laden):
    part = VisitRoleFactory(visit=laden, role="consignee")
    assert [each.party for each in emptied(laden).roles.all()] == [part.party]


def test_a_box_under_customs_hold_is_not_unpacked(laden):
    hold = HoldFactory(visit=laden, owner="customs")
    with pytest.raises(NotReady, match="hold"):
        emptied(laden)
    assert (laden.state, hold.visit) == ("active", laden)


def test_a_hold_on_a_later_step_goes_over_to_the_empty_box(laden):
    HoldFactory(visit=laden, owner="customs", step="gate_out")
    empty = emptied(laden)
    assert [hold.visit for hold in Hold.objects.all()] == [empty]
    assert "hold" in [each.code for each in what_stands_between(empty, Step.GATE_OUT, NOON)]
    assert Entry.objects.filter(kind="hold-placed", visit_id=empty.pk).count() == 1


def test_a_hold_on_everything_under_one_booking_holds_the_empty_box_too(laden):
    paper = ReferenceFactory(visit=laden)
    HoldFactory(visit=None, owner="customs", step="load", paper_kind="booking", paper_number=paper.value)
    empty = emptied(laden)
    assert [hold.step for hold in standing_holds([empty])[empty.pk]] == ["load"]


def test_what_was_allowed_for_the_goods_is_not_allowed_for_the_box(laden):
    PermissionFactory(visit=laden)
    assert not emptied(laden).permissions.exists()


def test_what_is_broken_on_the_box_stays_broken(laden):
    facts = {"noted_at": MARCH_14, "noted_by": "test", "side": "roof", "severity": "major"}
    Damage.objects.create(visit=laden, harm="hole", **facts)
    assert [each.harm for each in emptied(laden).damages.all()] == ["hole"]


def test_a_box_planned_onto_a_train_is_not_emptied_behind_its_back(laden):
    laden.departure_call = CallFactory(terminal=laden.terminal, number="X9014")
    laden.save()
    with pytest.raises(StillPlanned, match="X9014"):
        emptied(laden)


def test_a_box_is_not_unpacked_before_it_came(laden):
    with pytest.raises(LeavesBeforeItCame):
        empty_visits([laden], by=BEAT, at=MARCH_14 - timedelta(hours=1))


def test_who_may_not_change_visits_empties_none(laden):
    with pytest.raises(NotYours):
        empty_visits([laden], by=Actor.person(staff("containers.view_visit", username="reader")), at=NOON)


class TestStuffing:
    """An empty box is filled."""

    @pytest.fixture
    def empty(self, laden):
        return emptied(laden)

    def stuff(self, visit, **more):
        seals = [NewSeal(visit=visit, number="KZ0001", owner=SealOwner.SHIPPER)]
        party = PartyFactory(code="almaty-cotton")
        return stuff_visit(visit, **{"net_kg": Decimal("1000.2"), "party": party, "seals": seals, **NOW, **more})

    def test_it_weighs_its_tare_and_the_goods_and_is_laden(self, empty):
        self.stuff(empty)
        row = Visit.objects.get(pk=empty.pk)
        assert (row.laden, row.gross_kg, row.goods) == (True, 3_301, "standard")
        assert Entry.objects.filter(kind="container-stuffed", visit_id=row.pk).count() == 1

    def test_without_a_tare_nobody_says_what_it_weighs(self, empty):
        empty.container.tare_kg = None
        empty.container.save()
        Visit.objects.filter(pk=empty.pk).update(gross_kg=None)
        assert self.stuff(empty).gross_kg is None

    def test_it_is_sealed_or_not_finished(self, empty):
        with pytest.raises(NotSealed, match="at least one"):
            self.stuff(empty, seals=[])
        assert Visit.objects.get(pk=empty.pk).laden is False

    def test_a_laden_box_is_not_stuffed(self, free):
        with pytest.raises(NotEmpty):
            self.stuff(VisitFactory(terminal=free, active=True))

    @pytest.mark.parametrize("step", ["", "strip"])
    def test_a_box_nobody_may_open_is_not_stuffed(self, empty, step):
        HoldFactory(visit=empty, step=step)
        with pytest.raises(NotReady):
            self.stuff(empty)

    def test_what_was_allowed_to_the_empty_box_is_not_allowed_to_the_laden_one(self, empty):
        PermissionFactory(visit=empty, step="gate_out")
        self.stuff(empty)
        codes = [each.code for each in what_stands_between(empty, Step.GATE_OUT, NOON)]
        assert codes == ["permission-revoked"]

    def test_the_regime_of_what_it_brought_is_not_that_of_what_it_takes(self, empty):
        assert (self.stuff(empty).regime, empty.direction) == ("unknown", "unknown")

    def test_the_regime_said_of_what_leaves_holds(self, empty):
        Visit.objects.filter(pk=empty.pk).update(regime="export", direction="outbound")
        assert self.stuff(empty).regime == "export"

    def test_who_owned_what_was_unpacked_has_no_part_in_what_is_in_it_now(self, laden):
        former, own = PartyFactory(code="former"), PartyFactory(code="almaty-cotton")
        for party in (former, own):
            VisitRoleFactory(visit=laden, party=party, role="consignee")
        empty, later = emptied(laden), NOON + timedelta(hours=1)
        forwarder = VisitRoleFactory(visit=empty, party=PartyFactory(code="forwarder"), role="forwarder", since=later)
        self.stuff(empty, at=later)
        seen = [Visit.objects.seen_by(each, later).filter(pk=empty.pk).exists() for each in (former, own)]
        assert seen == [False, True]
        assert VisitRole.objects.get(pk=forwarder.pk).until is None

    def test_the_line_of_a_stuffed_box_and_the_parties_of_one_that_came_empty_stay(self, laden, free):
        line, cargo = PartyFactory(code="line"), PartyFactory(code="cargo")
        VisitRoleFactory(visit=laden, party=line, role="line")
        came = VisitFactory(terminal=free, active=True, laden=False, gross_kg=2_300)
        VisitRoleFactory(visit=came, party=cargo, role="consignee", since=came.arrived_at)
        empty, later = emptied(laden), NOON + timedelta(hours=1)
        for visit, party in ((empty, line), (came, cargo)):
            self.stuff(visit, at=later)
            assert Visit.objects.seen_by(party, later).filter(pk=visit.pk).exists()

    def test_the_goods_owner_has_a_part_in_it(self, empty):
        self.stuff(empty)
        assert empty.roles.filter(role="shipper").get().party.code == "almaty-cotton"
