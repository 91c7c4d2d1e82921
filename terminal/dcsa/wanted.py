"""Which events somebody wants: the filters of version 2.2, each as the standard bounds it, and what they come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from terminal.dcsa.codes import EventType, Version, kinds_of
from terminal.errors import Malformed, gettext_noop
from terminal.events import EventKind

MOST_SHOWN: Final = 60
"""Characters of a wrong value that are said back."""


class WrongParameter(Malformed):
    """What was given for a parameter, a header or a member of the body is not what the standard says."""

    message = gettext_noop("%(parameter)s cannot be “%(given)s”. Right is: %(right)s.")

    def __init__(self, parameter: str, given: Any, right: str) -> None:
        super().__init__(parameter=parameter, given=str(given)[:MOST_SHOWN], right=right)


TEXT: Final = gettext_noop("one text of 1 to %(most)s characters")
IDENTIFIER: Final = gettext_noop("a UUID")
SOME_OF: Final = gettext_noop("one or several of %(values)s")


@dataclass(frozen=True)
class Field:
    """What the standard allows: one text of up to ``most`` characters, some of ``values``, or else a UUID."""

    most: int = 0
    values: tuple[str, ...] = ()


SHIPMENT_CODES: Final = (
    "RECE",
    "DRFT",
    "PENA",
    "PENU",
    "REJE",
    "APPR",
    "ISSU",
    "SURR",
    "SUBM",
    "VOID",
    "CONF",
    "REQS",
    "CMPL",
    "HOLD",
    "RELS",
)
DOCUMENT_CODES: Final = ("CBR", "BKG", "SHI", "SRM", "TRD", "ARN", "VGM", "CAS", "CUS", "DGD", "OOG")
EQUIPMENT_CODES: Final = ("LOAD", "DISC", "GTIN", "GTOT", "STUF", "STRP", "PICK", "DROP", "INSP", "RSEA", "RMVD")

FILTERS: Final[dict[str, Field]] = {
    "eventType": Field(values=tuple(EventType)),
    "shipmentEventTypeCode": Field(values=SHIPMENT_CODES),
    "documentTypeCode": Field(values=DOCUMENT_CODES),
    "carrierBookingReference": Field(most=35),
    "bookingReference": Field(most=35),
    "transportDocumentID": Field(),
    "transportDocumentReference": Field(most=20),
    "transportEventTypeCode": Field(values=("ARRI", "DEPA")),
    "scheduleID": Field(),
    "transportCallID": Field(most=100),
    "vesselIMONumber": Field(most=7),
    "carrierVoyageNumber": Field(most=50),
    "exportVoyageNumber": Field(most=50),
    "carrierServiceCode": Field(most=5),
    "UNLocationCode": Field(most=5),
    "equipmentEventTypeCode": Field(values=EQUIPMENT_CODES),
    "equipmentReference": Field(most=15),
}
"""The filters of 2.2, of a question and of a subscription alike."""

CODES_OF: Final = {"transportEventTypeCode": EventType.TRANSPORT, "equipmentEventTypeCode": EventType.EQUIPMENT}
NEVER_HERE: Final = frozenset(
    {"shipmentEventTypeCode", "documentTypeCode", "transportDocumentTypeCode", "transportDocumentID", "scheduleID"}
)
"""Filters that no event of this terminal passes in 2.2: it tells no shipment events, and knows no such ids."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which events are asked for. Empty: whatever it is; of several numbers, all must be there."""

    kinds: frozenset[EventKind]
    bookings: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()
    voyages: frozenset[str] = frozenset()
    call: str = ""
    imo: str = ""
    service: str = ""
    un_locode: str = ""
    container: str = ""


def require_filter(name: str, given: Any, field: Field) -> str | list[str]:
    """What was given for a filter, as it counts. Raises ``WrongParameter``."""
    if field.values:
        return _some_of(name, given, field.values)
    if not field.most:
        return _identifier(name, given)
    if not isinstance(given, str) or not 0 < len(given) <= field.most or not given.isprintable():
        raise WrongParameter(name, given, TEXT % {"most": field.most})
    return given


def _some_of(name: str, given: Any, values: Iterable[str]) -> list[str]:
    told = given if isinstance(given, list) else [given]
    if any(each not in values for each in told):
        raise WrongParameter(name, ",".join(str(each) for each in told), SOME_OF % {"values": ", ".join(values)})
    return list(dict.fromkeys(told))


def _identifier(name: str, given: Any) -> str:
    try:
        return str(UUID(given if isinstance(given, str) and len(given) == 36 else ""))
    except ValueError as wrong:
        raise WrongParameter(name, given, IDENTIFIER) from wrong


def wanted_2_2(filters: Mapping[str, Any]) -> Wanted:
    """What filters of 2.2 come to, each as ``require_filter`` gave it. All must hold; of a list, any one."""
    return Wanted(
        kinds=frozenset() if NEVER_HERE & {name for name, said in filters.items() if said} else _kinds(filters),
        bookings=_given(filters, "carrierBookingReference", "bookingReference"),
        documents=_given(filters, "transportDocumentReference"),
        voyages=_given(filters, "exportVoyageNumber", "carrierVoyageNumber"),
        call=filters.get("transportCallID", ""),
        imo=filters.get("vesselIMONumber", ""),
        service=filters.get("carrierServiceCode", ""),
        un_locode=filters.get("UNLocationCode", ""),
        container=filters.get("equipmentReference", ""),
    )


def wanted_3_0(filters: Mapping[str, Any]) -> Wanted:
    """What filters of 3.0 come to; ``eventTypes`` a list."""
    types = filters.get("eventTypes")
    kinds = {kind for kind, code in kinds_of(Version.THREE).items() if not types or code.type in types}
    return Wanted(
        kinds=frozenset(kinds),
        bookings=_given(filters, "carrierBookingReference"),
        documents=_given(filters, "transportDocumentReference"),
        container=filters.get("equipmentReference", ""),
    )


def _given(filters: Mapping[str, Any], *names: str) -> frozenset[str]:
    return frozenset(filters[name] for name in names if filters.get(name))


def _kinds(filters: Mapping[str, Any]) -> frozenset[EventKind]:
    kinds = kinds_of(Version.TWO)
    if types := filters.get("eventType"):
        kinds = {kind: code for kind, code in kinds.items() if code.type in types}
    for name, type_ in CODES_OF.items():
        if codes := filters.get(name):
            kinds = {kind: code for kind, code in kinds.items() if code.type is type_ and code.code in codes}
    return frozenset(kinds)
