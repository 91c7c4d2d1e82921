"""Containers a booking is for: advised with it, linked where they are known, given up with it."""

import pytest

from apps.containers.models import Reference, Visit
from apps.containers.services import join_number
from apps.gate.services import issue_delivery_order
from apps.parties.actors import Actor
from apps.warehouse import services
from apps.warehouse.models import BookedBox, Booking
from apps.warehouse.services import NewBox
from terminal.identifiers import WrongCheckDigit
from tests.factories.calls import CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    VisitFactory,
    VisitRoleFactory,
)
from tests.factories.customs import drafted
from tests.factories.gate import haulier
from tests.factories.parties import PartyFactory, staff
from tests.factories.ships import StowageLineFactory
from tests.factories.trains import TrainVisitFactory
from tests.factories.warehouse import APRIL_1, HALF, ZoneFactory, book
from tests.locking import locked_tables

pytestmark = pytest.mark.django_db
BOX, OTHER = "CSQU3054383", "TCLU5088040"
NOW = {"by": Actor.itself("test"), "at": APRIL_1}


def new(number=BOX, **more):
    return NewBox(number=number, size_type="22G1", **more)


def shipper():
    return PartyFactory(code="almaty-cotton", name="Almaty Cotton")


def visit_of(booking):
    return booking.boxes.get().visit


def cancelled(booking):
    services.cancel_booking(booking, **NOW)
    return Visit.objects.get(booked__booking=booking).state == "cancelled"


def test_a_booking_advises_the_containers_it_is_for_in_its_partys_name():
    call = CallFactory()
    boxes = [new(reference="ALM-1", laden=True, arrival_call=call), new(OTHER)]
    booking = book(ZoneFactory(), 100, boxes=boxes, by=Actor.program(shipper(), "erp"))
    visit, other = (each.visit for each in booking.boxes.all())
    assert [visit.container.number, other.container.number] == [BOX, OTHER]
    assert {visit.advised_via, other.advised_via} == {"booking"}
    assert (visit.state, visit.laden, visit.arrival_call, other.laden) == ("advised", True, call, None)
    assert [(role.party, role.role) for role in visit.roles.all()] == [(booking.party, "shipper")]
    assert set(visit.references.values_list("kind", "value")) == {("booking", booking.number), ("own", "ALM-1")}
    assert visit.claimed == ["regime", "direction", "laden"]


def test_a_warehouse_clerk_books_for_a_party_without_the_right_to_advise():
    clerk = Actor.person(staff("warehouse.change_booking", username="clerk"))
    visit = visit_of(book(ZoneFactory(), 100, boxes=[new()], by=clerk))
    assert (visit.roles.get().party, visit.claimed) == (shipper(), [])


def test_the_one_container_of_a_booking_is_the_one_to_unpack():
    booking = book(ZoneFactory(), 100, work="strip", boxes=[new()])
    assert Booking.objects.get().visit == visit_of(booking)


@pytest.mark.parametrize("trait", [{}, {"active": True}], ids=["advised", "here"])
def test_a_box_its_party_advised_already_is_linked_and_not_advised_twice(trait):
    known = VisitRoleFactory(
        visit=VisitFactory(container=ContainerFactory(number=BOX), **trait), party=shipper(), since=APRIL_1
    ).visit
    booking = book(ZoneFactory(), 100, boxes=[new()])
    assert [(each.visit, each.made) for each in booking.boxes.all()] == [(known, False)]
    assert Visit.objects.count() == 1
    assert Reference.objects.filter(visit=known, kind="booking", value=booking.number).exists()
    assert not cancelled(booking)


def test_a_strangers_box_of_the_same_number_is_not_linked():
    stranger = VisitRoleFactory(visit=VisitFactory(container=ContainerFactory(number=BOX)), since=APRIL_1).visit
    booking = book(ZoneFactory(), 100, boxes=[new()])
    assert visit_of(booking) != stranger
    assert not stranger.references.exists()


@pytest.mark.parametrize(
    ("area", "boxes", "refusal"),
    [
        (1001, [new()], services.NoRoom),
        (100, [new(), new()], services.NamedTwice),
        (100, [new(OTHER), new("CSQU3054384")], WrongCheckDigit),
    ],
    ids=["no room", "named twice", "wrong number"],
)
def test_a_booking_and_its_advices_are_one(area, boxes, refusal):
    with pytest.raises(refusal):
        book(ZoneFactory(), area, boxes=boxes)
    assert not Visit.objects.exists()
    assert not Booking.objects.exists()


def test_who_cancels_a_booking_locks_its_boxes_first_as_who_joins_them_does():
    booking = book(ZoneFactory(), 100, boxes=[new()])
    with locked_tables("containers_visit", "warehouse_booking") as locked:
        services.cancel_booking(booking, **NOW)
    assert locked[0] == "containers_visit", locked


def test_a_booking_that_is_cancelled_gives_up_what_it_advised():
    assert cancelled(book(ZoneFactory(), 100, boxes=[new()], by=Actor.program(shipper(), "erp")))


def arrive(visit):
    Visit.objects.filter(pk=visit.pk).update(state="active", position="in_yard", arrived_at=APRIL_1)


def plan(visit):
    Visit.objects.filter(pk=visit.pk).update(departure_call=CallFactory())


def put_on_a_wagon(visit):
    from apps.trains.models import Wagon, WagonLoad

    wagon = Wagon.objects.create(train=TrainVisitFactory(), sequence=1, scheme="CN7", number="5220001")
    WagonLoad.objects.create(wagon=wagon, visit=visit, leg="arriving")


def let_somebody_collect(visit):
    said = {"issued_by": shipper(), "haulier": haulier(), "valid_until": APRIL_1 + 99 * HALF}
    issue_delivery_order(visit, **said, **NOW)


def declare(visit):
    drafted().containers.create(visit=visit)


def book_it_again(visit):
    assert visit_of(book(ZoneFactory(), 100, boxes=[new()])) == visit


USES = {
    "it has come": arrive,
    "another party has a part": lambda visit: VisitRoleFactory(visit=visit, party=PartyFactory(code="x"), role="line"),
    "a hold": lambda visit: HoldFactory(visit=visit),
    "a hold on its call or booking": lambda visit: HoldFactory(
        visit=None, terminal=visit.terminal, paper_kind="booking", paper_number=visit.references.get().value
    ),
    "customs has allowed it": lambda visit: PermissionFactory(visit=visit),
    "it is declared": declare,
    "it is planned to leave": plan,
    "it is on a wagon": put_on_a_wagon,
    "it is on a ship's list": lambda visit: StowageLineFactory(visit=visit),
    "somebody may collect it": let_somebody_collect,
    "another booking": book_it_again,
}


@pytest.mark.parametrize("use", USES)
def test_what_others_count_on_stays_when_the_booking_is_cancelled(use):
    booking = book(ZoneFactory(), 100, boxes=[new()])
    USES[use](visit_of(booking))
    assert not cancelled(booking)


def test_a_box_that_is_joined_is_booked_once_and_no_bookings_to_give_up(lyg):
    booking = book(ZoneFactory(), 100, boxes=[new(OTHER)])
    odd = VisitFactory(terminal=lyg, container=ContainerFactory(number=BOX))
    VisitRoleFactory(visit=odd, party=booking.party, since=APRIL_1)
    BookedBox.objects.create(booking=book(ZoneFactory(), 10), visit=odd, made=True)
    BookedBox.objects.create(booking=booking, visit=odd, made=False)
    join_number(odd, OTHER, reason="misread", **NOW)
    booking.refresh_from_db()
    assert (booking.visit, [(each.visit, each.made) for each in booking.boxes.all()]) == (odd, [(odd, False)])


def test_whats_booked_for_a_merged_visit_goes_over(lyg):
    booking = book(ZoneFactory(), 100, boxes=[new(OTHER)])
    odd = VisitFactory(terminal=lyg, container=ContainerFactory(number=BOX))
    VisitRoleFactory(visit=odd, party=booking.party, since=APRIL_1)
    join_number(odd, OTHER, reason="misread", **NOW)
    assert [(each.visit, each.made) for each in booking.boxes.all()] == [(odd, False)]
    assert not cancelled(booking)
