"""Times as EDIFACT writes them: digits, the code of their form, and a zone only in some forms."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from terminal.edifact.facts import Time

# Note [Local times]
# Most forms have no zone: the directories say local time of the place, the partners mean what they agreed. So a time
# without a zone is in the zone of the partner's profile, and in no other; a form with an offset, or with UTC or GMT,
# says it itself, and any other name of a zone is not read. A clock that skipped the hour makes the time unreadable;
# where it was turned back, the first of the two is meant, and reported.

FORMS: Final = {
    "2": "%d%m%y",
    "4": "%d%m%Y",
    "5": "%d%m%Y%H%M",
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "201": "%y%m%d%H%M",
    "202": "%y%m%d%H%M%S",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
}
"""2379, without a zone."""

WITH_OFFSET: Final = {"205": "203", "301": "201", "302": "202", "303": "203", "304": "204"}
"""Forms that say a zone behind one of the others."""

DIGITS: Final = {"%y": 2, "%Y": 4, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
OFFSET: Final = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})|(UTC|GMT|Z)", re.ASCII)
YEARS: Final = range(1980, 2100)


def read_time(kind: str, value: str, form: str, zone: tzinfo) -> tuple[Time | None, bool]:
    """The time, or None if it cannot be read; and whether the clock showed it twice. See Note [Local times]."""
    where: tzinfo | None = zone
    digits = value
    if form in WITH_OFFSET:
        form = WITH_OFFSET[form]
        digits, where = value[: _length(form)], _offset(value[_length(form) :])
    naive = _naive(digits, form)
    if naive is None or where is None:
        return None, False
    at = naive.replace(tzinfo=where)
    if at.astimezone(UTC).astimezone(where).replace(tzinfo=None) != naive:
        return None, False
    return Time(kind, at, "%H" not in FORMS[form]), at.utcoffset() != at.replace(fold=1).utcoffset()


def write_time(at: datetime, zone: tzinfo) -> str:
    """Form 203: to the minute."""
    return at.astimezone(zone).strftime("%Y%m%d%H%M")


def _length(form: str) -> int:
    return sum(DIGITS[part] for part in re.findall("%.", FORMS[form]))


def _naive(digits: str, form: str) -> datetime | None:
    if form not in FORMS or len(digits) != _length(form) or not (digits.isascii() and digits.isdecimal()):
        return None
    try:
        moment = datetime.strptime(digits, FORMS[form])  # noqa: DTZ007
    except ValueError:
        return None
    return moment if moment.year in YEARS else None


def _offset(text: str) -> tzinfo | None:
    found = OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    if found[4]:
        return UTC
    ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
    if ahead > timedelta(hours=14) or int(found[3]) > 59:
        return None
    return timezone(-ahead if found[1] == "-" else ahead)
