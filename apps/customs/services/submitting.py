"""A declaration is handed to an office, and may be taken back while nothing is decided."""

from datetime import datetime

from django.db import transaction

from apps.customs.models import Declaration, Office
from apps.customs.selectors import least_loaded
from apps.customs.services.brokers import require_declares
from apps.customs.services.memory import journal
from apps.customs.services.steps import step
from apps.network.models import Terminal
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DeclarationStatus


class NoOfficeTakesDeclarations(Refused):
    """Every office that takes declarations is switched off."""

    message = gettext_noop("No customs office at %(terminal)s takes declarations now.")


@transaction.atomic
def submit(declaration: Declaration, *, by: Actor, at: datetime) -> Declaration:
    """Hand the declaration to the office with the fewest open ones.

    Raises ``NoOfficeTakesDeclarations``, ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``.
    """
    require_declares(by, declaration)
    office, open_there = office_now(declaration.terminal)
    wanted, kind = DeclarationStatus.SUBMITTED, EventKind.DECLARATION_SUBMITTED
    step(declaration, wanted, kind, by, at, office=office, submitted_at=at)
    why = f"fewest open declarations: {open_there}"
    journal(declaration, EventKind.DECLARATION_ASSIGNED, by, at, office=office.code, reason=why)
    return declaration


@transaction.atomic
def withdraw(declaration: Declaration, *, by: Actor, at: datetime, reason: str = "") -> Declaration:
    """Take the declaration back while nothing is decided. Raises ``StepNotAllowed``, ``NotYours``."""
    require_declares(by, declaration)
    wanted, kind = DeclarationStatus.WITHDRAWN, EventKind.DECLARATION_WITHDRAWN
    step(declaration, wanted, kind, by, at, told={"reason": reason}, reason=reason)
    return declaration


def office_now(terminal: Terminal) -> tuple[Office, int]:
    """The office a declaration goes to, and how many are open there. Raises ``NoOfficeTakesDeclarations``."""
    found = least_loaded(terminal)
    if found is None:
        raise NoOfficeTakesDeclarations(terminal=terminal.name)
    return found.office, found.length
