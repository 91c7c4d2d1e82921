"""How unpacked goods stand with customs.

# Note [A packing list frees nothing]
That goods are free is customs' word, and no party's: a list that says so is a claim. They are free where the box is
known to be domestic, or customs has allowed what is in it to leave by the gate; else nobody knows. Nothing is free
while customs holds the box back from the gate: that the hold let it be opened frees nothing. What a list says beside
that (bonded, in transit) keeps goods back, and is taken as it is.
"""

from datetime import datetime

from apps.containers.selectors import situations
from apps.warehouse.models import CargoOrder, DeclaredLot
from terminal.readiness import Owner, Step
from terminal.readiness.blockers import of_holds
from terminal.readiness.permissions import allowed_by
from terminal.regimes import Regime
from terminal.stock import CustomsStatus

Word = tuple[CustomsStatus, str]
"""A customs status, and the reference under which customs gave it."""


def let_out(order: CargoOrder, at: datetime) -> Word:
    """What is known of goods that nobody calls bonded or in transit. See Note [A packing list frees nothing]."""
    visit = order.visit
    if visit is None:
        return CustomsStatus.UNKNOWN, ""
    standing = situations([visit], at)[visit.pk]
    if any(each.owner is Owner.CUSTOMS for each in of_holds(standing, Step.GATE_OUT)):
        return CustomsStatus.UNKNOWN, ""
    if visit.knows("regime") and visit.regime == Regime.DOMESTIC:
        return CustomsStatus.FREE, ""
    out = allowed_by(standing, Owner.CUSTOMS, Step.GATE_OUT, at)
    return (CustomsStatus.FREE, out.reference) if out else (CustomsStatus.UNKNOWN, "")


def status_of(line: DeclaredLot, known: Word) -> Word:
    """How the goods of a line stand, by its list and by what is known."""
    if line.customs_status in (CustomsStatus.BONDED, CustomsStatus.IN_TRANSIT):
        return CustomsStatus(line.customs_status), ""
    return known
