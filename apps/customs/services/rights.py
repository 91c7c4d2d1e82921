"""Who decides for customs: the officers of the office, and nobody else, whatever their role at the terminal."""

from apps.common.steps import ChangedMeanwhile
from apps.customs.models import Declaration, Office
from apps.customs.selectors import is_inspector, is_officer
from apps.customs.services.rows import lock_in_hand
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import DECLARATION

RIGHT = "customs.change_declaration"
INSPECTS = "customs.change_inspection"


class AnotherOffice(Refused):
    """The one who decides is no officer of the declaration's office."""

    kind = "forbidden"
    message = gettext_noop("Only an officer of %(office)s decides this.")


class OfficeIsClosed(Refused):
    """The office is switched off: what lies there stays as it is."""

    message = gettext_noop("%(office)s is not in service; hand the declaration over or wait.")


def require_officer(by: Actor, office: Office) -> None:
    """Raise ``NotYours``, ``AnotherOffice`` or ``OfficeIsClosed`` unless the actor decides for the office now.

    Whether the office is in service is read now: a declaration in hand may be older than its office's closing.
    """
    by.require(RIGHT, office.terminal)
    require_of(by, office)
    _require_in_service(office)


def require_decides(by: Actor, declaration: Declaration) -> None:
    """Lock the declaration, bring the one in hand up to date, and ask ``require_officer`` of the office it is at now.

    Raises ``ChangedMeanwhile``, too, when it has taken a step since it was read: who decides looks at it first.
    """
    seen = declaration.status
    lock_in_hand(declaration)
    require_officer(by, declaration.office)
    if declaration.status != seen:
        raise ChangedMeanwhile(thing=DECLARATION.thing)


def require_inspector(by: Actor, office: Office) -> None:
    """As ``require_officer``, for inspections: inspectors may, too."""
    by.require(INSPECTS, office.terminal)
    if not is_inspector(by, office):
        raise AnotherOffice(office=office.name)
    _require_in_service(office)


def require_of(by: Actor, office: Office) -> None:
    """Raise ``AnotherOffice`` unless the actor is an officer of the office, in service or not."""
    if not is_officer(by, office):
        raise AnotherOffice(office=office.name)


def _require_in_service(office: Office) -> None:
    if not Office.objects.filter(pk=office.pk, active=True).exists():
        raise OfficeIsClosed(office=office.name)
