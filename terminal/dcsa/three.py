"""Version 3.0. A correction and a retraction have the id of the event they are about; the latest update holds."""

from typing import Any, Final

from terminal.dcsa.codes import Code, EventType, Version, code_of
from terminal.dcsa.facts import Carriage, Happened, PaperKind, Place, SealSeen
from terminal.dcsa.telling import CLASSIFIERS, MODES, OWN_REFERENCE, here, load, noted, numbers, short, told
from terminal.events import EventKind
from terminal.readiness.facts import Owner
from terminal.seals import SealOwner
from terminal.throughput import Mode

MEMBERS: Final = {
    EventType.SHIPMENT: "shipmentEventTypeCode",
    EventType.TRANSPORT: "transportEventTypeCode",
    EventType.EQUIPMENT: "equipmentEventTypeCode",
}
SEALED_BY: Final = {
    SealOwner.CARRIER: "CAR",
    SealOwner.CUSTOMS: "CUS",
    SealOwner.SHIPPER: "SHI",
    SealOwner.TERMINAL: "TER",
}
CLEARANCE, BOOKING, TRANSPORT_DOCUMENT = "CUC", "BKG", "TRD"
MUTUALLY_DEFINED, TERMINAL_OPERATOR = "ZZZ", "TR"


def event_3_0(fact: Happened) -> dict[str, Any] | None:
    """The event, or None where 3.0 does not know such a thing."""
    code = code_of(fact, Version.THREE)
    if code is None:
        return None
    event = {
        "eventRouting": {"originatingParty": _party(fact.terminal)},
        "eventID": fact.event,
        "eventDateTime": here(fact.happened_at),
        "eventUpdatedDateTime": noted(fact.recorded_at),
        "eventClassification": _classification(fact, code),
    }
    return {**event, "isRetracted": True} if fact.retracted else {**event, **_details(fact)}


def _party(terminal: str) -> dict[str, str]:
    return {"partyCode": terminal, "codeListProvider": MUTUALLY_DEFINED, "partyFunction": TERMINAL_OPERATOR}


def _classification(fact: Happened, code: Code) -> dict[str, str]:
    return {
        "eventTypeCode": code.type.value,
        "eventClassifierCode": CLASSIFIERS[fact.classifier],
        MEMBERS[code.type]: code.code,
    }


def _details(fact: Happened) -> dict[str, Any]:
    call = _call(fact.carriage) if fact.carriage else {}
    return told(
        eventLocation=_place(fact.place),
        shipmentDetails=_shipment(fact),
        transportDetails={"transportCall": call} if call else {},
        equipmentDetails=_equipment(fact) if fact.container else {},
    )


def _place(place: Place) -> dict[str, Any]:
    facility = {"facilityCode": place.facility, "facilityCodeListProvider": place.facility_list}
    return told(
        locationName=short(place.name, 100),
        UNLocationCode=place.un_locode,
        facility=facility if place.facility else {},
    )


def _equipment(fact: Happened) -> dict[str, Any]:
    return told(
        equipmentReference=fact.container,
        ISOEquipmentCode=short(fact.size_type, 4),
        emptyIndicatorCode=load(fact),
        seals=[_seal(each) for each in fact.seals if short(each.number, 15)],
    )


def _seal(seal: SealSeen) -> dict[str, str]:
    return {"number": seal.number, "source": SEALED_BY[seal.owner]}


def _shipment(fact: Happened) -> dict[str, Any]:
    documents = [_document(BOOKING, each) for each in numbers(fact.papers, PaperKind.BOOKING)]
    documents += [_document(TRANSPORT_DOCUMENT, each) for each in numbers(fact.papers, PaperKind.TRANSPORT_DOCUMENT)]
    if _is_customs_word(fact):
        documents = [_document(CLEARANCE, fact.reference), *documents]
    own = numbers(fact.papers, PaperKind.SHIPPERS_OWN)
    return told(
        documentReference=documents[0] if documents else {},
        additionalDocumentReferences=documents[1:],
        shipmentReferences=[{"typeCode": OWN_REFERENCE, "reference": each} for each in own],
    )


def _document(kind: str, number: str) -> dict[str, str]:
    return told(typeCode=kind, reference=number)


def _is_customs_word(fact: Happened) -> bool:
    return fact.owner is Owner.CUSTOMS or fact.kind in (
        EventKind.CUSTOMS_INSPECTION_ORDERED,
        EventKind.CUSTOMS_INSPECTION_DONE,
    )


def _call(by: Carriage) -> dict[str, Any]:
    return told(
        transportCallReference=by.call,
        modeOfTransport=MODES[by.mode],
        exportVoyageNumberOrReference=told(carrierVoyageNumber=by.voyage_out),
        importVoyageNumberOrReference=told(carrierVoyageNumber=by.voyage_in),
        **CARRIERS[by.mode](by),
    )


def _on_water(by: Carriage) -> dict[str, Any]:
    return told(vesselTransport=told(vesselIMONumber=by.imo, vesselName=short(by.vessel, 50)))


def _by_rail(by: Carriage) -> dict[str, Any]:
    train = told(
        railCarReference=short(by.wagon, 50),
        railServiceReference=short(by.service, 50),
        departureID=by.number,
    )
    return told(railTransport=train)


def _by_road(by: Carriage) -> dict[str, Any]:
    plate = told(licensePlate=short(by.number, 15))
    return told(truckTransport=told(tractorDetails=plate))


CARRIERS: Final = {Mode.SEA: _on_water, Mode.BARGE: _on_water, Mode.RAIL: _by_rail, Mode.ROAD: _by_road}
