"""A box that was known under two numbers, at the gate: who may collect it, and which truck."""

from datetime import timedelta

import pytest
from django.apps import apps

from apps.containers.models import Visit
from apps.containers.services import join_number
from apps.gate import services
from apps.gate.models import AppointmentBox
from apps.gate.selectors import standing_right
from apps.gate.services import boxes as writing
from apps.journal.models import Entry
from apps.parties.models import Party
from tests.factories.containers import ReferenceFactory, VisitRoleFactory
from tests.factories.gate import (
    CLERK,
    HOUR,
    MONDAY_EIGHT,
    THE_DAY_BEFORE,
    QuotaFactory,
    a_truck_with_everything,
    book_truck,
    brings,
    collects,
    forwarder,
    haulier,
    order_for,
    pin_for,
    released_box,
)
from tests.factories.parties import PartyFactory
from tests.locking import locked_tables

pytestmark = pytest.mark.django_db
WRONG, RIGHT = "CSQU3054383", "TCLU5088040"
ADVISED = {"active": False, "state": "advised", "position": "inbound"}


@pytest.fixture
def seen(lyg):
    """The box as it stands in the yard under a number that was misread; nobody has a part in it."""
    QuotaFactory(trucks=20)
    visit = released_box(WRONG)
    visit.roles.all().delete()
    ReferenceFactory(visit=visit, value="BK-17")
    return visit


@pytest.fixture
def advised(seen):
    """The same box as its forwarder advised it."""
    visit = released_box(RIGHT, **ADVISED)
    ReferenceFactory(visit=visit, value="BK-17")
    return visit


def join(visit, at=MONDAY_EIGHT):
    join_number(visit, RIGHT, reason="misread", by=CLERK, at=at)


def give(visit, party, how, at=THE_DAY_BEFORE):
    """A right given by the party, which has a forwarder's part in the visit."""
    VisitRoleFactory(visit=visit, party=party, role="forwarder")
    said = {"issued_by": party, "valid_until": at + timedelta(days=7), "by": CLERK, "at": at}
    if how == "pin":
        return services.issue_pin(visit, **said)[0]
    return services.issue_delivery_order(visit, haulier=haulier(), **said)


def rival() -> Party:
    return PartyFactory(code="rival-forwarding", kind=Party.Kind.FORWARDER)


def stand(*rights):
    return [type(each)._default_manager.get(pk=each.pk).revoked_at is None for each in rights]


def test_the_truck_that_was_to_collect_the_advised_box_collects_the_one_that_is_here(seen, advised):
    order = order_for(advised)
    truck = book_truck(collects(RIGHT))
    join(seen)
    box = truck.boxes.get()
    order.refresh_from_db()
    assert (box.visit, order.visit) == (seen, seen)
    assert services.arrive_truck(truck, by=CLERK, at=MONDAY_EIGHT).status == "arrived"


def test_a_pin_of_the_advised_box_opens_the_one_that_is_here(seen, advised):
    pin, digits = pin_for(advised)
    join(seen)
    box = book_truck(collects(RIGHT, pin=digits)).boxes.get()
    assert (box.pin, box.visit) == (pin, seen)


def test_a_pin_is_tried_with_its_box_locked_first_as_who_joins_it_does(seen, advised):
    _pin, digits = pin_for(advised)
    with locked_tables("containers_visit", "gate_releasepin") as locked:
        book_truck(collects(RIGHT, pin=digits))
    assert locked[0] == "containers_visit", locked


def test_nothing_of_the_gate_points_at_a_visit_that_was_merged(lyg):
    merged = a_truck_with_everything().boxes.get(direction="in").visit
    ReferenceFactory(visit=merged, value="BK-17")
    VisitRoleFactory(visit=merged, party=forwarder(), role="forwarder")
    pin_for(merged)
    order_for(merged)
    odd = released_box("MSKU3456788")
    ReferenceFactory(visit=odd, value="BK-17")
    join_number(odd, merged.container.number, reason="misread", by=CLERK, at=MONDAY_EIGHT)
    assert Visit.objects.get(pk=merged.pk).joined_into == odd
    kept = {
        model._meta.model_name: model._default_manager.filter(visit=odd).count()
        for model in apps.get_app_config("gate").get_models()
        if any(field.name == "visit" for field in model._meta.fields)
        and not model._default_manager.filter(visit=merged).exists()
    }
    assert kept == {"appointmentbox": 1, "deliveryorder": 1, "inspection": 1, "releasepin": 1}


def test_of_two_pins_of_one_party_the_later_one_counts(seen, advised):
    VisitRoleFactory(visit=seen, party=forwarder(), role="forwarder")
    later, _ = pin_for(seen, at=THE_DAY_BEFORE + HOUR)
    earlier, _ = pin_for(advised)
    join(seen)
    assert stand(earlier, later) == [False, True]
    told = Entry.objects.get(kind="pin-revoked")
    assert (told.visit_id, told.audience, told.payload["why"]) == (
        advised.pk, "staff", "the box was known under two numbers",
    )  # fmt: skip


@pytest.mark.parametrize("how", ["pin", "order"])
def test_of_rights_that_different_parties_gave_none_stands(seen, advised, how):
    mine = give(seen, rival(), how)
    theirs = order_for(advised)
    join(seen)
    assert stand(mine, theirs) == [False, False]


def test_a_right_that_has_run_out_puts_no_other_in_doubt(seen, advised):
    mine = give(seen, rival(), "order", at=THE_DAY_BEFORE - timedelta(days=8))
    theirs = order_for(advised)
    join(seen)
    assert stand(mine, theirs) == [True, True]


def test_a_right_of_a_party_that_has_the_say_no_more_ends(seen, advised):
    shipper = PartyFactory(code="owner-of-the-goods")
    VisitRoleFactory(visit=seen, party=shipper, role="shipper")
    order = services.issue_delivery_order(
        seen, issued_by=shipper, haulier=haulier(), valid_until=MONDAY_EIGHT + 9 * HOUR, by=CLERK, at=THE_DAY_BEFORE
    )
    truck = book_truck(collects(WRONG))
    join(seen)
    assert stand(order) == [False]
    assert services.arrive_truck(truck, by=CLERK, at=MONDAY_EIGHT).status == "in_trouble"


def test_two_trucks_that_are_to_collect_the_box_refuse_the_joining(seen, advised):
    VisitRoleFactory(visit=seen, party=forwarder(), role="forwarder")
    order_for(seen)
    order_for(advised)
    one, other = book_truck(collects(WRONG)), book_truck(collects(RIGHT), plate="苏G 54321")
    with pytest.raises(services.TwoTrucksCollectIt) as refused:
        join(seen)
    assert refused.value.facts == {"number": RIGHT, "truck": str(other), "former": WRONG, "other": str(one)}
    assert Visit.objects.get(pk=advised.pk).state == "advised"
    services.leave_behind(other.boxes.get(), reason="the other truck is here", by=CLERK, at=MONDAY_EIGHT)
    join(seen)
    assert AppointmentBox.objects.get(ended_at=None).visit == seen


def test_a_driver_names_the_pin_of_a_box_whose_number_was_joined(seen, advised):
    VisitRoleFactory(visit=seen, party=forwarder(), role="forwarder")
    order_for(seen)
    truck = services.arrive_truck(book_truck(collects(WRONG)), by=CLERK, at=MONDAY_EIGHT)
    join(seen)
    pin, digits = pin_for(seen, at=MONDAY_EIGHT)
    box = services.present_pin(truck.boxes.get(), digits, by=CLERK, at=MONDAY_EIGHT)
    assert standing_right(box, MONDAY_EIGHT)
    assert box.pin == pin


def test_a_claim_on_a_box_that_was_joined_meanwhile_is_asked_for_again(seen, advised, monkeypatch):
    order_for(advised)
    found = writing.claims

    def joined_meanwhile(*args, **more):
        claims = found(*args, **more)
        join(seen, at=THE_DAY_BEFORE)
        return claims

    monkeypatch.setattr(writing, "claims", joined_meanwhile)
    with pytest.raises(writing.ChangedMeanwhile):
        book_truck(collects(RIGHT))
    assert not AppointmentBox.objects.exists()


def test_what_a_truck_brings_is_bound_to_the_visit_that_goes_on(seen, advised, monkeypatch):
    from apps.containers import services as containers

    truck, found = book_truck(brings(RIGHT, reference="BK-17")), containers.match_arrivals

    def joined_meanwhile(**asked):
        visits = found(**asked)
        join(seen)
        return visits

    monkeypatch.setattr("apps.gate.services.arriving.containers.match_arrivals", joined_meanwhile)
    services.arrive_truck(truck, by=CLERK, at=MONDAY_EIGHT)
    assert truck.boxes.get().visit == seen
