"""What customs has of the demo's boxes: declarations in every state, inspections on their way, and a case."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from apps.containers.models import Visit
from apps.customs import services as customs
from apps.customs.models import Declaration, Guarantee, Inspection, Mandate
from apps.demo.services.week import shipper_of
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party, User
from terminal.customs.goods import GoodsLine
from terminal.customs.inspecting import InspectionResult
from terminal.lifecycle import Channel
from terminal.regimes import Direction, Regime

BY: Final = Actor.itself("demo")
BROKER: Final = "suwei-brokers"
NAMED: Final = timedelta(days=365)
"""For how long the shippers have had their broker."""
DOCUMENTS_TAKE: Final = timedelta(hours=4)
A_CLOSER_LOOK_AT: Final = 14
"""Of so many boxes one goes to the red channel on an officer's word, whatever the rules propose."""
GOODS: Final = (
    ("520512", "cotton yarn", "UZ", 4_550_000),
    ("870323", "passenger cars", "CN", 61_000_000),
    ("080212", "almonds, shelled", "KZ", 7_800_000),
    ("740311", "copper cathodes", "KZ", 21_400_000),
    ("847130", "portable computers", "CN", 88_000_000),
    ("100199", "wheat", "KZ", 1_900_000),
    ("854140", "solar cells", "CN", 12_500_000),
)
"""HS code, goods, origin, value in fen."""
CURRENCY: Final = "CNY"


def declare(visits: Iterable[Visit], at: datetime) -> None:
    """Two boxes in three are declared; of those one in ten still waits, the others went or go through their channel."""
    boxes = list(visits)
    parties = {party.code: party for party in Party.objects.all()}
    _name_broker({shipper_of(visit.container.number) for visit in boxes}, parties, at)
    declared = [(place, visit) for place, visit in enumerate(boxes) if place % 3 != 2]
    _put_up_guarantees(declared, parties, at)
    for place, visit in declared:
        _declaration(place, visit, parties, at)
    _look(at)


def officer() -> Actor:
    """The demo's customs officer: nobody else decides for customs, the terminal's own machinery least of all."""
    return Actor.person(User.objects.get(username="customs"))


def _name_broker(shippers: set[str], parties: dict[str, Party], at: datetime) -> None:
    """Every shipper has had the broker declare for it for a year."""
    terminal, broker = Terminal.objects.get(code="cnlyg"), parties[BROKER]
    for code in sorted(shippers):
        if not Mandate.objects.in_force(at).filter(terminal=terminal, party=parties[code], broker=broker).exists():
            customs.name_broker(terminal=terminal, party=parties[code], broker=broker, by=BY, at=at - NAMED)


def _put_up_guarantees(declared: list[tuple[int, Visit]], parties: dict[str, Party], at: datetime) -> None:
    """Every shipper stands for all its goods, as much as they are worth: whatever is released of them has its
    guarantee, at any hour the demo is loaded.
    """
    terminal = Terminal.objects.get(code="cnlyg")
    worth: Counter[str] = Counter()
    for place, visit in declared:
        worth[shipper_of(visit.container.number)] += _line(place, visit).value_minor or 0
    for code, amount in sorted(worth.items()):
        reference = f"GU-{code}"
        if not Guarantee.objects.filter(terminal=terminal, reference=reference).exists():
            customs.put_up_guarantee(
                terminal=terminal,
                party=parties[code],
                reference=reference,
                amount_minor=amount,
                currency=CURRENCY,
                valid_from=(at - NAMED).date(),
                by=BY,
                at=at - NAMED,
            )


def _declaration(place: int, visit: Visit, parties: dict[str, Party], at: datetime) -> None:
    came = max(visit.arrived_at or at, at - timedelta(hours=1 + place * 7 % 29))
    declaration = customs.draft(
        terminal=visit.terminal,
        visits=[visit],
        regime=Regime(visit.regime),
        direction=Direction(visit.direction),
        declarant=parties[shipper_of(visit.container.number)],
        broker=parties[BROKER],
        lines=[_line(place, visit)],
        by=BY,
        at=came,
    )
    customs.submit(declaration, by=BY, at=min(at, came + timedelta(minutes=5)))
    if place % 10:
        _channel(place, declaration, came, at)


def _line(place: int, visit: Visit) -> GoodsLine:
    code, goods, origin, value = GOODS[place % len(GOODS)]
    weight = Decimal(max(1, (visit.gross_kg or 14_000) - 3_800))
    said: dict[str, Any] = {
        "hs_code": code,
        "goods": goods,
        "origin": origin,
        "packages": 120 + place,
        "gross_kg": weight,
    }
    return GoodsLine(**said, value_minor=value, currency=CURRENCY)


def _channel(place: int, declaration: Declaration, came: datetime, at: datetime) -> None:
    proposed = Channel(declaration.proposed_channel or Channel.GREEN)
    channel = Channel.RED if place % A_CLOSER_LOOK_AT == 1 else proposed
    reason = "" if channel is proposed else "word from the port of loading"
    when = min(at, came + timedelta(minutes=20))
    customs.register(declaration, channel=channel, reason=reason, by=officer(), at=when)
    if channel is Channel.YELLOW and came + DOCUMENTS_TAKE < at:
        _clear(declaration, at=came + DOCUMENTS_TAKE)


def _clear(declaration: Declaration, *, at: datetime) -> None:
    """The documents were right: assessed, paid, released."""
    customs.assess(declaration, by=officer(), at=at)
    customs.pay(declaration, by=officer(), at=at)
    customs.release(declaration, by=officer(), at=at)


def _look(at: datetime) -> None:
    """Of the boxes to be inspected the first is done and as declared, the second is short, the third is being looked
    at; the others wait.
    """
    waiting = list(Inspection.objects.open().select_related("office__terminal", "visit__container").order_by("pk"))
    for inspection, fate in zip(waiting, ("as declared", "short", "in work"), strict=False):
        by = officer()
        customs.present(inspection, by=by, at=at - timedelta(minutes=50))
        customs.begin(inspection, by=by, at=at - timedelta(minutes=40))
        if fate == "as declared":
            customs.finish(inspection, InspectionResult.AS_DECLARED, by=by, at=at - timedelta(minutes=10))
        elif fate == "short":
            found = "Two cartons less than declared; the rest agrees."
            at_last = at - timedelta(minutes=5)
            customs.finish(inspection, InspectionResult.DISCREPANCY, finding=found, by=by, at=at_last)
