"""Rows of the journal read, told in a version's words, and paged."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from apps.containers.models import VisitRole
from apps.network.models import Terminal
from apps.parties.models import Party
from apps.tracking.dcsa.query import TRANSPORT_DOCUMENTS, Asked, Behind, statement
from terminal.dcsa import Carriage, Happened, Paper, PaperKind, Place, SealSeen, Version, event_2_2, event_3_0
from terminal.dcsa.codes import OF_CUSTOMS
from terminal.dcsa.wanted import wanted_2_2
from terminal.events import Classifier, EventKind
from terminal.readiness.facts import Owner
from terminal.seals import SealOwner
from terminal.throughput import Mode

TELLS: Final[dict[Version, Callable[[Happened], dict[str, Any] | None]]] = {
    Version.TWO: event_2_2,
    Version.THREE: event_3_0,
}
FEW: Final = 1000
"""Visits of a party whose rows are found by the visits, and not the other way round."""

PAPERS: Final = {
    "booking": PaperKind.BOOKING,
    **dict.fromkeys(TRANSPORT_DOCUMENTS, PaperKind.TRANSPORT_DOCUMENT),
    "own": PaperKind.SHIPPERS_OWN,
}


@dataclass(frozen=True)
class Page:
    """Events in the order asked for, and where to go on; None: that was all."""

    events: list[dict[str, Any]]
    behind: Behind | None = None


def page_of(asked: Asked, *, party: Party, terminal: Terminal, at: datetime) -> Page:
    """What the party may see of what it asks for, in two queries at most, in none where nothing can be wanted here."""
    if not asked.wanted.kinds or asked.wanted.un_locode not in ("", terminal.un_locode):
        return Page([])
    wide = asked.entries is not None or (asked.names_no_boxes() and _has_many(party, at))
    rows = _rows(*statement(asked, party=party.pk, terminal=terminal.pk, at=at, wide=wide))
    shown = rows[: asked.limit]
    place = _place(terminal)
    events = [TELLS[asked.version](_fact(row, terminal, place)) for row in shown]
    behind = Behind(shown[-1]["horizon"], tuple(shown[-1]["keys"])) if len(rows) > asked.limit else None
    return Page([event for event in events if event], behind)


def event_of(event: UUID, *, party: Party, terminal: Terminal, at: datetime) -> dict[str, Any] | None:
    """One event of version 2.2; None: to this party there is no such event."""
    asked = Asked(version=Version.TWO, wanted=wanted_2_2({}), event=event, limit=1)
    return next(iter(page_of(asked, party=party, terminal=terminal, at=at).events), None)


def _has_many(party: Party, at: datetime) -> bool:
    """See Note [Few boxes or many]."""
    parts = VisitRole.objects.filter(party=party, since__lte=at)
    return len(parts.values_list("pk", flat=True)[: FEW + 1]) > FEW


def _rows(sql: str, params: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _place(terminal: Terminal) -> Place:
    """The terminal as a place; its code in a list of facilities, where the site has one, is a setting."""
    provider, _, code = settings.DCSA_FACILITIES.get(terminal.code, "").partition(":")
    return Place(name=terminal.name, un_locode=terminal.un_locode, facility=code, facility_list=provider)


def _fact(row: dict[str, Any], terminal: Terminal, place: Place) -> Happened:
    kind = EventKind(row["kind"])
    return Happened(
        kind=kind,
        event=row["event"],
        terminal=terminal.code,
        happened_at=row["happened_at"].astimezone(terminal.zone),
        recorded_at=row["recorded_at"],
        place=place,
        classifier=Classifier(row["classifier"]),
        revision=row["revision"],
        retracted=row["retracted"],
        container=row["container"],
        size_type=row["size_type"],
        laden=row["laden"],
        carriage=_carriage(row),
        papers=_papers(row),
        seals=_seals(kind, row),
        owner=Owner(row["owner"]) if kind in OF_CUSTOMS and row["owner"] else None,
        look=row["look"] or "",
        result=row["result"] or "",
        reference=(row["reference"] if kind in OF_CUSTOMS else row["number"]) or "",
    )


def _carriage(row: dict[str, Any]) -> Carriage | None:
    mode = row["call_mode"] or row["mode"]
    if not mode:
        return None
    return Carriage(
        mode=Mode(mode),
        call=row["call"] or "",
        number=row["call_number"] or "",
        vessel=row["vessel"] or "",
        imo=row["imo"] or "",
        voyage_in=row["voyage_in"] or "",
        voyage_out=row["voyage_out"] or "",
        service=row["service"] or "",
        wagon=row["wagon"],
    )


def _papers(row: dict[str, Any]) -> tuple[Paper, ...]:
    told = row["papers"] if isinstance(row["papers"], list) else json.loads(row["papers"])
    return tuple(Paper(PAPERS[kind], number) for kind, number in told if kind in PAPERS)


def _seals(kind: EventKind, row: dict[str, Any]) -> tuple[SealSeen, ...]:
    if kind is not EventKind.SEAL_REMOVED:
        return ()
    return (SealSeen(row["number"], SealOwner(row["owner"])),)
