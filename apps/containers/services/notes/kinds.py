"""What can be noted of a box, each with its own check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from apps.containers.models import Damage, Hazard, Note, Seal, Temperature, Visit, Weight
from terminal.damages import Harm, Severity, Side
from terminal.dangerous_goods import require_imdg_class, require_un_number
from terminal.equipment import SizeType
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.reefers import TOLERANCE, NotAReefer, Reading, deviation, require_temperature
from terminal.seals import SealAct, SealOwner, require_seal_number
from terminal.weights import Weighing, require_weight

OneSeal = tuple[str, str]
"""A seal by its number and whose it is."""

Worn = Mapping[int, list[OneSeal]]
"""The seals boxes wear, by visit; kept up while further ones are noted."""


class SealAlreadyOn(Refused):
    """A seal is put on once."""

    message = gettext_noop("The seal %(seal)s is on %(number)s already.")


class NotOnThisBox(Refused):
    """Only a seal that is on a box can be taken off it."""

    message = gettext_noop("The seal %(seal)s is not on %(number)s; there are: %(worn)s.")


@dataclass(frozen=True, kw_only=True)
class NewNote:
    """One thing to be noted of a visit; ``corrects`` is the note in whose place it stands from now on."""

    visit: Visit
    remark: str = ""
    corrects: Note | None = None

    @property
    def kind(self) -> EventKind:
        """As what it is journalled."""
        raise NotImplementedError

    def row(self, visit: Visit, worn: Worn) -> Note:
        """The row it becomes, checked against the visit as it is now and the seals its box wears."""
        raise NotImplementedError

    def told(self, row: Any) -> dict[str, Any]:
        """What the journal says of it."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class NewSeal(NewNote):
    """A seal put on, or taken off. Refuses ``MalformedSealNumber``, ``SealAlreadyOn``, ``NotOnThisBox``."""

    number: str
    owner: SealOwner
    act: SealAct = SealAct.AFFIXED

    @property
    def kind(self) -> EventKind:
        return EventKind.SEAL_AFFIXED if self.act is SealAct.AFFIXED else EventKind.SEAL_REMOVED

    def row(self, visit: Visit, worn: Worn) -> Seal:
        number = require_seal_number(self.number)
        if self.corrects is None:
            self._wear(visit, number, worn[visit.pk])
        return Seal(number=number, owner=SealOwner(self.owner).value, act=SealAct(self.act).value)

    def _wear(self, visit: Visit, number: str, worn: list[OneSeal]) -> None:
        """Put it on, or take it off, among the seals the box wears."""
        on = [seal for seal, owner in worn if owner == self.owner]
        facts = {"seal": number, "number": visit.container.number}
        if self.act is SealAct.AFFIXED and number in on:
            raise SealAlreadyOn(**facts)
        if self.act is SealAct.REMOVED and number not in on:
            raise NotOnThisBox(**facts, worn=", ".join(on) or "—")
        one = (number, SealOwner(self.owner).value)
        if self.act is SealAct.AFFIXED:
            worn.append(one)
        else:
            worn.remove(one)

    def told(self, row: Seal) -> dict[str, Any]:
        return {"number": row.number, "owner": row.owner}


@dataclass(frozen=True, kw_only=True)
class NewWeight(NewNote):
    """What the box weighs. Refuses ``ImpossibleWeight``, ``VerifiedByNobody``."""

    gross_kg: int
    how: Weighing
    certificate: str = ""
    verified_by: str = ""

    @property
    def kind(self) -> EventKind:
        return EventKind.WEIGHT_NOTED

    def row(self, visit: Visit, worn: Worn) -> Weight:
        how = Weighing(self.how)
        require_weight(self.gross_kg, how, self.verified_by)
        return Weight(
            gross_kg=self.gross_kg, how=how.value, certificate=self.certificate, verified_by=self.verified_by[:120]
        )

    def told(self, row: Weight) -> dict[str, Any]:
        said = {"gross_kg": row.gross_kg, "how": row.how}
        return said | {name: value for name in ("certificate", "verified_by") if (value := getattr(row, name))}


@dataclass(frozen=True, kw_only=True)
class NewHazard(NewNote):
    """Dangerous goods in it. Refuses ``MalformedUnNumber``, ``UnknownClass``."""

    un_number: str
    imdg_class: str

    @property
    def kind(self) -> EventKind:
        return EventKind.HAZARD_NOTED

    def row(self, visit: Visit, worn: Worn) -> Hazard:
        return Hazard(un_number=require_un_number(self.un_number), imdg_class=require_imdg_class(self.imdg_class))

    def told(self, row: Hazard) -> dict[str, Any]:
        return {"un_number": row.un_number, "imdg_class": row.imdg_class}


@dataclass(frozen=True, kw_only=True)
class NewTemperature(NewNote):
    """What a reefer is to keep (``SET_POINT``), or what a round read on it, plugged in or not (``MEASURED``), in °C.

    ``tolerance`` is the set-point's. Refuses ``NotAReefer``, ``ImpossibleTemperature``.
    """

    celsius: Decimal
    reading: Reading
    plugged: bool | None = None
    tolerance: Decimal = TOLERANCE

    @property
    def kind(self) -> EventKind:
        return EventKind.SET_POINT_NOTED if self.reading is Reading.SET_POINT else EventKind.TEMPERATURE_NOTED

    def row(self, visit: Visit, worn: Worn) -> Temperature:
        if not SizeType.parse(visit.size_type).is_reefer:
            raise NotAReefer(number=visit.container.number, size_type=visit.size_type)
        require_temperature(self.celsius)
        measured = self.reading is Reading.MEASURED
        return Temperature(
            reading=Reading(self.reading).value,
            celsius=self.celsius,
            tolerance=self.tolerance,
            plugged=bool(self.plugged) if measured else None,
        )

    def told(self, row: Temperature) -> dict[str, Any]:
        said: dict[str, Any] = {"celsius": str(row.celsius)}
        if self.reading is Reading.SET_POINT:
            return {**said, "tolerance": str(row.tolerance)}
        return {**said, "plugged": row.plugged, "deviation": _deviation(row)}


def _deviation(row: Temperature) -> str:
    readings = Temperature.objects.standing().filter(visit=row.visit_id, reading=Reading.SET_POINT.value)
    kept = readings.filter(noted_at__lte=row.noted_at).order_by("noted_at", "pk").last()
    off = deviation(row.celsius, kept.celsius, kept.tolerance) if kept else None
    return "" if off is None else f"{off:+}"


@dataclass(frozen=True, kw_only=True)
class NewDamage(NewNote):
    """A damage found, with photos of it as open files. Refuses ``NotAPicture``, ``FileTooLarge``, ``TooManyPhotos``."""

    side: Side
    harm: Harm
    severity: Severity
    photos: Sequence[BinaryIO] = ()

    @property
    def kind(self) -> EventKind:
        return EventKind.DAMAGE_NOTED

    def row(self, visit: Visit, worn: Worn) -> Damage:
        return Damage(side=Side(self.side).value, harm=Harm(self.harm).value, severity=Severity(self.severity).value)

    def told(self, row: Damage) -> dict[str, Any]:
        return {"side": row.side, "harm": row.harm, "severity": row.severity, "remark": row.remark}
