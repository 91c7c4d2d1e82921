"""Who may collect a box: a delivery order for the haulier or the PIN, and a stranger learns nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.containers.services.holds import VisitIsOver
from apps.gate import services
from apps.gate.models import AppointmentBox, DeliveryOrder, ReleasePin
from apps.journal.models import Entry
from apps.parties.actors import Actor, NotYours
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.gate import (
    CLERK,
    MONDAY_EIGHT,
    THE_DAY_BEFORE,
    QuotaFactory,
    RulesFactory,
    book_truck,
    brings,
    collects,
    forwarder,
    haulier,
    order_for,
    pin_for,
    released_box,
)
from tests.factories.parties import PartyFactory, staff

pytestmark = pytest.mark.django_db
BOX = "CSQU3054383"


@pytest.fixture
def gate(lyg):
    QuotaFactory(trucks=20)
    return lyg


def refusals():
    return list(Entry.objects.filter(kind="collection-refused").values_list("payload__why", "audience"))


def program(party):
    return Actor.program(party, "key")


def test_the_haulier_the_order_names_collects_the_box(gate):
    order = order_for(released_box())
    box = book_truck(collects()).boxes.get()
    assert (box.visit, box.delivery_order, box.size_type) == (order.visit, order, "22G1")


def test_whoever_knows_the_pin_collects_the_box(gate):
    pin, digits = pin_for(released_box())
    rival = haulier("lianyun-trucks")
    box = book_truck(collects(pin=digits), haulier=rival, by=program(rival)).boxes.get()
    assert (box.pin, box.delivery_order) == (pin, None)


def test_of_the_pin_only_a_digest_is_kept_and_equal_pins_look_different(gate, monkeypatch):
    monkeypatch.setattr("apps.gate.services.rights.secrets.randbelow", lambda most: 4711)
    pins = [pin_for(released_box(number)) for number in (BOX, "TCLU5088040")]
    assert [digits for _, digits in pins] == ["00004711", "00004711"]
    assert len({pin.digest for pin, _ in pins}) == 2
    assert not ReleasePin.objects.filter(digest__contains="4711").exists()
    assert "4711" not in str(list(Entry.objects.values_list("payload", flat=True)))


def test_the_order_for_another_haulier_is_refused_and_staff_are_told_whom_it_names(gate):
    order_for(released_box())
    rival = haulier("lianyun-trucks")
    with pytest.raises(services.WrongHaulier, match="Xugou"):
        book_truck(collects(), haulier=rival)
    assert refusals() == [("wrong-haulier", "staff")]


@pytest.mark.parametrize(
    "how", ["no box", "no right", "wrong haulier", "wrong pin", "pin of none", "locked", "revoked", "over"]
)
def test_a_program_is_refused_in_the_same_words_whatever_is_wrong(gate, how):
    RulesFactory(pin_attempts=1)
    rival, box, pin, at = haulier("lianyun-trucks"), None, "", THE_DAY_BEFORE
    if how != "no box":
        box = released_box()
    if how in ("wrong haulier", "revoked", "over"):
        order = order_for(box, rival if how != "wrong haulier" else haulier())
        if how == "revoked":
            services.revoke_delivery_order(order, by=CLERK, at=THE_DAY_BEFORE)
        at = MONDAY_EIGHT + timedelta(days=8) if how == "over" else at
    if how in ("wrong pin", "locked"):
        pin = "x"
        _, digits = pin_for(box)
        if how == "locked":
            with pytest.raises(services.NoRightToCollect):
                book_truck(collects(pin="x"))
            pin = digits
    if how == "pin of none":
        pin = "12345678"
    with pytest.raises(services.NoRightToCollect) as refused:
        book_truck(collects(pin=pin), haulier=rival, by=program(rival), at=at, starts_at=at + timedelta(days=7))
    assert type(refused.value) is services.NoRightToCollect
    assert refused.value.facts == {"number": BOX}
    assert len(refusals()) == (2 if how == "locked" else 1)
    assert not AppointmentBox.objects.exists()


def test_another_boxs_pin_opens_nothing(gate):
    released_box()
    _, digits = pin_for(released_box("TCLU5088040"))
    mine, _ = pin_for(released_box("MSKU3456788"))
    with pytest.raises(services.WrongPin):
        book_truck(collects("MSKU3456788", pin=digits))
    mine.refresh_from_db()
    assert (mine.mistakes, refusals()) == (1, [("wrong-pin", "staff")])


def test_mistakes_are_counted_though_the_booking_is_refused_and_at_last_the_pin_is_locked(gate):
    RulesFactory(pin_attempts=2)
    pin, digits = pin_for(released_box())
    for _ in range(2):
        with pytest.raises(services.WrongPin):
            book_truck(collects(pin="11111111"))
    with pytest.raises(services.PinIsLocked):
        book_truck(collects(pin=digits))
    pin.refresh_from_db()
    assert (pin.mistakes, pin.locked_at) == (2, THE_DAY_BEFORE)
    _, fresh = pin_for(pin.visit)
    assert book_truck(collects(pin=fresh)).boxes.get().pin.pk != pin.pk


def test_a_new_pin_ends_the_one_before(gate):
    visit = released_box()
    _, first = pin_for(visit)
    _, second = pin_for(visit)
    with pytest.raises(services.WrongPin):
        book_truck(collects(pin=first))
    book_truck(collects(pin=second))
    assert ReleasePin.objects.filter(revoked_at=None).count() == 1


def test_the_database_itself_knows_one_pin_a_box(gate):
    pin, _ = pin_for(released_box())
    ReleasePin.objects.filter(pk=pin.pk).update(revoked_at=THE_DAY_BEFORE)
    pin_for(pin.visit)
    with pytest.raises(IntegrityError, match="a_box_has_one_pin"), transaction.atomic():
        ReleasePin.objects.filter(pk=pin.pk).update(revoked_at=None)


def test_one_truck_at_a_time_is_to_collect_a_box(gate):
    order_for(released_box())
    first = book_truck(collects())
    with pytest.raises(services.CollectedByAnother):
        book_truck(collects())
    services.cancel_appointment(first, by=CLERK, at=THE_DAY_BEFORE)
    assert book_truck(collects()).status == "booked"


def test_two_long_boxes_are_too_much_though_their_sizes_were_not_said(gate):
    for number in (BOX, "TCLU5088040"):
        visit = released_box(number)
        visit.container.size_type = "45G1"
        visit.container.save()
        order_for(visit)
    with pytest.raises(Exception, match="two 20′ boxes or one longer box"):
        book_truck(collects(), collects("TCLU5088040"))


def test_the_line_or_forwarder_has_the_say_and_the_owner_only_without_them(gate):
    owner, line = PartyFactory(code="almaty-cotton"), PartyFactory(code="yellow-sea-line")
    visit = VisitFactory(active=True)
    VisitRoleFactory(visit=visit, party=owner, role="consignee")
    week = {"valid_until": MONDAY_EIGHT, "haulier": haulier(), "at": THE_DAY_BEFORE}
    services.issue_delivery_order(visit, issued_by=owner, by=program(owner), **week)
    VisitRoleFactory(visit=visit, party=line, role="line")
    with pytest.raises(services.MayNotRelease):
        services.issue_delivery_order(visit, issued_by=owner, by=program(owner), **week)
    services.issue_delivery_order(visit, issued_by=line, by=program(line), **week)
    assert DeliveryOrder.objects.count() == 2


def test_who_has_no_part_in_the_box_gives_no_right_to_it(gate):
    visit, stranger = released_box(), PartyFactory(code="rival")
    said = {"valid_until": MONDAY_EIGHT, "at": THE_DAY_BEFORE}
    with pytest.raises(services.NoSuchBox):
        services.issue_pin(visit, issued_by=stranger, by=program(stranger), **said)
    with pytest.raises(services.NoSuchBox):
        services.issue_pin(visit, issued_by=forwarder(), by=program(stranger), **said)
    with pytest.raises(NotYours):
        pin_for(visit, by=Actor.person(staff("gate.view_deliveryorder", username="wang")))


def test_a_right_of_the_past_to_a_box_that_has_left_or_to_no_haulier_is_refused(gate):
    visit = released_box()
    with pytest.raises(services.EndsInThePast):
        order_for(visit, valid_until=THE_DAY_BEFORE)
    with pytest.raises(services.NoSuchHaulier):
        order_for(visit, PartyFactory(code="almaty-cotton"))
    gone = VisitFactory(departed=True)
    VisitRoleFactory(visit=gone, party=forwarder(), role="forwarder")
    with pytest.raises(VisitIsOver):
        order_for(gone)


def test_a_right_is_taken_back_once_and_only_by_whoever_gave_it(gate):
    order = order_for(released_box())
    with pytest.raises(NotYours):
        services.revoke_delivery_order(order, by=program(PartyFactory(code="rival")), at=THE_DAY_BEFORE)
    services.revoke_delivery_order(order, by=program(forwarder()), at=THE_DAY_BEFORE)
    with pytest.raises(services.RightIsOver):
        services.revoke_delivery_order(order, by=program(forwarder()), at=THE_DAY_BEFORE)
    with pytest.raises(services.RightRanOut):
        book_truck(collects())


def test_what_is_brought_needs_no_right_and_a_strangers_box_of_that_number_changes_nothing(gate):
    released_box("TCLU5088040")
    assert book_truck(brings()).boxes.get().visit is None
