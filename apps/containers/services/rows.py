"""What the services share: locked visits and their journal rows."""

from collections.abc import Iterable
from typing import Any

from apps.calls.models import Call
from apps.common.locks import lock_then_read
from apps.common.steps import ChangedMeanwhile
from apps.containers.models import Visit
from apps.journal.services import Happening
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from terminal.events import EventKind
from terminal.lifecycle import Position
from terminal.throughput import Mode


def lock_visits(visits: Iterable[Visit]) -> list[Visit]:
    """Lock the visits' rows in the order of their numbers; the visits as they are now, with box and calls."""
    wanted = {visit.pk for visit in visits}
    if not wanted:
        return []
    rows = Visit.objects.filter(pk__in=wanted).order_by("pk")
    return list(
        lock_then_read(rows.select_related("container", "terminal", "arrival_call", "departure_call", "carrier_call"))
    )


def lock_calls(calls: Iterable[int | None]) -> dict[int, Call]:
    """Lock calls in the order of their numbers, always before any visit: a departing call locks in that order too."""
    wanted = {number for number in calls if number is not None}
    rows = Call.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True) if wanted else ()
    return {row.pk: row for row in rows}


def require_unchanged(in_hand: Iterable[Visit], locked: Iterable[Visit], field: str) -> None:
    """Raise ``ChangedMeanwhile`` when a visit's ``field`` was changed between our look and our lock."""
    now = {row.pk: getattr(row, field) for row in locked}
    if any(now.get(visit.pk) != getattr(visit, field) for visit in in_hand):
        raise ChangedMeanwhile(thing="visit")


def bring_up_to_date(in_hand: Iterable[Visit], changed: Iterable[Visit], *fields: str) -> None:
    """Give the caller's own objects what was written, so that nobody goes on with stale ones."""
    rows = {row.pk: row for row in changed}
    for visit in in_hand:
        for name in (*fields, "version"):
            setattr(visit, name, getattr(rows[visit.pk], name))


def require_right(by: Actor, visits: Iterable[Visit], right: str) -> None:
    """Raise ``NotYours`` unless the actor has the right at every terminal concerned."""
    for terminal in terminals(visits):
        by.require(right, terminal)


def require_right_or_part(by: Actor, visits: list[Visit], right: str, at: Any) -> None:
    """As ``require_right``, or, for a party's program, unless the party has a role in every visit at ``at``."""
    if by.party is None:
        require_right(by, visits, right)
        return
    numbers = {visit.pk for visit in visits}
    if Visit.objects.filter(pk__in=numbers).seen_by(by.party, at).count() != len(numbers):
        raise NotYours(right=right, terminal=visits[0].terminal.name)


def terminals(visits: Iterable[Visit]) -> list[Terminal]:
    """The terminals of the visits, each once."""
    return list({visit.terminal_id: visit.terminal for visit in visits}.values())


def of_visit(visit: Visit, kind: EventKind, *, by: Actor, at: Any, **more: Any) -> Happening:
    """A journal row about a visit."""
    return Happening(
        kind=kind,
        terminal_id=visit.terminal_id,
        at=at,
        actor=by.label,
        visit_id=visit.pk,
        container_number=visit.container.number,
        **more,
    )


def movement(visit: Visit, kind: EventKind, call: Call | None, *, by: Actor, at: Any, was: str = "") -> Happening:
    """A journal row of a box that crosses the terminal's edge; without a call it goes by road.

    ``was``: where it stood before, which is noted where that was not the yard.
    """
    payload = {
        "mode": call.mode if call else Mode.ROAD.value,
        "size_type": visit.container.size_type,
        "teu": str(visit.container.teu),
        "laden": visit.laden,
        "call": call.number if call else "",
        **({"was": was} if was not in ("", Position.IN_YARD) else {}),
    }
    return of_visit(visit, kind, by=by, at=at, call_id=call.pk if call else None, payload=payload)


def refreshed(visit: Visit, **values: Any) -> Visit:
    """The visit in hand with what an UPDATE has just written, its version raised."""
    for name, value in values.items():
        setattr(visit, name, value)
    visit.version += 1
    return visit
