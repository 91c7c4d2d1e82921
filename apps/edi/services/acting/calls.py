"""Which ship a message means: by voyage, number or name, of the partner's own. Nothing is guessed."""

from apps.edi.services.cases import Case
from apps.edi.services.refusals import UnknownHere
from apps.ships.models import ShipCall
from terminal.edifact.facts import Means, Stage
from terminal.errors import gettext_noop
from terminal.lifecycle import Phase
from terminal.stowage import StowageList
from terminal.throughput import Mode

OVER = (Phase.DEPARTED.value, Phase.CLOSED.value, Phase.CANCELLED.value)
IMO_DIGITS = 7
VOYAGE = {StowageList.DISCHARGE: "voyage_in", StowageList.LOAD: "voyage_out"}


def ship_of(case: Case, means: tuple[Means, ...], which: StowageList) -> ShipCall:
    """The partner's ship that is to come or here, of the voyage named. Raises ``UnknownHere`` at TDT."""
    main = next(
        (each for each in means if each.stage is Stage.MAIN and each.mode in (None, Mode.SEA, Mode.BARGE)), None
    )
    place = case.where("TDT", 2, qualifier="20")
    if main is None or not main.journey:
        raise UnknownHere.at(place, "", gettext_noop("the voyage of a ship"))
    found = [ship for ship in _of_voyage(case, main.journey, which) if _is_named(ship, main)]
    if len(found) != 1:
        expected = gettext_noop("one ship of yours that is announced or here, with its voyage and its number or name")
        raise UnknownHere.at(place, f"{main.journey} {main.name}".strip(), expected)
    return found[0]


def _of_voyage(case: Case, journey: str, which: StowageList) -> list[ShipCall]:
    """A load list may name the voyage in where nobody said that the ship leaves under another."""
    ships = ShipCall.objects.filter(call__terminal=case.partner.terminal_id, line=case.party).exclude(
        call__phase__in=OVER
    )
    rows = list(ships.select_related("call__terminal", "line").order_by("pk"))
    return [ship for ship in rows if _voyage(ship, which).upper() == journey.upper()]


def _voyage(ship: ShipCall, which: StowageList) -> str:
    voyage: str = getattr(ship, VOYAGE[which])
    return voyage or ship.voyage_in


def _is_named(ship: ShipCall, means: Means) -> bool:
    """By the IMO number where one is given, else by name; a call sign is not kept here."""
    if means.identity.isdecimal() and len(means.identity) == IMO_DIGITS:
        return ship.imo == means.identity
    return " ".join(means.name.split()).upper() == ship.name.upper()
