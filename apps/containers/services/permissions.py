"""Permissions: an owner's yes to a step, given and taken back."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.common.integrity import refusals
from apps.containers.models import Permission, Visit
from apps.containers.services.holds import VisitIsOver
from apps.containers.services.ownership import HoldBelongsTo, is_customs, speaks_for
from apps.containers.services.rows import lock_visits, of_visit
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor, rights
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import VISIT
from terminal.moments import require_zone
from terminal.readiness import Owner, Step

DECLARATIONS = "customs.change_declaration"
"""Who works declarations gives the permissions that follow from them."""


class PermissionAlreadyGiven(Refused):
    """One reference gives one permission once: a renewed one comes under a new reference."""

    message = gettext_noop("A permission of %(owner)s under the reference %(reference)s was given already.")


class NoSuchPermission(Refused):
    """Nothing to take back."""

    message = gettext_noop("No permission of %(owner)s under the reference %(reference)s is in force.")


@transaction.atomic
def grant_permissions(
    visits: list[Visit],
    *,
    owner: Owner,
    steps: Iterable[Step],
    reference: str,
    by: Actor,
    at: datetime,
    valid_until: datetime | None = None,
) -> list[Permission]:
    """The owner allows the steps of the visits from ``at`` on, until just before ``valid_until``. All or none.

    Raises ``HoldBelongsTo`` (customs' by anybody but customs), ``VisitIsOver``, ``PermissionAlreadyGiven``.
    """
    require_zone(at, valid_until)
    rows = _asked(visits, Owner(owner), by, at)
    values = {"reference": reference, "granted_at": at, "granted_by": by.label[:120], "valid_until": valid_until}
    new = [
        Permission(visit=row, owner=Owner(owner).value, step=Step(step).value, **values)
        for row in rows
        for step in sorted(set(steps))
    ]
    given = PermissionAlreadyGiven(owner=Owner(owner).value, reference=reference)
    with refusals(a_permission_is_given_once=given):
        made = Permission.objects.bulk_create(new, batch_size=1000)
    _journal(rows, made, EventKind.PERMISSION_GRANTED, by=by, at=at)
    return made


@transaction.atomic
def revoke_permissions(
    visits: list[Visit], *, owner: Owner, reference: str, by: Actor, at: datetime, reason: str = ""
) -> list[Permission]:
    """The owner takes back what was allowed under the reference, from ``at`` on; what is done stays done.

    Raises ``HoldBelongsTo``, ``NoSuchPermission``.
    """
    require_zone(at)
    rows = _asked(visits, Owner(owner), by, at, over_too=True)
    standing = Permission.objects.filter(visit__in=rows, owner=Owner(owner).value, reference=reference, revoked_at=None)
    taken = list(standing.order_by("pk").select_for_update())
    if not taken:
        raise NoSuchPermission(owner=Owner(owner).value, reference=reference)
    Permission.objects.filter(pk__in=[each.pk for each in taken]).update(revoked_at=at, version=F("version") + 1)
    for each in taken:
        each.revoked_at, each.version = at, each.version + 1
    _journal(rows, taken, EventKind.PERMISSION_REVOKED, by=by, at=at, reason=reason)
    return taken


def _asked(visits: list[Visit], owner: Owner, by: Actor, at: datetime, *, over_too: bool = False) -> list[Visit]:
    rows = lock_visits(visits)
    for row in rows:
        if not over_too and VISIT.is_final(row.state):
            raise VisitIsOver(number=row.container.number, state=row.state)
    by_whole_terminal = {row.terminal_id: row for row in rows}.values()
    if not all(_may(by, owner, row, at) for row in (rows if by.party else by_whole_terminal)):
        raise HoldBelongsTo(owner=owner.value)
    return rows


def _may(by: Actor, owner: Owner, visit: Visit, at: datetime) -> bool:
    if by.user is not None and owner is Owner.CUSTOMS:
        return is_customs(by, visit.terminal) or DECLARATIONS in rights(by.user, visit.terminal)
    return speaks_for(by, owner, visit, at)


def _journal(
    visits: list[Visit],
    permissions: list[Permission],
    kind: EventKind,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> None:
    numbers = {row.pk: row for row in visits}
    more = {"reason": reason} if reason else {}
    record_many(permission_told(each, numbers[each.visit_id], kind, more, by=by, at=at) for each in permissions)


def permission_told(
    permission: Permission, visit: Visit, kind: EventKind, more: dict[str, Any], *, by: Actor, at: datetime
) -> Happening:
    """A journal row about a permission."""
    until = permission.valid_until.astimezone(UTC).isoformat() if permission.valid_until else None
    payload = {"owner": permission.owner, "step": permission.step, "reference": permission.reference}
    return of_visit(visit, kind, by=by, at=at, payload={**payload, "valid_until": until, **more})
