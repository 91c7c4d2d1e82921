"""Which terminal is meant."""

from dataclasses import dataclass
from itertools import groupby

from apps.network.models import Corridor, CorridorLeg, Terminal
from terminal.corridors import Leg, Way, backwards, way
from terminal.errors import Malformed, gettext_noop


class WhichTerminal(Malformed):
    """No terminal of that code, or none at all."""

    message = gettext_noop("Name one of the terminals in operation: %(known)s.")


def the_terminal(code: str | None = None) -> Terminal:
    """The terminal in operation of that code; without a code the site's first. Raises ``WhichTerminal``."""
    running = Terminal.objects.filter(active=True).order_by("pk")
    found = (running.filter(code=code) if code else running.in_earnest()).first()
    if found is None:
        raise WhichTerminal(known=", ".join(running.order_by("code").values_list("code", flat=True)) or "—")
    return found


@dataclass(frozen=True)
class Along:
    """A way from one place to another along a corridor."""

    corridor: Corridor
    way: Way
    illustrative: bool


def ways(start: str, end: str) -> list[Along]:
    """Every corridor that leads from one place to the other, the shortest way first; there or back. One query."""
    rows = CorridorLeg.objects.select_related("corridor").order_by("corridor", "branch", "sequence")
    found = []
    for corridor, of_corridor in groupby(rows, key=lambda row: row.corridor):
        lines = [list(group) for _branch, group in groupby(of_corridor, key=lambda row: row.branch)]
        trunk = lines[0] if lines[0][0].branch == "" else []
        branches = [line for line in lines if line is not trunk] or [[]]
        led = [way_ for branch in branches for way_ in _led([*trunk, *branch], start, end)]
        if led:
            shortest = min(led, key=lambda each: each.km)
            found.append(Along(corridor, shortest, any(row.illustrative for line in lines for row in line)))
    return sorted(found, key=lambda each: each.way.km)


def _led(rows: list[CorridorLeg], start: str, end: str) -> list[Way]:
    legs = [
        Leg(
            start=row.start,
            end=row.end,
            mode=row.mode,
            km=row.km,
            hours_least=row.hours_least,
            hours_most=row.hours_most,
            usd_per_teu=row.usd_per_teu,
        )
        for row in rows
    ]
    return [found for line in (legs, backwards(legs)) if (found := way(line, start, end)) is not None]
