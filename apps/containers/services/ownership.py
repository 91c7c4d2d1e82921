"""Who may stop a box, and who may let it go: only the owner's own role."""

from datetime import datetime
from typing import Final

from apps.containers.models import Visit, VisitRole
from apps.network.models import Terminal
from apps.parties.actors import Actor, rights
from terminal.errors import Refused, gettext_noop
from terminal.readiness import Owner


class HoldBelongsTo(Refused):
    """Somebody else's hold or permission."""

    kind = "forbidden"
    message = gettext_noop("This belongs to %(owner)s: only %(owner)s can do that.")


class KeptByItsOffice(HoldBelongsTo):
    """An office of the owner keeps the hold: nobody else lifts it, not even with the owner's role."""

    message = gettext_noop("The office %(office)s keeps this hold: only what that office does itself lifts it.")


CARGO_SIDE: Final = (VisitRole.Role.SHIPPER, VisitRole.Role.CONSIGNEE, VisitRole.Role.FORWARDER)
"""The parties that speak for the goods, and so for the shipper's holds."""

CUSTOMS_RIGHTS: Final = frozenset({"containers.lift_customs_hold"})


def speaks_for(by: Actor, owner: Owner, visit: Visit, at: datetime) -> bool:
    """Whether the actor speaks for the owner in this visit, so that it may lift the owner's holds.

    Customs: people whose role at the terminal says so; being a superuser is no such role. The terminal: people with
    ``containers.lift_terminal_hold``. The shipper: programs of a party that has a cargo role in the visit. The carrier:
    nobody here; its word comes as a message. The terminal's own machinery takes down what owners say, and may for all.
    An unsaved visit stands for any at its terminal: there no party speaks for anybody.
    """
    if by.user is None and by.party is None:
        return True
    if owner is Owner.CUSTOMS:
        return is_customs(by, visit.terminal)
    if owner is Owner.TERMINAL:
        return by.may("containers.lift_terminal_hold", visit.terminal)
    return owner is Owner.SHIPPER and _has_cargo_role(by, visit, at)


def require_speaks_for(by: Actor, owner: Owner, visit: Visit, at: datetime) -> None:
    """Raise ``HoldBelongsTo`` unless the actor speaks for the owner in this visit."""
    if not speaks_for(by, owner, visit, at):
        raise HoldBelongsTo(owner=owner.value)


def is_customs(by: Actor, terminal: Terminal) -> bool:
    """Whether a person is customs at the terminal, by a role of their own."""
    return by.user is not None and by.user.is_active and bool(CUSTOMS_RIGHTS & rights(by.user, terminal))


def _has_cargo_role(by: Actor, visit: Visit, at: datetime) -> bool:
    if by.party is None or visit.pk is None:
        return False
    return VisitRole.objects.filter(visit=visit, party=by.party, role__in=CARGO_SIDE).in_force(at).exists()
