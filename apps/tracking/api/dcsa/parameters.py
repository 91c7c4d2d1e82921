"""What is asked, read strictly: a name the version does not know, a value it does not allow, is a bad request."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from rest_framework.request import Request

from apps.parties.api.authentication import caller_of
from apps.tracking.api.dcsa import cursors
from apps.tracking.dcsa import Asked, Behind, Sorted
from apps.tracking.dcsa.query import OPERATORS, SORTS
from terminal.dcsa import Version
from terminal.dcsa.wanted import FILTERS, Field, WrongParameter, require_filter, wanted_2_2, wanted_3_0
from terminal.errors import gettext_noop

MOST: Final = 1000
"""Events on one page at most, whatever is asked."""

CREATED: Final = "eventCreatedDateTime"
CREATED_AS: Final = {CREATED: "eq", **{f"{CREATED}:{operator}": operator for operator in OPERATORS}}
PAGING: Final = ("limit", "cursor")
NAMES_2_2: Final = (*FILTERS, *CREATED_AS, *PAGING, "sort")

FILTERS_3_0: Final = {
    "carrierBookingReference": Field(most=100),
    "transportDocumentReference": Field(most=100),
    "equipmentReference": Field(most=15),
    "eventTypes": Field(values=("SHIPMENT", "TRANSPORT", "EQUIPMENT", "IOT", "REEFER")),
}
UPDATED_AS: Final = {"eventUpdatedDateTimeMin": "gte", "eventUpdatedDateTimeMax": "lte"}
NAMES_3_0: Final = (*FILTERS_3_0, *UPDATED_AS, *PAGING)

NUMBER: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)

A_LIMIT: Final = gettext_noop("a whole number from 1 to 2147483647")
A_MOMENT: Final = gettext_noop("a moment with its zone, such as 2026-05-02T09:00:00%2B08:00")
A_SORT: Final = gettext_noop("some of %(values)s, each once, with :ASC or :DESC behind it or not")
ONE_OF: Final = gettext_noop("one of %(values)s")
ONCE: Final = gettext_noop("given once")


def asked_2_2(request: Request) -> Asked:
    """The question of 2.2. Raises ``WrongParameter``."""
    said = only(request, NAMES_2_2)
    filters = {name: _filter(name, said[name], field) for name, field in FILTERS.items() if name in said}
    return Asked(
        version=Version.TWO,
        wanted=wanted_2_2(filters),
        recorded=_moments(said, CREATED_AS),
        sort=_sort(said["sort"]) if "sort" in said else (),
        limit=limit_of(said),
        behind=_behind(request, said),
    )


def asked_3_0(request: Request) -> Asked:
    """The question of 3.0. Raises ``WrongParameter``."""
    said = only(request, NAMES_3_0)
    filters = {name: _filter(name, said[name], field) for name, field in FILTERS_3_0.items() if name in said}
    return Asked(
        version=Version.THREE,
        wanted=wanted_3_0(filters),
        recorded=_moments(said, UPDATED_AS),
        limit=limit_of(said),
        behind=_behind(request, said),
    )


def only(request: Request, names: Iterable[str]) -> dict[str, str]:
    """What was given, each of these names once. Raises ``WrongParameter`` for any other."""
    for name, given in request.query_params.lists():
        if name not in names:
            raise WrongParameter(name, given[0], ONE_OF % {"values": ", ".join(names)})
        if len(given) > 1:
            raise WrongParameter(name, "&".join(given), ONCE)
    return {name: str(value) for name, value in request.query_params.items()}


def limit_of(said: dict[str, str]) -> int:
    """How many rows a page has: as asked, never more than ``MOST``."""
    given = said.get("limit", "100")
    if not NUMBER.fullmatch(given) or not 0 < int(given) < 2**31:
        raise WrongParameter("limit", given, A_LIMIT)
    return min(int(given), MOST)


def _filter(name: str, given: str, field: Field) -> Any:
    return require_filter(name, given.split(",") if field.values else given, field)


def _moments(said: dict[str, str], names: dict[str, str]) -> tuple[tuple[str, datetime], ...]:
    return tuple((operator, _moment(name, said[name])) for name, operator in names.items() if name in said)


def _moment(name: str, given: str) -> datetime:
    """A moment; an unescaped + came as a space."""
    text = given.replace(" ", "+")
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as wrong:
        raise WrongParameter(name, given, A_MOMENT) from wrong


def _sort(given: str) -> tuple[Sorted, ...]:
    said = [each.partition(":") for each in given.split(",")]
    names = [name for name, _, _ in said]
    wrong = any(name not in SORTS for name in names) or len(set(names)) < len(names)
    if wrong or any(colon and way not in ("ASC", "DESC") for _, colon, way in said):
        raise WrongParameter("sort", given, A_SORT % {"values": ", ".join(SORTS)})
    return tuple(Sorted(name, way == "DESC") for name, _, way in said)


def _behind(request: Request, said: dict[str, str]) -> Behind | None:
    if "cursor" not in said:
        return None
    return cursors.read(said["cursor"], caller_of(request), said, request.path)
