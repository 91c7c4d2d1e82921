"""What each type of message says, as facts of the terminal."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from terminal.customs.word import MessageKind
from terminal.edifact.facts import (
    BILL_OF_LADING,
    BOOKING,
    DISCHARGE,
    Errand,
    Function,
    Gate,
    Hazard,
    Order,
    Overhang,
    Seal,
    ShipWork,
    Standing,
    Status,
)
from terminal.edifact.oddities import Oddity
from terminal.edifact.profile import Profile
from terminal.edifact.reading import read
from terminal.seals import SealOwner
from terminal.stowage import StowageList
from terminal.throughput import Mode

SAMPLES = Path(__file__).parent / "samples"
SHANGHAI = ZoneInfo("Asia/Shanghai")
AGREED = Profile(zone=SHANGHAI)


def sample(name, profile=AGREED):
    received = read((SAMPLES / f"{name}.edi").read_bytes(), profile)
    (told,) = received.told
    return told, [each.oddity for each in received.warnings]


def test_a_gate_report_says_which_way_each_box_went_when_and_by_what():
    report, warnings = sample("codeco_gate_in")
    assert warnings == []
    assert (report.way, report.head.document, report.head.function) == (Gate.IN, "GI-2026-0501", Function.ORIGINAL)
    assert [party.code for party in report.head.parties if party.role == "MS"] == ["RAILTERM"]
    (ship,) = report.means
    assert (ship.mode, ship.journey, ship.identity, ship.name) == (Mode.SEA, "618N", "9461867", "XIN LIAN YUN")
    laden, empty = report.moves
    assert laden.at == datetime(2026, 5, 1, 1, 15, tzinfo=UTC)
    box = laden.box
    assert (box.number, box.size_type, box.laden, box.standing) == ("CSQU3054383", "45G1", True, Standing.EXPORT)
    assert (box.vgm_kg, box.gross_kg, box.tare_kg) == (24350, None, 3900)
    assert box.seals == (Seal("CN778812", SealOwner.CARRIER), Seal("CU0091", SealOwner.CUSTOMS))
    assert box.reference(BOOKING) == "BKG778812"
    assert box.location(DISCHARGE).code == "JPTYO"
    assert box.remarks == ("GARMENTS 'SUMMER' 100+ CARTONS",)
    (truck,) = box.means
    assert (truck.mode, truck.identity, truck.carrier_name) == (Mode.ROAD, "SUG12345", "LYG HAULAGE")
    assert (empty.box.laden, empty.box.means[0].mode) == (False, Mode.RAIL)


def test_a_ship_report_says_what_was_discharged_and_from_where_on_board():
    report, warnings = sample("coarri_discharge")
    assert warnings == [Oddity.OLD_SIZE_TYPE]
    assert report.work is ShipWork.DISCHARGED
    assert report.head.issued_at == datetime(2026, 5, 2, 22, 5, tzinfo=SHANGHAI)
    first, second = report.moves
    assert first.at == datetime(2026, 5, 2, 18, 31, tzinfo=SHANGHAI)
    assert (first.box.stow, first.box.vgm_kg, first.box.reference(BILL_OF_LADING)) == ("005-03-82", 18250, "SNLYG00817")
    assert (second.box.size_type, second.box.gross_kg, second.box.laden) == ("45GP", 3900, False)
    (ship,) = report.means
    assert ship.locations[0].times[0].at == datetime(2026, 5, 2, 14, tzinfo=SHANGHAI)


def test_a_load_list_says_what_every_box_needs_on_board():
    told, warnings = sample("coprar_load")
    assert warnings == []
    assert told.which is StowageList.LOAD
    reefer, rack = told.boxes
    assert (reefer.celsius, reefer.vgm_kg, reefer.location("7").code) == (Decimal("-18.0"), 24350, "JPTYO")
    assert rack.hazards == (Hazard("3", "1263"), Hazard("8", "1760"))
    assert rack.overhangs == (Overhang("height", 45),)
    assert rack.standing is Standing.TRANSHIPMENT


def test_a_release_may_ask_for_a_number_of_boxes_of_a_kind():
    told, warnings = sample("coparn_release")
    assert warnings == []
    assert told.order is Order.RELEASE
    (asked,) = told.boxes
    assert (asked.number, asked.size_type, asked.count, asked.laden) == ("", "42G1", 3, False)
    assert told.head.reference_of(BOOKING) == "BKG900118"


def test_an_acceptance_order_tells_the_goods_the_box_and_its_way_on():
    told, warnings = sample("coparn_acceptance")
    assert warnings == []
    assert (told.order, told.head.function) == (Order.ACCEPTANCE, Function.REPLACEMENT)
    (box,) = told.boxes
    assert (box.hazards, box.gross_kg) == ((Hazard("9", "3480"),), 10474)
    (train,) = box.means
    assert (train.mode, train.carrier, train.locations[0].code) == (Mode.RAIL, "CRCT", "KZALA")
    assert train.times[0].at == datetime(2026, 5, 13, 6, tzinfo=SHANGHAI)


def test_a_status_report_says_what_happened_to_which_boxes_where():
    report, warnings = sample("iftsta_rail")
    assert warnings == []
    left, crossed = report.statuses
    assert (left.status, left.code, left.means[0].journey) == (Status.DEPARTED, "RL", "X8043")
    assert [box.number for box in left.boxes] == ["CSQU3054383", "TCLU5088040"]
    assert (left.locations[0].code, left.locations[0].name) == ("KZHOR", "KHORGOS")
    assert left.at == datetime(2026, 5, 4, 23, 40, tzinfo=SHANGHAI)
    assert [box.number for box in crossed.boxes] == ["UACU8175070"]
    assert crossed.at == datetime(2026, 5, 4, 19, 10, tzinfo=UTC), "the form says its offset itself"


def test_a_truck_is_announced_with_plate_driver_and_what_it_comes_for():
    told, warnings = sample("copino_delivery")
    assert warnings == []
    (truck,) = told.means
    assert (truck.identity, truck.name, truck.carrier) == ("SUG12345", "WANG LEI", "LYGH")
    assert truck.locations[0].times[0].at == datetime(2026, 5, 6, 14, 30, tzinfo=SHANGHAI)
    assert [(errand, box.number) for errand, box in told.errands] == [
        (Errand.DELIVERY, "CSQU3054383"), (Errand.PICK_UP, "UACU8175070"),
    ]  # fmt: skip


def test_customs_answer_about_a_declaration():
    answer, warnings = sample("cusres_release")
    assert warnings == []
    assert (answer.declaration, answer.kinds, answer.codes) == (
        "230120260000012345", (MessageKind.RELEASED,), ("4",),
    )  # fmt: skip
    assert (answer.office, answer.turn, answer.head.remarks) == ("LYG0001", None, ("RELEASED AFTER PAYMENT",))
    assert [box.number for box in answer.boxes] == ["CSQU3054383", "UACU8175070"]


def test_the_turn_of_a_customs_answer_stands_under_the_reference_that_was_agreed():
    answer, _ = sample("cusres_release", Profile(turn_reference="AEG"))
    assert answer.turn == 4


def test_what_customs_mean_by_their_own_indicators_is_agreed():
    answer, _ = sample("cusres_release", Profile(customs={"4": "rejected"}))
    assert answer.kinds == (MessageKind.REJECTED,)


def test_a_bay_plan_says_what_stands_where_and_leaves_out_empty_places():
    plan, warnings = sample("baplie_departure")
    assert warnings == [Oddity.OLD_SIZE_TYPE]
    assert [(box.number, box.stow, box.gross_kg) for box in plan.boxes] == [
        ("UACU8175070", "005-03-82", 18250), ("CSQU3054383", "006-03-84", 26000),
    ]  # fmt: skip
    reefer = plan.boxes[1]
    assert (reefer.size_type, reefer.celsius, reefer.hazards) == ("45RT", Decimal("-18.0"), (Hazard("2.2", "3164"),))
    (ship,) = plan.means
    assert [place.code for place in ship.locations] == ["JPTYO", "CNLYG"]
    assert ship.locations[1].times[1].at == datetime(2026, 5, 2, 14, tzinfo=SHANGHAI)


def test_a_time_without_a_zone_is_in_the_zone_of_the_profile():
    here, _ = sample("codeco_gate_in", Profile(zone=ZoneInfo("Asia/Almaty")))
    assert here.moves[0].at == datetime(2026, 5, 1, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "at"), [("codeco_gate_in", 7), ("coarri_discharge", 10), ("baplie_departure", 16), ("cusres_release", 9)]
)
def test_a_box_remembers_in_which_segment_it_stands(name, at):
    told, _ = sample(name)
    first = told.moves[0].box if hasattr(told, "moves") else told.boxes[0]
    assert first.segment == at
