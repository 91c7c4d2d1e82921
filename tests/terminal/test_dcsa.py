"""One row of the journal in the words of Track & Trace 2.2 and 3.0."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.customs.inspecting import InspectionKind
from terminal.dcsa import Carriage, Happened, Paper, PaperKind, Place, SealSeen, event_2_2, event_3_0
from terminal.events import Classifier, EventKind
from terminal.readiness.facts import Owner
from terminal.seals import SealOwner
from terminal.throughput import Mode
from tests.dcsa import faults_2_2, faults_3_0, needs_schemas

SHANGHAI = timezone(timedelta(hours=8))
HERE = Place(name="Lianyungang", un_locode="CNLYG", facility="LYG01", facility_list="SMDG")
TRAIN = Carriage(mode=Mode.RAIL, call="0195a3c4-call", number="X9014", service="CR-EX1", wagon="5281234")
SHIP = Carriage(
    mode=Mode.SEA, call="0195a3c4-ship", vessel="Haizhou Bay", imo="9074729", voyage_in="12W", voyage_out="13E"
)
LOADED = Happened(
    kind=EventKind.CONTAINER_LOADED,
    event="3cecb101-7a1a-43a4-9d62-e88a131651e2",
    terminal="lyg",
    happened_at=datetime(2026, 5, 2, 9, 30, tzinfo=SHANGHAI),
    recorded_at=datetime(2026, 5, 2, 1, 30, 4, 123456, tzinfo=UTC),
    place=HERE,
    container="CSQU3054383",
    size_type="22G1",
    laden=True,
    carriage=TRAIN,
    papers=(
        Paper(PaperKind.BOOKING, "ABC709951"),
        Paper(PaperKind.TRANSPORT_DOCUMENT, "HHL71800000"),
        Paper(PaperKind.SHIPPERS_OWN, "ALM-4711"),
    ),
)
ONLY_IN_THREE = {"CUSS", "CUSI", "CUSR", "CROS", "AVPU", "AVDO", "HOLD", "RELS"}


def test_a_box_on_a_train_in_version_2_2():
    assert event_2_2(LOADED) == {
        "eventID": "3cecb101-7a1a-43a4-9d62-e88a131651e2",
        "eventCreatedDateTime": "2026-05-02T01:30:04.123456Z",
        "eventType": "EQUIPMENT",
        "eventClassifierCode": "ACT",
        "eventDateTime": "2026-05-02T09:30:00+08:00",
        "equipmentEventTypeCode": "LOAD",
        "equipmentReference": "CSQU3054383",
        "ISOEquipmentCode": "22G1",
        "emptyIndicatorCode": "LADEN",
        "eventLocation": {
            "locationName": "Lianyungang",
            "UNLocationCode": "CNLYG",
            "facilityCode": "LYG01",
            "facilityCodeListProvider": "SMDG",
        },
        "transportCall": {
            "transportCallID": "0195a3c4-call",
            "exportVoyageNumber": "X9014",
            "importVoyageNumber": "X9014",
            "UNLocationCode": "CNLYG",
            "facilityCode": "LYG01",
            "facilityCodeListProvider": "SMDG",
            "modeOfTransport": "RAIL",
        },
        "documentReferences": [
            {"documentReferenceType": "BKG", "documentReferenceValue": "ABC709951"},
            {"documentReferenceType": "TRD", "documentReferenceValue": "HHL71800000"},
        ],
        "references": [{"referenceType": "SI", "referenceValue": "ALM-4711"}],
    }


def test_a_box_on_a_train_in_version_3_0():
    assert event_3_0(LOADED) == {
        "eventRouting": {
            "originatingParty": {"partyCode": "lyg", "codeListProvider": "ZZZ", "partyFunction": "TR"},
        },
        "eventID": "3cecb101-7a1a-43a4-9d62-e88a131651e2",
        "eventDateTime": "2026-05-02T09:30:00+08:00",
        "eventUpdatedDateTime": "2026-05-02T01:30:04.123456Z",
        "eventClassification": {
            "eventTypeCode": "EQUIPMENT",
            "eventClassifierCode": "ACT",
            "equipmentEventTypeCode": "LOAD",
        },
        "eventLocation": {
            "locationName": "Lianyungang",
            "UNLocationCode": "CNLYG",
            "facility": {"facilityCode": "LYG01", "facilityCodeListProvider": "SMDG"},
        },
        "shipmentDetails": {
            "documentReference": {"typeCode": "BKG", "reference": "ABC709951"},
            "additionalDocumentReferences": [{"typeCode": "TRD", "reference": "HHL71800000"}],
            "shipmentReferences": [{"typeCode": "SI", "reference": "ALM-4711"}],
        },
        "transportDetails": {
            "transportCall": {
                "transportCallReference": "0195a3c4-call",
                "modeOfTransport": "RAIL",
                "railTransport": {
                    "railCarReference": "5281234",
                    "railServiceReference": "CR-EX1",
                    "departureID": "X9014",
                },
            }
        },
        "equipmentDetails": {
            "equipmentReference": "CSQU3054383",
            "ISOEquipmentCode": "22G1",
            "emptyIndicatorCode": "LADEN",
        },
    }


def test_a_train_that_leaves_is_told_by_rail_in_both():
    left = replace(LOADED, kind=EventKind.CALL_DEPARTED, container="", size_type="", laden=None)
    two, three = event_2_2(left), event_3_0(left)
    assert (two["eventType"], two["transportEventTypeCode"]) == ("TRANSPORT", "DEPA")
    assert two["transportCall"]["modeOfTransport"] == "RAIL"
    assert three["eventClassification"]["transportEventTypeCode"] == "DEPA"
    assert three["transportDetails"]["transportCall"]["railTransport"]["departureID"] == "X9014"
    assert "equipmentDetails" not in three


def test_a_ship_is_told_with_its_imo_number_and_voyages():
    two, three = event_2_2(replace(LOADED, carriage=SHIP)), event_3_0(replace(LOADED, carriage=SHIP))
    assert two["transportCall"]["vessel"] == {"vesselIMONumber": "9074729", "vesselName": "Haizhou Bay"}
    assert (two["transportCall"]["importVoyageNumber"], two["transportCall"]["exportVoyageNumber"]) == ("12W", "13E")
    call = three["transportDetails"]["transportCall"]
    assert call["vesselTransport"] == {"vesselIMONumber": "9074729", "vesselName": "Haizhou Bay"}
    assert call["exportVoyageNumberOrReference"] == {"carrierVoyageNumber": "13E"}


@pytest.mark.parametrize(
    ("more", "type_code", "code"),
    [
        ({"kind": EventKind.CUSTOMS_INSPECTION_ORDERED, "look": InspectionKind.SCAN}, "EQUIPMENT", "CUSS"),
        ({"kind": EventKind.CUSTOMS_INSPECTION_ORDERED, "look": InspectionKind.PHYSICAL}, "EQUIPMENT", "CUSI"),
        ({"kind": EventKind.PERMISSION_GRANTED, "owner": Owner.CUSTOMS}, "EQUIPMENT", "CUSR"),
        ({"kind": EventKind.HOLD_PLACED, "owner": Owner.CUSTOMS}, "SHIPMENT", "HOLD"),
        ({"kind": EventKind.HOLD_LIFTED, "owner": Owner.CUSTOMS}, "SHIPMENT", "RELS"),
    ],
)
def test_what_customs_does_is_told_in_3_0_only(more, type_code, code):
    fact = replace(LOADED, carriage=None, reference="CD-17", **more)
    assert event_2_2(fact) is None
    event = event_3_0(fact)
    classified = event["eventClassification"]
    assert (classified["eventTypeCode"], classified[f"{type_code.lower()}EventTypeCode"]) == (type_code, code)
    assert event["shipmentDetails"]["documentReference"] == {"typeCode": "CUC", "reference": "CD-17"}


@pytest.mark.parametrize("kind", [EventKind.HOLD_PLACED, EventKind.HOLD_LIFTED, EventKind.PERMISSION_GRANTED])
@pytest.mark.parametrize("owner", [Owner.TERMINAL, Owner.CARRIER, Owner.SHIPPER, None])
def test_what_others_stop_or_allow_has_no_code(kind, owner):
    assert event_3_0(replace(LOADED, kind=kind, owner=owner)) is None


def test_an_inspection_that_was_called_off_inspected_nothing():
    over = replace(LOADED, kind=EventKind.CUSTOMS_INSPECTION_DONE)
    assert event_3_0(over) is event_2_2(over) is None
    assert event_2_2(replace(over, result="clear"))["equipmentEventTypeCode"] == "INSP"


def test_a_retraction_has_the_events_id_in_3_0_and_is_left_out_of_2_2():
    taken_back = replace(LOADED, retracted=True, revision=2)
    assert event_2_2(taken_back) is None
    event = event_3_0(taken_back)
    assert (event["eventID"], event["isRetracted"]) == (LOADED.event, True)
    assert "equipmentDetails" not in event
    assert "isRetracted" not in event_3_0(LOADED)


def test_a_box_of_which_nobody_knows_whether_it_is_laden_is_told_in_3_0_only():
    unknown = replace(LOADED, laden=None)
    assert event_2_2(unknown) is None
    assert "emptyIndicatorCode" not in event_3_0(unknown)["equipmentDetails"]


@pytest.mark.parametrize(("kind", "load"), [("container-stripped", "EMPTY"), ("container-stuffed", "LADEN")])
@pytest.mark.parametrize("laden", [True, False, None])
def test_a_stripped_box_is_empty_and_a_stuffed_one_laden_whatever_it_was(kind, load, laden):
    fact = replace(LOADED, kind=EventKind(kind), laden=laden)
    assert event_2_2(fact)["emptyIndicatorCode"] == load


def test_a_truck_nobody_announced_is_no_call_to_2_2():
    fact = replace(LOADED, kind=EventKind.CONTAINER_GATED_IN, carriage=Carriage(mode=Mode.ROAD))
    assert "transportCall" not in event_2_2(fact)
    assert event_3_0(fact)["transportDetails"] == {"transportCall": {"modeOfTransport": "TRUCK"}}


def test_a_name_too_long_for_the_standard_is_left_out_and_never_cut():
    fact = replace(LOADED, carriage=replace(SHIP, vessel="X" * 36))
    assert event_2_2(fact)["transportCall"]["vessel"] == {"vesselIMONumber": "9074729"}
    assert len(event_3_0(fact)["transportDetails"]["transportCall"]["vesselTransport"]["vesselName"]) == 36


texts = st.text(max_size=80)
moments = st.integers(min_value=10**15, max_value=4 * 10**15).map(
    lambda micros: datetime.fromtimestamp(micros / 1_000_000, SHANGHAI if micros % 2 else UTC)
)
carriages = st.builds(
    Carriage,
    mode=st.sampled_from(Mode),
    call=st.sampled_from(["", "0195a3c4-7a10-7c3e-9f53-0d6a2b7b1f01"]),
    number=st.text(max_size=40),
    vessel=texts,
    imo=st.sampled_from(["", "9074729"]),
    voyage_in=st.text(max_size=20),
    voyage_out=st.text(max_size=20),
    service=st.text(max_size=20),
    wagon=st.text(max_size=12),
)
places = st.builds(
    Place,
    name=st.text(max_size=120),
    un_locode=st.sampled_from(["CNLYG", "KZHOR"]),
    facility=st.sampled_from(["", "LYG01"]),
    facility_list=st.sampled_from(["SMDG", "BIC"]),
)
facts = st.builds(
    Happened,
    kind=st.sampled_from(EventKind),
    event=st.uuids().map(str),
    terminal=st.just("lyg"),
    happened_at=moments,
    recorded_at=moments,
    place=places,
    classifier=st.sampled_from(Classifier),
    retracted=st.booleans(),
    container=st.sampled_from(["", "CSQU3054383"]),
    size_type=st.sampled_from(["", "22G1", "L5G1"]),
    laden=st.sampled_from([True, False, None]),
    carriage=st.none() | carriages,
    papers=st.lists(st.builds(Paper, st.sampled_from(PaperKind), st.text(min_size=1, max_size=60)), max_size=3).map(
        tuple
    ),
    seals=st.lists(
        st.builds(SealSeen, st.text("AB12", min_size=1, max_size=20), st.sampled_from(SealOwner)), max_size=2
    ).map(tuple),
    owner=st.none() | st.sampled_from(Owner),
    look=st.sampled_from(["", *InspectionKind]),
    result=st.sampled_from(["", "clear"]),
    reference=st.text(max_size=60),
)


@needs_schemas
@settings(max_examples=80, deadline=None)
@given(facts)
def test_whatever_is_told_is_valid_in_its_version(fact):
    two, three = event_2_2(fact), event_3_0(fact)
    assert two is None or faults_2_2(two) == []
    assert three is None or faults_3_0(three) == []
    assert two is None or three is not None
    assert two is None or two.get("equipmentEventTypeCode") not in ONLY_IN_THREE
    assert three is None or three["eventID"] == fact.event
