"""Version 2.2. It knows no retraction: what is retracted is left out, and so is what it took back."""

from typing import Any, Final

from terminal.dcsa.codes import Code, EventType, Version, code_of
from terminal.dcsa.facts import Carriage, Happened, PaperKind, Place
from terminal.dcsa.telling import CLASSIFIERS, MODES, OWN_REFERENCE, here, load, noted, numbers, short, told
from terminal.throughput import Mode

DOCUMENTS: Final = {PaperKind.BOOKING: "BKG", PaperKind.TRANSPORT_DOCUMENT: "TRD"}
ON_WATER: Final = frozenset({Mode.SEA, Mode.BARGE})


def event_2_2(fact: Happened) -> dict[str, Any] | None:
    """The event, or None where 2.2 cannot tell it.

    It does not know the kind or retractions, demands to be told whether a box is laden (nobody knows: untold), and a
    carrier only counts with its call. Seals are not told: 2.2 demands their make, which is not noted here.
    """
    code = code_of(fact, Version.TWO)
    if code is None or fact.retracted:
        return None
    more = _transport(fact, code) if code.type is EventType.TRANSPORT else _equipment(fact, code)
    if more is None:
        return None
    return {
        "eventID": fact.event,
        "eventCreatedDateTime": noted(fact.recorded_at),
        "eventType": code.type.value,
        "eventClassifierCode": CLASSIFIERS[fact.classifier],
        "eventDateTime": here(fact.happened_at),
        **more,
        **_papers(fact),
    }


def _transport(fact: Happened, code: Code) -> dict[str, Any] | None:
    call = _call(fact)
    return {"transportEventTypeCode": code.code, "transportCall": call} if call else None


def _equipment(fact: Happened, code: Code) -> dict[str, Any] | None:
    laden = load(fact)
    if not laden:
        return None
    return told(
        equipmentEventTypeCode=code.code,
        equipmentReference=fact.container,
        ISOEquipmentCode=short(fact.size_type, 4),
        emptyIndicatorCode=laden,
        eventLocation=_place(fact.place, locationName=short(fact.place.name, 100)),
        transportCall=_call(fact),
    )


def _call(fact: Happened) -> dict[str, Any]:
    by = fact.carriage
    if by is None or not by.call:
        return {}
    arrives, leaves = _voyages(by)
    return told(
        transportCallID=by.call,
        carrierServiceCode=short(by.service, 5),
        exportVoyageNumber=short(leaves, 50),
        importVoyageNumber=short(arrives, 50),
        **_place(fact.place),
        modeOfTransport=MODES[by.mode],
        vessel=_vessel(by),
    )


def _voyages(by: Carriage) -> tuple[str, str]:
    """By which number it comes and goes. A train goes by its own: 2.2 has no other member for it."""
    return (by.number, by.number) if by.mode is Mode.RAIL else (by.voyage_in, by.voyage_out)


def _vessel(by: Carriage) -> dict[str, Any]:
    """A ship without an IMO number is no vessel to 2.2."""
    if by.mode not in ON_WATER or not by.imo:
        return {}
    return told(vesselIMONumber=by.imo, vesselName=short(by.vessel, 35))


def _place(place: Place, **name: str) -> dict[str, Any]:
    return told(
        **name,
        UNLocationCode=place.un_locode,
        facilityCode=place.facility,
        facilityCodeListProvider=place.facility_list if place.facility else "",
    )


def _papers(fact: Happened) -> dict[str, Any]:
    documents = [
        {"documentReferenceType": code, "documentReferenceValue": number}
        for kind, code in DOCUMENTS.items()
        for number in numbers(fact.papers, kind)
    ]
    own = numbers(fact.papers, PaperKind.SHIPPERS_OWN)
    references = [{"referenceType": OWN_REFERENCE, "referenceValue": number} for number in own]
    return told(documentReferences=documents, references=references)
