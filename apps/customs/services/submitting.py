"""A declaration is handed to an office, and may be taken back while nothing is decided."""

from datetime import datetime

from django.db import transaction

from apps.containers.services.rows import lock_visits
from apps.customs.models import Declaration
from apps.customs.services.assigning import choose_office
from apps.customs.services.bond import require_fit
from apps.customs.services.brokers import require_declares
from apps.customs.services.channels import judged
from apps.customs.services.contents import of_train, parts_in, require_boxes, require_parts, visits_in, write_visits
from apps.customs.services.memory import journal
from apps.customs.services.rows import locked
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

    Judged is what it says at this moment. Locks: the declaration, its visits, its lots. Raises
    ``NoOfficeTakesDeclarations``, ``NothingOnTheTrain``, ``MoreThanCanBeDeclared``, ``NothingDeclared`` (a box or a lot
    that is not the declarant's any more), what ``require_fit`` refuses, ``StepNotAllowed``, ``NotItsBroker``,
    ``NotYours``.
    """
    require_declares(by, declaration, at)
    row = locked(declaration)
    DECLARATION.require_step(row.status, DeclarationStatus.SUBMITTED.value)
    _cover(row, at)
    risk = judged(row, at)
    choice = choose_office(row, at=at)
    wanted, kind = DeclarationStatus.SUBMITTED, EventKind.DECLARATION_SUBMITTED
    step(row, wanted, kind, by, at, office=choice.office, submitted_at=at, **risk)
    journal(row, EventKind.DECLARATION_ASSIGNED, by, at, office=choice.office.code, reason=choice.reason)
    declaration.refresh_from_db()
    return declaration


@transaction.atomic
def withdraw(declaration: Declaration, *, by: Actor, at: datetime, reason: str = "") -> Declaration:
    """Take the declaration back while nothing is decided. Raises ``StepNotAllowed``, ``NotItsBroker``, ``NotYours``."""
    require_declares(by, declaration, at)
    wanted, kind = DeclarationStatus.WITHDRAWN, EventKind.DECLARATION_WITHDRAWN
    step(declaration, wanted, kind, by, at, told={"reason": reason}, reason=reason)
    return declaration


def _cover(row: Declaration, at: datetime) -> None:
    """What it is about, as things are now: its boxes, or those on its train, and its lots; still its declarant's."""
    boxes = of_train(row.call, row.declarant, at) if row.call is not None else visits_in(row)
    if row.call is not None and not boxes:
        raise NothingOnTheTrain(train=str(row.call))
    lock_visits(boxes)
    require_boxes(boxes, row.terminal, row.declarant, at)
    if row.call is not None:
        write_visits(row, boxes)
    lock_lots(row.declared_lots.values_list("lot_id", flat=True))
    parts = parts_in(row)
    require_parts(parts, row.terminal, row.declarant, but=row)
    require_fit(row, [each.lot for each in parts])
