"""Papers that go with a declaration: invoices, packing lists, certificates; shown to whoever may see it."""

from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from apps.common.attachments import keep
from apps.customs.models import Declaration, DeclarationDocument
from apps.customs.services.brokers import require_declares
from apps.customs.services.memory import journal
from apps.customs.services.rows import locked
from apps.parties.actors import Actor
from terminal.customs.goods import DocumentKind
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION

MOST = 50


class TooManyDocuments(Refused):
    """More papers than anybody reads."""

    message = gettext_noop("%(declaration)s has %(most)s documents already; that is as many as one can have.")


class NoMoreDocuments(Refused):
    """Papers to a declaration that is decided change nothing."""

    message = gettext_noop("%(declaration)s is %(status)s: papers are added until it is decided.")


@transaction.atomic
def add_document(
    declaration: Declaration,
    file: BinaryIO,
    *,
    name: str,
    kind: DocumentKind,
    by: Actor,
    at: datetime,
    number: str = "",
) -> DeclarationDocument:
    """Add a paper to a declaration that is not decided, by who declares; an officer may add what came on paper.

    Raises ``NoMoreDocuments``, ``TooManyDocuments``, ``FileTooLarge``, ``EmptyFile``, ``NotItsBroker``, ``NotYours``.
    """
    require_declares(by, declaration, at)
    row = locked(declaration)
    if DECLARATION.is_final(row.status):
        raise NoMoreDocuments(declaration=row.number, status=row.status)
    if row.documents.count() >= MOST:
        raise TooManyDocuments(declaration=row.number, most=MOST)
    # Of no terminal: a file of customs is not for whoever may see the terminal's files.
    kept = keep(file, name=name, by=by, subject=row)
    added = DeclarationDocument.objects.create(
        declaration=row, kind=kind.value, number=number.strip()[:60], file=kept, added_at=at
    )
    told = {"document": added.kind, "name": kept.name, "sha256": kept.sha256}
    journal(row, EventKind.DECLARATION_DOCUMENT_ADDED, by, at, **told)
    return added
