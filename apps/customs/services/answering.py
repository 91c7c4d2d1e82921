"""Customs asked something about a declaration; whoever declares answers."""

from datetime import datetime

from django.db import transaction

from apps.customs.models import Declaration
from apps.customs.services.brokers import require_declares
from apps.customs.services.rights import require_decides
from apps.customs.services.steps import step
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DeclarationStatus


class NothingAsked(Refused):
    """An answer to a declaration about which nothing is asked."""

    message = gettext_noop("Customs asks nothing about %(declaration)s.")


@transaction.atomic
def answer(declaration: Declaration, *, by: Actor, at: datetime, reply: str) -> Declaration:
    """Answer the office's query; the documents are checked again. An officer may note an answer given on paper.

    Raises ``NothingAsked``, ``ChangedMeanwhile``, ``NotItsBroker``, ``NotYours``, ``AnotherOffice``.
    """
    if by.party is None:
        require_decides(by, declaration)
    else:
        require_declares(by, declaration, at)
    if declaration.status != DeclarationStatus.QUERY:
        raise NothingAsked(declaration=declaration.number)
    wanted, kind = DeclarationStatus.DOCUMENTARY_CHECK, EventKind.DECLARATION_ANSWERED
    step(declaration, wanted, kind, by, at, told={"reply": reply}, reason="")
    return declaration
