"""What something would cost: computed as a charge would be, and stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from apps.billing.selectors.stays import storage_line
from apps.billing.selectors.tariffs import PriceBook
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.charges.boxes import Box
from terminal.charges.lines import Event, Line, charge_area
from terminal.charges.statements import Totals, totals
from terminal.charges.storage import Standing, as_of
from terminal.charges.writing import line_as_json
from terminal.equipment import SizeType
from terminal.errors import Malformed, gettext_noop
from terminal.moments import require_zone
from terminal.regimes import Direction
from terminal.throughput import site_day

LONGEST: Final = timedelta(days=731)
"""No longer stay is priced: each of its days is named."""

NO_EVENT: Final = ""
QUOTED: Final = "quoted"


class StayTooLong(Malformed):
    """A stay of years."""

    message = gettext_noop("From %(start_at)s to %(end_at)s is too long to be priced: ask for %(days)s days at most.")


@dataclass(frozen=True)
class BoxWish:
    """A box to be priced: it comes at ``start`` and goes at ``end``."""

    size_type: str
    laden: bool
    direction: Direction
    start: datetime
    end: datetime


@dataclass(frozen=True)
class AreaWish:
    """Area in a kind of zone to be priced."""

    zone_kind: str
    area_m2: Decimal
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Quote:
    """Priced lines and what they come to."""

    currency: str
    minor_digits: int
    lines: tuple[Line, ...]

    @property
    def totals(self) -> Totals:
        """Net, VAT by rates and gross."""
        return totals(((line.version.vat_rate, line.amount) for line in self.lines), self.minor_digits)

    @property
    def documents(self) -> list[dict[str, Any]]:
        """The lines as a statement would carry them."""
        return [line_as_json(line) for line in self.lines]


def quote(terminal: Terminal, party: Party, wishes: Sequence[BoxWish | AreaWish]) -> Quote:
    """The price of what is wished, by the party's own conditions, in order.

    Refuses ``NoTariff``, ``NotInForce``, ``NoRule``, ``NoSuchRate``, ``EmptyStay``, ``EndBeforeClock``,
    ``StayTooLong``, ``NaiveTime``.
    """
    for each in wishes:
        _require_priceable(each)
    book = PriceBook.of(terminal)
    lines = tuple(_box(book, party, each) if isinstance(each, BoxWish) else _area(book, each) for each in wishes)
    return Quote(book.tariff.currency, book.tariff.minor_digits, lines)


def _require_priceable(wish: BoxWish | AreaWish) -> None:
    """Its days can be told one by one, in any zone."""
    require_zone(wish.start, wish.end)
    if wish.end - wish.start > LONGEST or wish.start.year == MINYEAR or wish.end.year == MAXYEAR:
        said = {"start_at": wish.start.isoformat(), "end_at": wish.end.isoformat()}
        raise StayTooLong(**said, days=LONGEST.days)


def _box(book: PriceBook, party: Party, wish: BoxWish) -> Line:
    size = SizeType.parse(wish.size_type)
    box = Box(
        number=size.code, length_ft=size.length_ft, laden=wish.laden, direction=wish.direction, customer=party.code
    )
    rule = book.on(site_day(wish.start, book.terminal.zone)).free_time_for(box)
    started = Event(id=NO_EVENT, kind=rule.clock_event, at=wish.start)
    return storage_line(Standing(box=box, started=started, ended=as_of(wish.end)), book)


def _area(book: PriceBook, wish: AreaWish) -> Line:
    zone = book.terminal.zone
    return charge_area(
        what=wish.zone_kind,
        service=wish.zone_kind,
        area_m2=wish.area_m2,
        starts_at=wish.start,
        ends_at=wish.end,
        events=(Event(id=NO_EVENT, kind=QUOTED, at=wish.start),),
        version=book.on(site_day(wish.start, zone)),
        zone=zone,
    )
