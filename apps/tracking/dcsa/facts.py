"""A row of the journal in plain terms, as the standard's words are made of it."""

from typing import Any, Final

import orjson
from django.conf import settings

from apps.network.models import Terminal
from apps.tracking.dcsa.query import TRANSPORT_DOCUMENTS
from apps.tracking.dcsa.rows import Row
from terminal.dcsa import Carriage, Happened, Paper, PaperKind, Place, SealSeen
from terminal.dcsa.codes import OF_CUSTOMS
from terminal.events import Classifier, EventKind
from terminal.readiness.facts import Owner
from terminal.seals import SealOwner
from terminal.throughput import Mode

PAPERS: Final = {
    "booking": PaperKind.BOOKING,
    **dict.fromkeys(TRANSPORT_DOCUMENTS, PaperKind.TRANSPORT_DOCUMENT),
    "own": PaperKind.SHIPPERS_OWN,
}


def place_of(terminal: Terminal) -> Place:
    """The terminal as a place; its code in a list of facilities, where the site has one, is a setting."""
    provider, _, code = settings.DCSA_FACILITIES.get(terminal.code, "").partition(":")
    return Place(name=terminal.name, un_locode=terminal.un_locode, facility=code, facility_list=provider)


def fact_of(row: Row, terminal: Terminal, place: Place) -> Happened:
    """The row as what happened."""
    kind, details = EventKind(row.kind), details_of(row)
    owner = details.get("owner")
    return Happened(
        kind=kind,
        event=row.event,
        terminal=terminal.code,
        happened_at=row.happened_at.astimezone(terminal.zone),
        recorded_at=row.recorded_at,
        place=place,
        classifier=Classifier(row.classifier),
        revision=row.revision,
        retracted=row.retracted,
        container=row.container,
        size_type=row.size_type,
        laden=row.laden,
        carriage=_carriage(row),
        papers=tuple(Paper(PAPERS[kind], number) for kind, number in papers_of(row) if kind in PAPERS),
        seals=_seals(kind, details),
        owner=Owner(owner) if kind in OF_CUSTOMS and owner else None,
        look=details.get("kind") or "",
        result=details.get("result") or "",
        reference=reference_of(row, details),
    )


def details_of(row: Row) -> dict[str, Any]:
    """What the row says beyond what moved, where that is told (``IN_WORDS``)."""
    details: dict[str, Any] = orjson.loads(row.details) if row.details else {}
    return details


def reference_of(row: Row, details: dict[str, Any]) -> str:
    """The owner's own name for it, where somebody's word is told."""
    return details.get("reference" if row.kind in OF_CUSTOMS else "number") or ""


def papers_of(row: Row) -> list[list[str]]:
    """Kind and number of each paper that is known."""
    papers: list[list[str]] = orjson.loads(row.papers) if row.papers else []
    return papers


def _carriage(row: Row) -> Carriage | None:
    mode = row.call_mode or row.mode
    if not mode:
        return None
    return Carriage(
        mode=Mode(mode),
        call=row.call or "",
        number=row.call_number or "",
        vessel=row.vessel or "",
        imo=row.imo or "",
        voyage_in=row.voyage_in or "",
        voyage_out=row.voyage_out or "",
        service=row.service or "",
        wagon=row.wagon or "",
    )


def _seals(kind: EventKind, details: dict[str, Any]) -> tuple[SealSeen, ...]:
    if kind is not EventKind.SEAL_REMOVED:
        return ()
    return (SealSeen(details["number"], SealOwner(details["owner"])),)
