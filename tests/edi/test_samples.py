"""What becomes of every sample file, ours and those found in the wild, at a terminal that knows what they are about."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from apps.containers.models import Hazard, Seal, Visit
from apps.customs.models import AuthorityMessage
from apps.gate.models import Appointment
from apps.journal.models import Entry
from apps.ships.models import StowageLine
from terminal.events import EventKind
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.edi import SAMPLES, PartnerFactory, sample, take
from tests.factories.gate import haulier as haulier_party
from tests.factories.gate import open_day_and_night, order_for, released_box
from tests.factories.parties import PartyFactory
from tests.factories.ships import ShipCallFactory

pytestmark = pytest.mark.django_db

MAY_1 = datetime(2026, 5, 1, 4, tzinfo=UTC)
MAY_5 = MAY_1 + timedelta(days=4)
WILD = Path(__file__).parents[3] / "shared" / "data" / "edifact"


def line():
    return PartyFactory(code="yellow-sea-line", name="Yellow Sea Line", kind="line")


def a_stay(number, party, size="45G1", **more):
    visit = VisitFactory(container=ContainerFactory(number=number, size_type=size), stated_size_type=size, **more)
    VisitRoleFactory(visit=visit, party=party, role="line")
    return visit


def a_ship(**more):
    return ShipCallFactory(name="Xin Lian Yun", imo="9461867", line=line(), **more)


def deeds(row):
    return [each["what"] for message in row.messages for each in message["done"]]


def left(row):
    return [(each["code"], each["segment"]) for message in row.messages for each in message["left"]]


def warned(row):
    return [each["code"] for each in row.warnings]


def test_every_sample_has_its_outcome_stated_here():
    stated = Path(__file__).read_text()
    ours = [each.stem for each in SAMPLES.glob("*.edi")]
    assert len(ours) >= 9
    assert [name for name in ours if f'"{name}"' not in stated] == []


def test_a_gate_report_of_others_is_their_word_on_both_boxes(lyg):
    partner = PartnerFactory(code="rail-term", sender_code="RAILTERM", own_code="LINEAGENT")
    laden = a_stay("CSQU3054383", partner.party, active=True)
    row = take(sample("codeco_gate_in"), partner, MAY_1)
    assert (row.fate, deeds(row), left(row), warned(row)) == ("taken", ["reported"], [("no-such-stay", 19)], [])
    entry = Entry.objects.get(kind=EventKind.PROGRESS_REPORTED.value)
    assert (entry.visit_id, entry.happened_at, entry.source) == (
        laden.pk, datetime(2026, 5, 1, 1, 15, tzinfo=UTC), "edi:rail-term",
    )  # fmt: skip
    assert entry.payload == {
        "what": "gated-in", "place": "CNLYG", "mode": "road", "carrier": "SUG12345", "as": "line",
    }  # fmt: skip


def test_a_ship_report_of_others_is_their_word(lyg):
    partner = PartnerFactory(code="sea-term", sender_code="LYGSEA", own_code="LINEAGENT")
    for number in ("UACU8175070", "CSQU3054383"):
        a_stay(number, partner.party)
    row = take(sample("coarri_discharge"), partner, MAY_5)
    assert (row.fate, deeds(row), left(row), warned(row)) == ("taken", ["reported", "reported"], [], ["old-size-type"])
    assert set(Visit.objects.values_list("state", flat=True)) == {"advised"}


def test_a_load_list_is_the_ships_list_and_says_what_cannot_be_loaded(lyg):
    ship = a_ship(voyage_out="619S")
    a_stay("CSQU3054383", line(), size="45R1", active=True)
    row = take(sample("coprar_load"), at=MAY_1)
    assert (row.fate, deeds(row), warned(row)) == ("taken", ["stowage-list"], [])
    assert left(row) == [("not-verified", 3), ("not-noted", 16), ("cannot-be-loaded", 16)]
    reefer, rack = StowageLine.objects.order_by("pk")
    assert (reefer.ship_id, reefer.listed_in, reefer.visit.departure_call_id) == (ship.pk, "load", ship.call_id)
    assert (reefer.celsius, reefer.seals, reefer.destination, reefer.gross_kg) == (-18, ["CN778812"], "JPTYO", 24350)
    assert (rack.visit, rack.un_number, rack.imdg_class) == (None, "1263", "3")


def test_a_load_list_for_a_ship_nobody_announced_is_refused_at_its_voyage(lyg):
    row = take(sample("coprar_load"), at=MAY_1)
    assert row.fate == "refused"
    assert (row.fault["code"], row.fault["segment"], row.fault["tag"], row.fault["element"]) == (
        "unknown-here", 5, "TDT", 2,
    )  # fmt: skip
    assert (row.fault["found"], row.fault["message"]) == ("619S XIN LIAN YUN", "44")


def test_an_acceptance_order_that_replaces_one_nobody_sent_is_refused(lyg):
    row = take(sample("coparn_acceptance"), at=MAY_1)
    assert (row.fate, row.fault["code"], row.fault["segment"], row.fault["element"]) == (
        "refused", "unknown-here", 3, 2,
    )  # fmt: skip
    assert not Visit.objects.exists()


def test_an_acceptance_order_is_pre_advice_of_the_line(lyg):
    row = take(sample("coparn_acceptance").replace(b"AO-55+5", b"AO-55+9"), at=MAY_1)
    assert (row.fate, deeds(row), left(row)) == ("taken", ["visit-advised"], [])
    visit = Visit.objects.get()
    assert (visit.container.number, visit.destination, visit.goods, visit.gross_kg, visit.state) == (
        "CSQU3054383", "KZALA", "dangerous_goods", 10474, "advised",
    )  # fmt: skip
    assert set(visit.references.values_list("kind", "value")) == {("order", "AO-55"), ("booking", "BKG778812")}
    assert list(visit.roles.values_list("party__code", "role")) == [("yellow-sea-line", "line")]
    assert list(Seal.objects.values_list("number", "owner")) == [("00214784", "shipper")]
    assert list(Hazard.objects.values_list("un_number", "imdg_class")) == [("3480", "9")]


def test_a_release_order_is_kept_and_left_for_a_person(lyg):
    partner = PartnerFactory(own_code="DEPOT")
    row = take(sample("coparn_release"), partner, MAY_1)
    assert (row.fate, deeds(row), left(row)) == ("taken", [], [("release-order", 8)])


def test_a_truck_notice_is_an_appointment_of_the_haulier(lyg):
    partner = PartnerFactory(code="haulier", party=haulier_party(), sender_code="HAULIER", own_code="RAILTERM")
    open_day_and_night(lyg)
    order_for(released_box("UACU8175070"), at=MAY_1)
    row = take(sample("copino_delivery"), partner, MAY_1)
    assert (row.fate, deeds(row), left(row)) == ("taken", ["appointment"], [])
    booked = Appointment.objects.get()
    assert (booked.plate, booked.driver_name, booked.reference, booked.haulier.code) == (
        "SUG12345", "WANG LEI", "TN-0312", "xugou-haulage",
    )  # fmt: skip
    assert booked.starts_at == datetime(2026, 5, 6, 6, tzinfo=UTC)
    assert [(box.direction, box.number) for box in booked.boxes.all()] == [
        ("in", "CSQU3054383"), ("out", "UACU8175070"),
    ]  # fmt: skip


def test_a_truck_notice_without_the_right_to_collect_is_refused_and_books_nothing(lyg):
    partner = PartnerFactory(code="haulier", party=haulier_party(), sender_code="HAULIER", own_code="RAILTERM")
    open_day_and_night(lyg)
    row = take(sample("copino_delivery"), partner, MAY_1)
    assert (row.fate, row.fault["code"], row.fault["cause"]) == ("refused", "cannot-be-done", "no-right-to-collect")
    assert (row.fault["segment"], row.fault["found"]) == (13, "UACU8175070")
    assert not Appointment.objects.exists()


def test_a_customs_release_is_heard_and_waits_for_the_declaration_it_is_about(lyg):
    row = take(sample("cusres_release"), PartnerFactory(customs=True), MAY_1 + timedelta(days=7))
    assert (row.fate, deeds(row), left(row)) == ("taken", ["customs-decision"], [("customs-wait", 7)])
    heard = AuthorityMessage.objects.get()
    assert (heard.state, heard.kind, heard.turn, heard.declaration_number) == (
        "waiting", "released", 4, "230120260000012345",
    )  # fmt: skip


def test_a_customs_release_from_a_party_is_not_read(lyg):
    partner = PartnerFactory(sender_code="CUSTOMS", own_code="RAILTERM")
    row = take(sample("cusres_release"), partner, MAY_1)
    assert (row.fate, row.fault["code"], row.fault["segment"]) == ("refused", "not-agreed-on", 2)
    assert not AuthorityMessage.objects.exists()


def test_a_status_report_is_the_railways_word(lyg):
    railway = PartyFactory(code="ktz-express", kind="railway")
    partner = PartnerFactory(code="ktz", party=railway, sender_code="KTZ", own_code="RAILTERM")
    for number in ("CSQU3054383", "TCLU5088040", "UACU8175070"):
        a_stay(number, railway)
    row = take(sample("iftsta_rail"), partner, MAY_5)
    assert (row.fate, deeds(row), left(row)) == ("taken", ["reported"] * 3, [])
    told = Entry.objects.filter(kind=EventKind.PROGRESS_REPORTED.value).order_by("pk")
    assert [(each.container_number, each.payload["what"], each.payload["place"]) for each in told] == [
        ("CSQU3054383", "set-off", "KZHOR"), ("TCLU5088040", "set-off", "KZHOR"),
        ("UACU8175070", "border-crossed", "CNHRS"),
    ]  # fmt: skip


def test_a_bay_plan_is_the_discharge_list_where_none_has_come(lyg):
    partner = PartnerFactory(sender_code="SHIP")
    ship = a_ship(voyage_in="618N")
    row = take(sample("baplie_departure"), partner, MAY_1)
    assert (row.fate, deeds(row), left(row), warned(row)) == ("taken", ["stowage-list"], [], ["old-size-type"])
    assert list(StowageLine.objects.order_by("pk").values_list("ship", "listed_in", "number", "stow")) == [
        (ship.pk, "discharge", "UACU8175070", "005-03-82"), (ship.pk, "discharge", "CSQU3054383", "006-03-84"),
    ]  # fmt: skip
    assert set(Visit.objects.values_list("state", "arrival_call")) == {("advised", ship.call_id)}


FOUND = {
    "EdiCodeco_example.edi": ("refused", "wrong-party", 1),
    "d95b_coprar.edi": ("refused", "refused-element", 10),
    "d00b_iftsta.edi": ("refused", "wrong-party", 1),
    "test_iftsta_00.edi": ("refused", "refused-element", 30),
    "test_iftsta_01.edi": ("refused", "refused-element", 30),
    "test_iftsta_02.edi": ("refused", "wrong-party", 1),
    "d04b_baplie.edi": ("refused", "wrong-party", 1),
}
"""By Yellow Sea Line's agreement, of files that others wrote for others."""

OUTSIDE = "number-outside-standard"
SENT_BY = {
    "EdiCodeco_example.edi": ("ESHUV", "PA", "taken", [OUTSIDE], [("no-such-stay", 8)]),
    "d95b_coprar.edi": ("ANY", "LYGSEA", "refused", "unknown-here", 5),
    "d00b_iftsta.edi": (
        "SENDER", "RECEIVER", "taken", [OUTSIDE, "other-interchange-reference"], [("no-such-stay", 31)],
    ),
    "test_iftsta_00.edi": ("ANY", "LYGSEA", "taken", ["no-unb", OUTSIDE], [("no-such-stay", 30)]),
    "test_iftsta_01.edi": ("ANY", "LYGSEA", "taken", ["no-unb", OUTSIDE], [("no-such-stay", 30)]),
    "test_iftsta_02.edi": ("TEST", "TEST", "taken", [OUTSIDE], [("no-such-stay", 31)]),
    "d04b_baplie.edi": ("SENDER ID", "RECEIVER ID", "refused", "refused-element", 18),
}  # fmt: skip
"""By an agreement with their own sender, whose boxes may have numbers outside the standard."""

in_the_wild = pytest.mark.skipif(not WILD.is_dir(), reason="the files found in the wild are not here")


@in_the_wild
def test_every_file_found_in_the_wild_has_its_outcome_stated_here():
    assert {each.name for each in WILD.glob("*.edi")} == set(FOUND) == set(SENT_BY)


@in_the_wild
@pytest.mark.parametrize("name", FOUND)
def test_what_others_wrote_is_refused_at_one_place_and_changes_nothing(lyg, name):
    row = take((WILD / name).read_bytes(), at=MAY_1)
    assert (row.fate, row.fault["code"], row.fault["segment"]) == FOUND[name]
    assert not Entry.objects.exists()


@in_the_wild
@pytest.mark.parametrize("name", SENT_BY)
def test_what_was_found_in_the_wild_as_its_own_partner_sends_it(lyg, name):
    tolerates = sorted(PartnerFactory.build(party=None).profile.tolerates | {OUTSIDE})
    sender, own, fate, *what = SENT_BY[name]
    partner = PartnerFactory(sender_code=sender, sender_qualifier="", own_code=own, agreements={"tolerates": tolerates})
    row = take((WILD / name).read_bytes(), partner, MAY_1)
    if fate == "refused":
        assert (row.fate, row.fault["code"], row.fault["segment"]) == (fate, *what)
    else:
        assert (row.fate, row.fault) == ("taken", None)
        assert (sorted(warned(row)), left(row)) == (sorted(what[0]), what[1])
