"""A declaration is handed to an office, and may be taken back while nothing is decided."""

from datetime import datetime

from django.db import transaction

from apps.customs.models import Declaration
from apps.customs.services.assigning import choose_office
from apps.customs.services.bond import require_fit
from apps.customs.services.brokers import require_declares
from apps.customs.services.channels import judged
from apps.customs.services.contents import of_train, parts_in, require_parts, write_visits
from apps.customs.services.memory import journal
from apps.customs.services.steps import step
from apps.parties.actors import Actor
from apps.warehouse.services.stock import lock_lots
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION, DeclarationStatus


class NothingOnTheTrain(Refused):
    """A document for a train without a box that the declarant may declare."""

    message = gettext_noop("Nothing of yours is on %(train)s: hand the declaration in when a container of yours is.")


@transaction.atomic
def submit(declaration: Declaration, *, by: Actor, at: datetime) -> Declaration:
    """Hand the declaration to the office with the least work of those it falls to; it covers what is on its train now.

    Raises ``NoOfficeTakesDeclarations``, ``NothingOnTheTrain``, ``MoreThanCanBeDeclared``, ``NothingDeclared`` (a lot
    that was sold meanwhile), what ``require_fit`` refuses, ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotItsBroker``,
    ``NotYours``.
    """
    require_declares(by, declaration, at)
    DECLARATION.require_step(declaration.status, DeclarationStatus.SUBMITTED.value)
    _cover(declaration, at)
    risk = judged(declaration, at)
    choice = choose_office(declaration, at=at)
    wanted, kind = DeclarationStatus.SUBMITTED, EventKind.DECLARATION_SUBMITTED
    step(declaration, wanted, kind, by, at, office=choice.office, submitted_at=at, **risk)
    journal(declaration, EventKind.DECLARATION_ASSIGNED, by, at, office=choice.office.code, reason=choice.reason)
    return declaration


@transaction.atomic
def withdraw(declaration: Declaration, *, by: Actor, at: datetime, reason: str = "") -> Declaration:
    """Take the declaration back while nothing is decided. Raises ``StepNotAllowed``, ``NotItsBroker``, ``NotYours``."""
    require_declares(by, declaration, at)
    wanted, kind = DeclarationStatus.WITHDRAWN, EventKind.DECLARATION_WITHDRAWN
    step(declaration, wanted, kind, by, at, told={"reason": reason}, reason=reason)
    return declaration


def _cover(declaration: Declaration, at: datetime) -> None:
    """What it is about, as things are now: the boxes on its train; lots that are still its declarant's, and there."""
    if declaration.call is not None:
        boxes = of_train(declaration.call, declaration.declarant, at)
        if not boxes:
            raise NothingOnTheTrain(train=str(declaration.call))
        write_visits(declaration, boxes)
    lock_lots(declaration.declared_lots.values_list("lot_id", flat=True))
    parts = parts_in(declaration)
    require_parts(parts, declaration.terminal, declaration.declarant, but=declaration)
    require_fit(declaration, [each.lot for each in parts])
