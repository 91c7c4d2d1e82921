"""Which offices of the house are switched off: read whenever a box asks why it waits."""

from collections.abc import Collection
from datetime import datetime

from apps.containers.selectors.asked import OfficeOfAnOwner
from apps.customs.models import Office
from terminal.readiness import Owner


def offices_out_of_service(offices: Collection[OfficeOfAnOwner], at: datetime) -> set[OfficeOfAnOwner]:
    """Those of the offices that are customs' and switched off; one query. See Note [Offices out of service]."""
    codes = {code for _terminal, owner, code in offices if owner == Owner.CUSTOMS}
    if not codes:
        return set()
    terminals = {terminal for terminal, _owner, _code in offices}
    off = Office.objects.filter(terminal__in=terminals, code__in=codes, active=False)
    return {(terminal, Owner.CUSTOMS.value, code) for terminal, code in off.values_list("terminal_id", "code")}
