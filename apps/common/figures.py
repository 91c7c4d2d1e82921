"""Figures as people write them: 4,294 in English and Chinese, 4 294 in Russian and Kazakh; 87 % of something."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils import translation
from django.utils.formats import date_format

NARROW_SPACE = "\u00a0"
WITH_SPACES = ("ru", "kk")
CLOSE_PERCENT = ("zh",)
SMALL_MONTHS = ("ru", "kk")
"""Languages that write the names of months small."""


def figure(value: Decimal | float, places: int = 0) -> str:
    """A number in the reader's own writing, rounded half up; decimals only where they say something."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    plain = f"{rounded:,f}"
    if places:
        plain = plain.rstrip("0").rstrip(".")
    if _language() in WITH_SPACES:
        plain = plain.replace(",", NARROW_SPACE).replace(".", ",")
    return plain


def percent(share: Decimal | float, places: int = 0) -> str:
    """A share of one as a percentage: 0.87 → 87 %."""
    space = "" if _language() in CLOSE_PERCENT else NARROW_SPACE
    return f"{figure(Decimal(str(share)) * 100, places)}{space}%"


def month_in_words(day: date) -> str:
    """The month a day lies in, as it stands within a sentence: May 2026, май 2026 г., 2026 жылғы мамыр, 2026年5月."""
    said = date_format(day, "YEAR_MONTH_FORMAT")
    return said.lower() if _language() in SMALL_MONTHS else said


def _language() -> str:
    return (translation.get_language() or "en").partition("-")[0]
