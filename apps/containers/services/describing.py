"""What papers add to a visit: its regime, which way it goes, whether it is laden, what it is to come and leave by."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from apps.calls.models import Call
from apps.common.bulk import update_rows
from apps.containers.models import CLAIMABLE, Reference, Visit
from apps.containers.selectors import requirements
from apps.containers.services.ownership import require_speaks_for
from apps.containers.services.rows import bring_up_to_date, lock_calls, lock_visits, of_visit, refreshed, require_right
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from terminal.equipment import SizeType
from terminal.errors import Refused, gettext_noop
from terminal.events import Audience, EventKind
from terminal.lifecycle import ON_SITE, Phase, VisitState
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Regime

WRITTEN: Final = (
    *CLAIMABLE, "claimed", "arrival_call", "departure_call", "destination", "stated_size_type", "version",
)  # fmt: skip
"""The columns of a visit that papers may change."""

UNDER_WAY: Final = frozenset({VisitState.ADVISED.value, VisitState.ACTIVE.value})


class NothingMoreToSay(Refused):
    """Papers change nothing about a visit that is over."""

    message = gettext_noop("%(number)s has left or was cancelled; its papers are closed.")


class CallTakesNothingMore(Refused):
    """A box is planned on a carrier that is to come or is here."""

    message = gettext_noop("%(number)s is %(phase)s; no box can be planned on it any more.")


class OnItsCarrier(Refused):
    """A box that is on the carrier it leaves by leaves by that."""

    message = gettext_noop("%(number)s is on %(carrier)s already, by which it leaves; it has to come off first.")


@dataclass(frozen=True, kw_only=True)
class Papers:
    """What is said of one visit; None leaves as it was. ``references`` (kind, value) are added to those it has."""

    visit: Visit
    regime: Regime | None = None
    direction: Direction | None = None
    laden: bool | None = None
    arrival_call: Call | None = None
    departure_call: Call | None = None
    destination: str | None = None
    size_type: str | None = None
    references: Sequence[tuple[str, str]] = ()

    @property
    def calls(self) -> list[Call]:
        """The carriers it names."""
        return [call for call in (self.arrival_call, self.departure_call) if call]

    def values(self) -> dict[str, Any]:
        """The columns it changes. Raises the refusals of a size-type code."""
        said: dict[str, Any] = {"arrival_call": self.arrival_call, "departure_call": self.departure_call}
        said |= {name: str(value) for name in ("regime", "direction") if (value := getattr(self, name)) is not None}
        said |= {"laden": self.laden, "destination": self.destination}
        said |= {"stated_size_type": SizeType.parse(self.size_type).code if self.size_type else None}
        return {name: value for name, value in said.items() if value is not None}


@transaction.atomic
def describe(papers: list[Papers], *, by: Actor, at: datetime) -> list[Visit]:
    """Write what the papers say, all or none: what was only claimed is known from now on.

    The visits in hand are brought up to date. What is known to need customs' permission is taken back by customs alone.
    Raises ``NotYours``, ``NothingMoreToSay``, ``CallTakesNothingMore``, ``OnItsCarrier``, ``HoldBelongsTo``
    (customs).
    """
    calls = lock_calls(call.pk for each in papers for call in each.calls)
    rows = {row.pk: row for row in lock_visits(each.visit for each in papers)}
    require_right(by, rows.values(), "containers.change_visit")
    _require_open(list(rows.values()), list(calls.values()))
    written = dict.fromkeys(_changed(each, rows[each.visit.pk], by, at) for each in papers)
    update_rows(list(written), *WRITTEN)
    _note_references(papers)
    record_many(_journalled(each, rows[each.visit.pk], by=by, at=at) for each in papers)
    changed = Visit.objects.select_related("arrival_call", "departure_call").in_bulk(rows)
    in_hand = [each.visit for each in papers]
    bring_up_to_date(in_hand, changed.values(), *WRITTEN)
    return in_hand


@transaction.atomic
def forget_departure(visits: list[Visit], call: Call, *, by: Actor, at: datetime) -> list[Visit]:
    """Take back that visits leave by a call, where they still do: it is not known by what they leave then.

    The visits that were changed. Raises ``NotYours``, ``OnItsCarrier``.
    """
    rows = [row for row in lock_visits(visits) if row.departure_call_id == call.pk and row.state in UNDER_WAY]
    require_right(by, rows, "containers.change_visit")
    for row in rows:
        if row.carrier_call_id == call.pk:
            raise OnItsCarrier(number=row.container.number, carrier=call.number)
    changed = Visit.objects.filter(pk__in=[row.pk for row in rows])
    changed.update(departure_call=None, version=F("version") + 1)
    told = {"call_id": call.pk, "audience": Audience.PUBLIC, "payload": {"departure_call": None}}
    record_many(of_visit(row, EventKind.VISIT_CHANGED, by=by, at=at, **told) for row in rows)
    now = changed.in_bulk()
    bring_up_to_date([visit for visit in visits if visit.pk in now], now.values(), "departure_call")
    return rows


def _changed(papers: Papers, row: Visit, by: Actor, at: datetime) -> Visit:
    """The locked row with what its papers say."""
    values = papers.values()
    _require_not_aboard(papers, row)
    if _unsays(row, values):
        require_speaks_for(by, Owner.CUSTOMS, row, at)
    return refreshed(row, **values, claimed=[name for name in row.claimed if name not in values])


def _note_references(papers: list[Papers]) -> None:
    said = [Reference(visit=each.visit, kind=kind, value=value) for each in papers for kind, value in each.references]
    if said:
        Reference.objects.bulk_create(said, ignore_conflicts=True, batch_size=1000)


def _require_not_aboard(papers: Papers, row: Visit) -> None:
    aboard = row.carrier_call_id is not None and row.carrier_call_id == row.departure_call_id
    if aboard and papers.departure_call is not None and papers.departure_call.pk != row.departure_call_id:
        raise OnItsCarrier(number=row.container.number, carrier=row.carrier_call.number if row.carrier_call else "")


def _unsays(row: Visit, values: dict[str, Any]) -> bool:
    """Whether another word on what is known of the visit would take a permission of customs off it."""
    known = {name: values[name] for name in CLAIMABLE if name in values and row.knows(name)}
    after = copy(row)
    for name, value in known.items():
        setattr(after, name, value)
    return bool(known) and not _asked_by_customs(row) <= _asked_by_customs(after)


def _asked_by_customs(visit: Visit) -> set[Step]:
    needed = requirements(visit)
    return set(Step) if needed is None else {each.step for each in needed if each.owner is Owner.CUSTOMS}


def _require_open(visits: list[Visit], calls: list[Call]) -> None:
    for visit in visits:
        if visit.state not in UNDER_WAY:
            raise NothingMoreToSay(number=visit.container.number)
    for call in calls:
        if call.phase not in (Phase.SCHEDULED, Phase.ANNOUNCED, *ON_SITE):
            raise CallTakesNothingMore(number=call.number, phase=call.phase)


def _journalled(papers: Papers, visit: Visit, *, by: Actor, at: datetime) -> Happening:
    told = {name.removeprefix("stated_"): value for name, value in papers.values().items()}
    said = {name: value if name == "laden" else str(value) for name, value in told.items()}
    if papers.references:
        said["references"] = [f"{kind} {value}" for kind, value in papers.references]
    call = papers.departure_call or papers.arrival_call
    return of_visit(
        visit, EventKind.VISIT_CHANGED, by=by, at=at, call_id=call.pk if call else None, audience=Audience.PUBLIC,
        payload=said,
    )  # fmt: skip
