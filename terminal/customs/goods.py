"""Goods as a declaration names them, in lines of one kind and origin each, and the papers that go with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from terminal.countries import COUNTRIES
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.identifiers.goods import require_commodity_code

MOST_LINES: Final = 500
MOST_PACKAGES: Final = 999_999_999
MOST_KG: Final = Decimal(999_999_999)
MOST_MINOR: Final = 10**15
"""Figures beyond these are slips of the pen."""

TOLERATED: Final = Decimal("0.02")
"""By how much of it a weight may differ from another before somebody should look."""


class DocumentKind(StrEnum):
    """What a paper is that goes with a declaration."""

    INVOICE = "invoice"
    PACKING_LIST = "packing_list"
    CONTRACT = "contract"
    TRANSPORT_DOCUMENT = "transport_document"
    CERTIFICATE_OF_ORIGIN = "certificate_of_origin"
    LICENCE = "licence"
    OTHER = "other"


class WrongHsCode(Malformed):
    """A line whose code names no goods."""

    message = gettext_noop(
        "Line %(line)s: %(code)s is not the HS code of goods. Write 6, 8 or 10 digits; the first two are a chapter "
        "from 01 to 97, and not 77: e.g. 520512."
    )


class WrongOrigin(Malformed):
    """A line from no country."""

    message = gettext_noop("Line %(line)s: %(origin)s is no country. Write its two letters (ISO 3166), such as KZ.")


class WrongCurrency(Malformed):
    """A value in no currency."""

    message = gettext_noop(
        "Line %(line)s: %(currency)s is no currency. Write its three letters (ISO 4217), such as CNY."
    )


class MixedCurrencies(Malformed):
    """Values that cannot be added up."""

    message = gettext_noop("The lines are in %(currencies)s: state every value of a declaration in one currency.")


class WrongFigure(Malformed):
    """A line of nothing, or of more than anybody has."""

    message = gettext_noop(
        "Line %(line)s: %(packages)s packages, %(gross_kg)s kg, value %(value_minor)s. Packages and kg are more than "
        "nought, kg to the gram, and the value is not below nought."
    )


class UnnamedGoods(Malformed):
    """A line that does not say what it is of."""

    message = gettext_noop("Line %(line)s: say what the goods are, in 200 characters at most.")


class TooManyLines(Malformed):
    """More lines than a document has."""

    message = gettext_noop("%(lines)s lines; a declaration has %(most)s at most. Declare the rest in another one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsLine:
    """Goods of one kind and origin. ``value_minor`` in minor units of ``currency``."""

    hs_code: str
    goods: str
    origin: str
    packages: int
    gross_kg: Decimal
    value_minor: int
    currency: str


def require_lines(lines: Sequence[GoodsLine]) -> list[GoodsLine]:
    """The lines as they are kept: codes as digits, countries and currencies as capital letters.

    Raises ``TooManyLines``, ``WrongHsCode``, ``UnnamedGoods``, ``WrongOrigin``, ``WrongCurrency``, ``WrongFigure``,
    ``MixedCurrencies``.
    """
    if len(lines) > MOST_LINES:
        raise TooManyLines(lines=len(lines), most=MOST_LINES)
    read = [_line(number, each) for number, each in enumerate(lines, start=1)]
    currencies = sorted({each.currency for each in read})
    if len(currencies) > 1:
        raise MixedCurrencies(currencies=", ".join(currencies))
    return read


def _line(number: int, line: GoodsLine) -> GoodsLine:
    origin, currency, goods = line.origin.strip().upper(), line.currency.strip().upper(), " ".join(line.goods.split())
    if not goods or len(goods) > 200:
        raise UnnamedGoods(line=number)
    if origin not in COUNTRIES:
        raise WrongOrigin(line=number, origin=line.origin[:20] or "—")
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise WrongCurrency(line=number, currency=line.currency[:20] or "—")
    _require_figures(number, line)
    return replace(line, hs_code=_hs_code(number, line.hs_code), origin=origin, currency=currency, goods=goods)


def _hs_code(number: int, text: str) -> str:
    try:
        return require_commodity_code(text)
    except Refused as wrong:
        raise WrongHsCode(line=number, code=text[:20] or "—") from wrong


def _require_figures(number: int, line: GoodsLine) -> None:
    kilograms = line.gross_kg
    right = (
        0 < line.packages <= MOST_PACKAGES
        and kilograms.is_finite()
        and 0 < kilograms <= MOST_KG
        and kilograms == round(kilograms, 3)
        and 0 <= line.value_minor <= MOST_MINOR
    )
    if not right:
        figures = {"packages": line.packages, "gross_kg": str(kilograms), "value_minor": line.value_minor}
        raise WrongFigure(line=number, **figures)


def weights_differ(declared_kg: Decimal, known_kg: Decimal) -> bool:
    """Whether what is declared weighs otherwise than what is known, by more than ``TOLERATED`` of it."""
    return abs(declared_kg - known_kg) > TOLERATED * known_kg


def total_kg(lines: Iterable[GoodsLine]) -> Decimal:
    """The gross weight of all lines."""
    return sum((each.gross_kg for each in lines), Decimal(0))
