"""Damages that were repaired."""

from datetime import datetime

from django.db import transaction

from apps.containers.models import Damage, Repair, Visit
from apps.containers.services.rows import lock_visits, of_visit, require_right
from apps.journal.services import record
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.moments import require_zone

RIGHT = "containers.note_visit"


class AlreadyRepaired(Refused):
    """A damage is repaired once; another one is a damage of its own."""

    message = gettext_noop("This damage was repaired already.")


@transaction.atomic
def repair_damage(damage: Damage, *, by: Actor, at: datetime, remark: str = "") -> Repair:
    """Note that a damage was repaired. Raises ``NotYours``, ``AlreadyRepaired``, ``NaiveTime``."""
    require_zone(at)
    visit = lock_visits([Visit(pk=damage.visit_id)])[0]
    require_right(by, [visit], RIGHT)
    if Repair.objects.filter(damage=damage).exists():
        raise AlreadyRepaired
    repair = Repair.objects.create(damage=damage, repaired_at=at, repaired_by=by.label[:120], remark=remark)
    payload = {"side": damage.side, "harm": damage.harm, "severity": damage.severity, "remark": remark}
    record(of_visit(visit, EventKind.DAMAGE_REPAIRED, by=by, at=at, payload=payload))
    return repair
