"""The questions programs ask again and again, planned once per connection.

# Note [Planned once]
Every table in the statement brings its policy along, so that planning it takes longer than running it. What is asked
for most (a page of the usual length, of all boxes or of one, in the order in which an index has them) is prepared: what
the house says stands in its text, what the caller says is a parameter. A connection remembers so many
statements and no more; whatever is asked beyond is planned each time.
"""

import hashlib
from typing import Any, Final

from django.db import connection
from psycopg2.extensions import AsIs

from apps.common.prepared import Prepared
from apps.parties.api.keys import STAMP
from apps.tracking.dcsa.asked import Asked

LIMITS: Final = frozenset({100, 1000})
"""The usual lengths of a page: what is got unless asked otherwise, and the most."""

MOST: Final = 64
"""How many statements a process prepares; each connection keeps the plans of those it was asked."""

TYPES: Final = {
    "party": "bigint",
    "terminal": "bigint",
    "at": "timestamptz",
    "horizon": "text",
    "key_0": "text",
    "key_1": "text",
    "container": "varchar",
    "booking_0": "varchar",
    "event": "text",
    "recorded_0": "timestamptz",
    "recorded_1": "timestamptz",
}
"""What differs from one usual question to the next."""

HOUSES: Final = frozenset({
    "public", "retracted", "customs", "kinds", "rows", "of_calls", "of_customs", "with_result", "in_words", "becomes",
    "one_more", "booking_kinds",
})  # fmt: skip
"""What stands in the text."""

_known: dict[Any, Prepared] = {}


def usual(asked: Asked, sql: str, params: dict[str, Any]) -> tuple[Prepared, list[Any]] | None:
    """The prepared form of a statement with its values but for the last, the prefix of a key. See Note [Planned once].

    In front of each row stands the stamp of that key (see ``STAMP``); where there are none, it stands alone before one
    that is empty. None: it is not asked often enough.
    """
    if asked.sort or asked.limit not in LIMITS or not params.keys() <= TYPES.keys() | HOUSES:
        return None
    names = [name for name in TYPES if name in params]
    same = sql, asked.wanted.kinds, asked.limit
    if same not in _known:
        if len(_known) >= MOST:
            return None
        _known[same] = _prepared(sql, params, names)
    return _known[same], [params[name] for name in names]


def _prepared(sql: str, params: dict[str, Any], names: list[str]) -> Prepared:
    given = {name: AsIs(f"${n}") for n, name in enumerate(names, 1)}
    with connection.cursor() as cursor:
        page = cursor.mogrify(sql, {**params, **given}).decode()
    stamp = STAMP.format(prefix=f"${len(names) + 1}")
    known = f"(SELECT ({stamp}) AS stamp) AS known"
    text = f"SELECT known.stamp, found.* FROM {known} LEFT JOIN ({page}) AS found ON true ORDER BY found.place"
    name = f"dcsa_{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return Prepared(name, (*(TYPES[each] for each in names), "varchar"), text)
