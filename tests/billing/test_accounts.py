"""The four dates of boxes, who pays, pauses, notices, and area that was held."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from apps.billing import services
from apps.billing.models import ChargeLine, FreeTimeNotice, StorageAccount
from apps.containers.services.emptying import empty_visits
from apps.containers.services.retracting import retract
from apps.journal.models import Entry
from apps.notices.models import Notice
from apps.parties.actors import Actor, NotYours
from apps.warehouse import services as warehouse
from tests.factories.billing import CLERK, GONE, GROUNDED, grounded, steppe_grain, version
from tests.factories.charges import SHANGHAI
from tests.factories.containers import PermissionRuleFactory, VisitRoleFactory
from tests.factories.customs import submitted
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory, staff
from tests.factories.warehouse import MAY_4, ZoneFactory, book

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def account():
    return StorageAccount.objects.get()


@pytest.fixture
def standing(db):
    """A box that stands since 3 March; its last free day is the 8th."""
    version(valid_until=None)
    visit = grounded(GROUNDED)
    services.open_accounts(visit.terminal, at=GROUNDED + timedelta(hours=1))
    return visit


def test_an_override_stands_before_the_calculated_day_which_stays(standing):
    services.override_last_free_day(standing, last_free_on=date(2025, 3, 10), why="crane", by=CLERK, at=GROUNDED + DAY)
    row = account()
    assert (row.calculated_last_free_on, row.last_free_on) == (date(2025, 3, 8), date(2025, 3, 10))
    told = Entry.objects.get(kind="last-free-day-overridden")
    assert (told.payload["was"], told.payload["reason"]) == ("2025-03-08", "crane")


def test_overriding_takes_a_right_of_its_own(standing):
    clerk = Actor.person(staff("billing.change_storageaccount", username="saule"))
    with pytest.raises(NotYours):
        services.override_last_free_day(standing, last_free_on=GONE.date(), why="asked", by=clerk, at=GROUNDED)


def test_an_override_says_why(standing):
    with pytest.raises(services.PayerReadsWhy):
        services.override_last_free_day(standing, last_free_on=GONE.date(), why=" ", by=CLERK, at=GROUNDED)


def test_a_guarantee_is_for_days_that_are_not_settled_anyhow(standing):
    said = {"guarantor": steppe_grain(), "by": CLERK, "at": GROUNDED}
    with pytest.raises(services.SettledThrough):
        services.guarantee_through(standing, day=date(2025, 3, 8), **said)
    services.guarantee_through(standing, day=date(2025, 3, 12), **said)
    assert account().guaranteed_through == date(2025, 3, 12)


def test_a_pause_that_goes_on_moves_the_last_free_day_as_time_passes(standing):
    said = {"kind": "fault", "reason": "crane", "starts_at": at("2025-03-05T00:00"), "by": CLERK}
    pause = services.start_pause(standing, at=at("2025-03-05T01:00"), **said)
    assert account().calculated_last_free_on == date(2025, 3, 8)
    services.refresh_accounts(standing.terminal, at=at("2025-03-07T09:00"))
    assert account().calculated_last_free_on == date(2025, 3, 10)
    services.end_pause(pause, ends_at=at("2025-03-06T00:00"), by=CLERK, at=at("2025-03-07T10:00"))
    assert account().calculated_last_free_on == date(2025, 3, 9)
    with pytest.raises(services.PauseIsOver):
        services.end_pause(pause, ends_at=GONE, by=CLERK, at=GONE)


def test_an_inspection_customs_ordered_pauses_until_it_is_done(standing):
    declaration = submitted(boxes=1)
    link = declaration.visits.through.objects.get()
    link.visit = standing
    link.save()
    for moment, status in ((at("2025-03-05T00:00"), "inspection_ordered"), (at("2025-03-06T20:00"), "inspected")):
        payload = {"status": status, "number": declaration.number}
        Entry.objects.create(
            kind="declaration-moved", terminal_id=standing.terminal_id, happened_at=moment, recorded_at=moment,
            declaration_id=declaration.pk, actor="user:officer", payload=payload,
        )  # fmt: skip
    services.refresh_accounts(standing.terminal, at=at("2025-03-07T09:00"))
    assert account().calculated_last_free_on == date(2025, 3, 10)


def test_the_named_payer_pays_and_else_the_forwarder_before_the_consignee(standing):
    forwarder, named = PartyFactory(code="silk-forwarding"), PartyFactory(code="caspian-freight")
    VisitRoleFactory(visit=standing, party=forwarder, role="forwarder", since=GROUNDED)
    assert services.charge_visit(standing, until=date(2025, 3, 9), by=CLERK, at=GONE).party == forwarder
    services.name_payer(standing, payer=named, by=CLERK, at=GONE)
    assert services.charge_visit(standing, until=date(2025, 3, 10), by=CLERK, at=GONE).party == named


def test_a_box_nobody_pays_for_says_so_on_its_account_and_is_charged_once_somebody_does(db):
    version()
    visit = grounded(GROUNDED, gone=GONE)
    visit.roles.all().delete()
    services.open_accounts(visit.terminal, at=GONE)
    assert services.charge_departed(visit.terminal, at=GONE) == []
    assert "Nobody is there" in account().trouble
    services.name_payer(visit, payer=steppe_grain(), by=CLERK, at=GONE)
    assert len(services.charge_departed(visit.terminal, at=GONE, again=True)) == 1
    assert (account().trouble, account().closed_at) == ("", GONE)


def test_what_a_movement_was_charged_for_is_withdrawn_when_it_was_not(db):
    version()
    visit = grounded(GROUNDED, gone=GONE)
    services.open_accounts(visit.terminal, at=GONE)
    services.charge_departed(visit.terminal, at=GONE)
    left = Entry.objects.get(kind="container-gated-out")
    retract(left.public_id, reason="another box", by=CLERK, at=GONE + DAY)
    assert ChargeLine.objects.get().withdrawn_by == CLERK.label
    assert (account().closed_at, account().charged_through) == (None, None)


def announced(moment):
    return services.announce_last_free_days(TerminalFactory(), at=moment)


def test_a_payer_is_told_three_days_and_one_day_ahead_once_each_though_the_day_moves(standing):
    assert announced(at("2025-03-05T23:59")) == 0
    assert announced(at("2025-03-06T00:00")) == 1
    assert announced(at("2025-03-06T01:00")) == 0
    services.override_last_free_day(standing, last_free_on=date(2025, 3, 20), why="crane", by=CLERK, at=GROUNDED)
    assert announced(at("2025-03-18T12:00")) == 0
    assert announced(at("2025-03-20T12:00")) == 1
    assert sorted(FreeTimeNotice.objects.values_list("hours", flat=True)) == [24, 72]


def test_a_party_gets_one_mail_for_all_its_boxes_in_its_language(standing):
    grounded(GROUNDED, number="TCLU5088040")
    services.open_accounts(standing.terminal, at=GROUNDED + DAY)
    assert announced(at("2025-03-06T09:00")) == 2
    mail = Notice.objects.get()
    assert (mail.recipient, mail.language) == ("desk@steppe-grain.example", "ru")
    assert "CSQU3054383" in mail.text
    assert "TCLU5088040" in mail.html


def test_area_is_charged_from_its_start_until_the_goods_have_gone(db):
    version(valid_from=date(2026, 1, 1), valid_until=None)
    zone = ZoneFactory(confirms_at_once=True, kind="bonded")
    booking = book(zone, 100, MAY_4, MAY_4 + 3 * DAY)
    warehouse.check_in(booking, by=CLERK, at=MAY_4 + timedelta(hours=1))
    assert services.charge_bookings(zone.terminal, at=MAY_4 + DAY) == []
    warehouse.complete(booking, by=CLERK, at=MAY_4 + timedelta(hours=30))
    (line,) = services.charge_bookings(zone.terminal, at=MAY_4 + 2 * DAY)
    assert (line.quantity, line.amount) == (Decimal(150), Decimal("202.50"))  # three half-days of 100 m² at 1.35
    assert services.charge_bookings(zone.terminal, at=MAY_4 + 2 * DAY) == []


def test_area_nobody_came_for_is_charged_until_it_was_given_back_and_a_cancelled_wish_is_not(db):
    version(valid_from=date(2026, 1, 1), valid_until=None)
    zone = ZoneFactory(confirms_at_once=True)
    missed, cancelled = book(zone, 100, MAY_4, MAY_4 + 3 * DAY), book(zone, 50, MAY_4, MAY_4 + 3 * DAY)
    warehouse.cancel_booking(cancelled, by=CLERK, at=MAY_4 - DAY)
    warehouse.note_no_show(missed, by=CLERK, at=MAY_4 + DAY)
    (line,) = services.charge_bookings(zone.terminal, at=MAY_4 + 2 * DAY)
    assert (line.booking, line.quantity) == (missed, Decimal(100))


def test_a_laden_stay_is_charged_until_its_box_was_unpacked(db):
    version()
    visit = grounded(GROUNDED, regime="domestic")
    PermissionRuleFactory(regime="domestic", direction="inbound", step="strip", required=False)
    services.open_accounts(visit.terminal, at=GROUNDED + DAY)
    empty_visits([visit], by=CLERK, at=GONE)
    (line,) = services.charge_departed(visit.terminal, at=GONE + DAY)
    assert (line.what, line.last_on, line.amount) == ("CSQU3054383", date(2025, 3, 12), Decimal("50.00"))


def test_packages_a_lot_brought_in_are_charged_to_its_owner_once(db):
    version(valid_from=date(2026, 1, 1), valid_until=None)
    told = {"terminal_id": TerminalFactory().pk, "recorded_at": MAY_4, "actor": "user:clerk", "lot_id": 17}
    said = {"lot": "LT-2026-000017", "owner": steppe_grain().code, "packages": 41}
    Entry.objects.create(kind="lot-received", happened_at=MAY_4, payload=said, **told)
    (line,) = services.charge_goods(TerminalFactory(), at=MAY_4 + DAY)
    assert (line.what, line.lot_id, line.party, line.amount) == (
        "LT-2026-000017",
        17,
        steppe_grain(),
        Decimal("102.50"),
    )
    assert services.charge_goods(TerminalFactory(), at=MAY_4 + DAY) == []
