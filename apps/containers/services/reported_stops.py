"""Holds and permissions in history that others report: staged rows become rows, and SELECTs for ``write_history``.

Their owner decided long ago: nobody is asked here whether he may. The one who takes the history in has to see to it
that its actor speaks for the owner.
"""

from typing import Any, Final

from apps.common.bulk import ask, insert_from, iso, stage_from, stage_ids
from apps.containers.models import Hold, Permission
from apps.journal.services import happening
from apps.parties.actors import Actor
from terminal.events import EventKind

PERMISSION: Final = ("visit_id", "owner", "step", "reference", "granted_at", "valid_until")
"""What the SELECT of permissions names, besides ``container_number`` and ``report``, the entry's reference."""

HOLD: Final = ("visit_id", "owner", "kind", "kept_by", "step", "reason", "reference", "placed_at", "lifted_at")
"""What the SELECT of holds names, besides ``container_number`` and ``report``, what its entries' references begin with.

``lifted_at`` empty: the hold stands.
"""

PERMITTED: Final = f"""jsonb_build_object('owner', owner, 'step', step, 'reference', reference,
    'valid_until', {iso("valid_until")})"""

STOPPED: Final = "jsonb_build_object('owner', owner, 'step', step, 'reason', reason, 'reference', reference)"


def write_permissions(select: str, params: dict[str, Any], *, by: Actor) -> int:
    """Write what a SELECT of ``PERMISSION`` tells; how many. Within a transaction."""
    _stage("reported_permission", select, params)
    columns = {"public_id": "uuid", **{name: name for name in PERMISSION}, "granted_by": "%(by)s"}
    rows = "FROM reported_permission JOIN reported_permission_id USING (n) ORDER BY n"
    return insert_from(Permission, columns, rows, {"by": by.label[:120]})


def permissions_told(turn: int) -> str:
    """The SELECT for ``write_history`` of the permissions last written. Its parameters name ``at``, now."""
    told = _told(EventKind.PERMISSION_GRANTED, "granted_at", "report", PERMITTED, turn)
    return f"SELECT {told} FROM reported_permission"


def write_holds(select: str, params: dict[str, Any], *, by: Actor) -> int:
    """Write what a SELECT of ``HOLD`` tells; how many. Within a transaction."""
    _stage("reported_hold", select, params)
    lifted_by = "CASE WHEN lifted_at IS NULL THEN '' ELSE %(by)s END"
    columns = {"public_id": "uuid", **{name: name for name in HOLD}, "placed_by": "%(by)s", "lifted_by": lifted_by}
    columns["terminal_id"] = "(SELECT visit.terminal_id FROM containers_visit visit WHERE visit.id = visit_id)"
    rows = "FROM reported_hold JOIN reported_hold_id USING (n) ORDER BY n"
    return insert_from(Hold, columns, rows, {"by": by.label[:120]})


def holds_told(placed: int, lifted: int) -> str:
    """The SELECT for ``write_history`` of the holds last written, with the turns of placing and lifting.

    Its parameters name ``at``, now.
    """
    stopped = _told(EventKind.HOLD_PLACED, "placed_at", "report || ':placed'", STOPPED, placed)
    let_go = _told(EventKind.HOLD_LIFTED, "lifted_at", "report || ':lifted'", STOPPED, lifted)
    ended = f"SELECT {let_go} FROM reported_hold WHERE lifted_at IS NOT NULL"
    return f"SELECT {stopped} FROM reported_hold UNION ALL {ended}"


def _stage(table: str, select: str, params: dict[str, Any]) -> None:
    stage_from(table, f"SELECT row_number() OVER () AS n, told.* FROM ({select}) told", params)
    ((many,),) = ask(f"SELECT count(*) FROM {table}")
    stage_ids(f"{table}_id", many)


def _told(kind: EventKind, at: str, report: str, payload: str, turn: int) -> str:
    return happening(
        kind=f"'{kind}'",
        happened_at=at,
        told_at=f"least({at}, %(at)s)",
        visit_id="visit_id",
        container_number="container_number",
        reference=report,
        payload=payload,
        turn=str(turn),
    )
