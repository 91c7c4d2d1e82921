"""What Almaty Cotton declares: goods by the line, lots in stock, with its broker, under a guarantee."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.customs import services
from apps.customs.models import Declaration, Guarantee, Mandate, Office
from apps.parties.actors import Actor
from apps.parties.models import Party
from apps.warehouse.models import Lot
from terminal.customs.goods import GoodsLine
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.regimes import Direction, Regime
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, officer_of
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory
from tests.factories.warehouse import APRIL_1

YARN = GoodsLine(
    hs_code="520512", goods="cotton yarn", origin="UZ", packages=100, gross_kg=Decimal(1000), value_minor=1_000_000,
    currency="CNY",
)  # fmt: skip


def cotton() -> Party:
    party: Party = PartyFactory(code="almaty-cotton", name="Almaty Cotton")
    return party


def a_broker(code: str = "suwei-brokers") -> Party:
    party: Party = PartyFactory(code=code, kind=Party.Kind.BROKER)
    return party


def named(broker: Party | None = None, **more: Any) -> Mandate:
    """Almaty Cotton has named a broker."""
    party = cotton()
    who = {"terminal": TerminalFactory(), "party": party, "broker": broker or a_broker()}
    return services.name_broker(**who, by=Actor.program(party, "key"), at=MARCH_14, **more)


def guarantee(amount_minor: int = 1_000_000, reference: str = "G-1", **more: Any) -> Guarantee:
    """Almaty Cotton has put up so much, in CNY."""
    values = {"party": cotton(), "currency": "CNY", "valid_from": date(2020, 1, 1), **more}
    by = Actor.itself("test")
    return services.put_up_guarantee(
        terminal=TerminalFactory(), reference=reference, amount_minor=amount_minor, by=by, at=MARCH_14, **values
    )


def over_lots(*parts: tuple[Lot, int], regime: Regime = Regime.BONDED_ENTRY, **more: Any) -> Declaration:
    """A declaration of Almaty Cotton over so many packages of its lots, handed in on 1 April."""
    if not Office.objects.filter(clears=True).exists():
        OfficeFactory()
    party = cotton()
    by = Actor.program(party, "key")
    values = {"lines": [YARN], "direction": Direction.INBOUND, "at": APRIL_1, **more}
    declared = [services.Part(lot=lot, packages=packages) for lot, packages in parts]
    row = services.draft(terminal=TerminalFactory(), declarant=party, parts=declared, regime=regime, by=by, **values)
    return services.submit(row, by=by, at=values["at"])


def let_go(declaration: Declaration, at: Any = APRIL_1, **release: Any) -> Declaration:
    """Taken up, its papers checked, assessed, paid and released by its office."""
    by = officer_of(declaration.office)
    services.register(declaration, by=by, at=at)
    services.assign_channel(declaration, Channel.YELLOW, by=by, at=at)
    for wanted in (DeclarationStatus.ASSESSED, DeclarationStatus.PAID):
        services.move(declaration, wanted, by=by, at=at)
    return services.release(declaration, by=by, at=at, **release)
