"""Files as others write them: of each, whether it is read and what it says, or why it is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from terminal.edifact.facts import BOOKING, Gate, Status
from terminal.edifact.faults import Place, RefusedElement
from terminal.edifact.oddities import TOLERATED, Oddity
from terminal.edifact.profile import COMMON, Profile
from terminal.edifact.reading import read
from terminal.throughput import Mode

WILD = Path(__file__).parents[4] / "shared" / "data" / "edifact"
OUTSIDE = Profile(tolerates=TOLERATED | {Oddity.NUMBER_OUTSIDE_STANDARD})
"""With a partner whose boxes have numbers that the standard does not know."""

pytestmark = pytest.mark.skipif(not WILD.is_dir(), reason="the files found in the wild are not here")


def wild(name):
    return (WILD / name).read_bytes()


def refused(name, profile=COMMON):
    with pytest.raises(RefusedElement) as found:
        read(wild(name), profile)
    return found.value.place, found.value.facts["found"], found.value.facts["cause"]


@pytest.mark.parametrize(
    ("name", "segment", "number", "cause"),
    [
        ("EdiCodeco_example.edi", 8, "TESI1120274", "unknown-category"),
        ("d95b_coprar.edi", 10, "MSTI6415664", "unknown-category"),
        ("d00b_iftsta.edi", 31, "TRHU4561222", "wrong-check-digit"),
        ("test_iftsta_00.edi", 30, "TRHU4561222", "wrong-check-digit"),
        ("test_iftsta_01.edi", 30, "TRHU4561222", "wrong-check-digit"),
        ("test_iftsta_02.edi", 31, "TRHU4561222", "wrong-check-digit"),
        ("d04b_baplie.edi", 18, "CONTAINER", "wrong-length"),
    ],
)
def test_every_file_is_refused_for_its_container_number_where_nothing_else_was_agreed(name, segment, number, cause):
    assert refused(name) == (Place(segment, "EQD", 2, 1), number, cause)


def test_a_number_that_has_not_even_the_form_of_one_is_refused_in_any_case():
    assert refused("d04b_baplie.edi", OUTSIDE)[1] == "CONTAINER"


def test_the_gate_report_says_what_its_twin_says():
    twin = json.loads(wild("EdiCodeco_example.json"))
    received = read(wild("EdiCodeco_example.edi"), OUTSIDE)
    assert [each.oddity for each in received.warnings] == [Oddity.NUMBER_OUTSIDE_STANDARD]
    assert received.interchange.prepared_at == datetime.fromisoformat(twin["sentAt"])
    (report,) = received.told
    (move,) = report.moves
    box = move.box
    assert report.way is Gate.IN
    assert move.at == datetime.fromisoformat(twin["ata"])
    assert (box.number, box.vgm_kg, box.laden) == (
        twin["containerIdentification"], twin["containerWeight"], not twin["isContainerEmpty"],
    )  # fmt: skip
    assert box.reference(BOOKING) == twin["bookingCode"]
    assert (box.location("9").code, box.location("11").code) == (twin["loadingPort"], twin["dischargingPort"])
    (truck,) = box.means
    assert (truck.mode, truck.identity) == (Mode.ROAD, twin["truckLicenseCode"])
    assert report.means[0].journey == twin["vesselVoyage"]


def test_the_load_list_is_read_with_every_count_wrong_and_reported():
    received = read(wild("d95b_coprar.edi"), OUTSIDE)
    assert [(each.oddity, each.place.segment) for each in received.warnings] == [
        (Oddity.NO_UNB, 1),
        (Oddity.SEGMENT_COUNT, 29),
        (Oddity.UNREADABLE_TIME, 7),
        (Oddity.UNREADABLE_TIME, 8),
        (Oddity.NUMBER_OUTSIDE_STANDARD, 10),
        (Oddity.NUMBER_OUTSIDE_STANDARD, 19),
        (Oddity.BOX_COUNT, 28),
        (Oddity.BOX_TWICE, 19),
    ]
    (told,) = received.told
    (box,) = told.boxes
    assert (box.number, box.gross_kg, box.vgm_kg, box.remarks) == ("MSTI6415664", 11740, 11740, ("PLASTICS:ARTICLES",))
    assert (told.means[0].name, told.means[0].journey) == ("HELLO WORLD", "123W")


@pytest.mark.parametrize(
    ("name", "oddities"),
    [
        ("d00b_iftsta.edi", [Oddity.OTHER_INTERCHANGE_REFERENCE]),
        ("test_iftsta_00.edi", [Oddity.NO_UNB]),
        ("test_iftsta_01.edi", [Oddity.NO_UNB]),
        ("test_iftsta_02.edi", []),
    ],
)
def test_the_status_reports_say_that_the_box_left_by_rail(name, oddities):
    received = read(wild(name), OUTSIDE)
    assert [each.oddity for each in received.warnings] == [*oddities, Oddity.NUMBER_OUTSIDE_STANDARD]
    (report,) = received.told
    (told,) = report.statuses
    assert (told.status, told.at) == (Status.DEPARTED, datetime(2022, 11, 19, 7, 10, tzinfo=UTC))
    assert (told.means[0].mode, told.means[0].name, told.locations[0].code) == (
        Mode.RAIL, "CSX TRANSPORTATION", "USSYR",
    )  # fmt: skip
    assert [(box.number, box.size_type) for box in told.boxes] == [("TRHU4561222", "45G1")]
    terminal = told.means[0].locations[1].name
    assert terminal == (
        "APM TERMINALS ELIZA' +BETH, , US" if name.endswith("01.edi") else "APM TERMINALS ELIZABETH, , US"
    )
