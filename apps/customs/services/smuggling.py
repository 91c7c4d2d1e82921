"""The anti-smuggling branch stops boxes, whatever was declared, and lets them go again; and keeps its files.

# Note [A file for few, a block for all]
Everybody has to know that a box is stopped, and nobody but the branch why. So the hold on a box says who keeps it and
under which number of a case, and nothing of the case; what is written in the file stands in no journal. Being a
superuser is no office: only officers of the branch read its files, see ``selectors.cases_of``.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO, Final

from django.db import transaction
from django.db.models import F

from apps.common.attachments import keep
from apps.common.models import Attachment
from apps.common.numbers import next_number
from apps.containers.models import Hold, Visit
from apps.customs.models import Case, CaseNote, Office
from apps.customs.services.rights import require_officer
from apps.customs.services.word import let_go, stop
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop

STOPS = {Office.Kind.ANTI_SMUGGLING.value, Office.Kind.BRANCH.value}


class NotAnAntiSmugglingOffice(Refused):
    """An office that clears goods holds a box by ordering an inspection, not in this way."""

    kind = "forbidden"
    message = gettext_noop("%(office)s is no anti-smuggling office.")


@transaction.atomic
def block(visits: list[Visit], office: Office, *, by: Actor, at: datetime, reason: str) -> list[Hold]:
    """Hold every step of the visits, under the office's code. Raises ``AnotherOffice``, ``OfficeIsClosed``."""
    _require_stops(office)
    require_officer(by, office)
    return stop(visits, reason=reason, reference=office.code, by=by, at=at, kept_by=office.code)


@transaction.atomic
def unblock(visits: list[Visit], office: Office, *, by: Actor, at: datetime) -> None:
    """Lift the holds the office placed on the visits; those of other offices stay."""
    _require_stops(office)
    require_officer(by, office)
    let_go(visits, reference=office.code, by=by, at=at, kept_by=office.code)


def _require_stops(office: Office) -> None:
    if office.kind not in STOPS:
        raise NotAnAntiSmugglingOffice(office=office.name)


NEUTRAL: Final = "customs control"
"""What everybody reads about a box that a case is about."""


class CaseIsClosed(Refused):
    """Nothing is added to a closed case."""

    message = gettext_noop("The case %(case)s is closed.")


class NoSuchContainerHere(Malformed):
    """A number of a box that is neither here nor announced."""

    message = gettext_noop("No container %(number)s is here or announced.")


class SaysNothingOfIt(Malformed):
    """A case without a title, a note without a word, an end without an outcome."""

    message = gettext_noop("Write what it is about.")


@transaction.atomic
def open_case(office: Office, *, title: str, by: Actor, at: datetime, visits: Sequence[Visit] = ()) -> Case:
    """Begin a case; the boxes are stopped at once.

    Raises ``NotAnAntiSmugglingOffice``, ``AnotherOffice``, ``OfficeIsClosed``, ``SaysNothingOfIt``, ``VisitIsOver``.
    """
    _require_stops(office)
    require_officer(by, office)
    case = Case.objects.create(
        terminal=office.terminal,
        number=next_number("AS", at),
        office=office,
        title=_said(title)[:200],
        opened_at=at,
        opened_by=by.label[:120],
    )
    if visits:
        add_boxes(case, list(visits), by=by, at=at)
    return case


@transaction.atomic
def add_boxes(case: Case, visits: list[Visit], *, by: Actor, at: datetime) -> list[Hold]:
    """Stop every step of further boxes; those it has already stay as they are. Raises ``CaseIsClosed`` and its like."""
    row = _open(case, by)
    known = set(row.visits.values_list("pk", flat=True))
    new = [visit for visit in visits if visit.pk not in known]
    row.visits.add(*new)
    return stop(new, reason=NEUTRAL, reference=row.number, by=by, at=at, kept_by=row.office.code)


@transaction.atomic
def add_note(case: Case, *, text: str, by: Actor, at: datetime) -> CaseNote:
    """Write into the file. Raises ``SaysNothingOfIt``, ``CaseIsClosed`` and its like."""
    row = _open(case, by)
    return CaseNote.objects.create(case=row, text=_said(text), written_at=at, written_by=by.label[:120])


@transaction.atomic
def add_file(case: Case, file: BinaryIO, *, name: str, by: Actor, at: datetime) -> Attachment:
    """Put a paper or a photo into the file. Raises ``FileTooLarge``, ``EmptyFile``, ``CaseIsClosed`` and its like."""
    row = _open(case, by)
    kept = keep(file, name=name, by=by, terminal=row.terminal, subject=row)
    CaseNote.objects.create(case=row, text=kept.name, written_at=at, written_by=by.label[:120])
    return kept


@transaction.atomic
def close_case(case: Case, *, outcome: str, lift: bool, by: Actor, at: datetime) -> Case:
    """End the case; with ``lift`` its boxes may go again, else they stay. Raises ``CaseIsClosed`` and its like."""
    row = _open(case, by)
    ended = {"closed_at": at, "outcome": _said(outcome)[:200]}
    Case.objects.filter(pk=row.pk).update(**ended, version=F("version") + 1)
    if lift:
        let_go(list(row.visits.order_by("pk")), reference=row.number, by=by, at=at, kept_by=row.office.code)
    case.refresh_from_db()
    return case


def _open(case: Case, by: Actor) -> Case:
    """The case, locked, for an officer of its office.

    Raises ``NotYours``, ``AnotherOffice``, ``OfficeIsClosed``, ``CaseIsClosed``.
    """
    # Joined: a case keeps its office. See Note [Locked alone].
    row = Case.objects.select_related("office", "terminal").select_for_update(of=("self",)).get(pk=case.pk)
    require_officer(by, row.office)
    if row.closed_at is not None:
        raise CaseIsClosed(case=row.number)
    return row


def _said(text: str) -> str:
    if not text.strip():
        raise SaysNothingOfIt
    return text.strip()
