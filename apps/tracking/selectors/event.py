"""One event as its JSON, made where the row is.

# Note [JSON where the row is]
A journal row never changes, and the feeds are what machines poll: the text of an event is put together by the
statement that finds it and sent as it is. Moments are in UTC with a ``Z``, as everywhere, with as many digits of a
second as there are. What is not a moment or a payload holds only letters, digits and hyphens, so that nothing needs
escaping.
"""

from collections.abc import Iterable
from typing import Final

import orjson


def told(moment: str) -> str:
    """SQL for the JSON of a moment in UTC with a ``Z``; ``moment`` is SQL too."""
    return f"""left(to_json({moment} AT TIME ZONE 'UTC')::text, -1) || 'Z"'"""


EVENT: Final = f"""concat(
    '{{"id":"', e.public_id, '","lineage":"', e.lineage, '","revision":', e.revision, ',"kind":"', e.kind,
    '","classifier":"', e.classifier, '","happened_at":', {told("e.happened_at")},
    ',"recorded_at":', {told("e.recorded_at")}, ',"authority":"', e.authority, '","visit":"', v.public_id,
    '","details":', e.payload, '}}')"""
"""SQL for the JSON of an event; ``e`` is its row, ``v`` the visit. See Note [JSON where the row is]."""

STANDS: Final = """NOT EXISTS (
      SELECT FROM journal_entry AS later
      WHERE later.lineage = e.lineage AND later.revision > e.revision AND later.revision > 1)"""
"""Of several words of a lineage the latest is told, so that a correction appears behind every cursor that has seen
the first word. That a later word is never the first lets the small index of corrections answer."""


def part_of(party: str, at: str) -> str:
    """SQL for the dates within which a party sees what happens in visit ``v``: of all roles it has, or had, in it.

    NULL, in which nothing lies, where it has none. Two roles tell an event once.
    """
    return f"""
    SELECT range_agg(tstzrange(r.since, r.until)) AS dates FROM containers_visitrole AS r
    WHERE r.visit_id = v.id AND r.party_id = {party} AND r.since <= {at}"""


def as_list(events: Iterable[str]) -> orjson.Fragment:
    """Events that are JSON already as a JSON list."""
    return orjson.Fragment(f"[{','.join(events)}]")
