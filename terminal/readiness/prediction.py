"""When what stands in the way is expected to be gone, and the container ready.

A forecast says only what somebody is expected to do: a carrier to come, customs to answer. What waits for a decision
that nobody can foresee (a hold, a seizure, a refusal, a missing weight) has no time, and then the container has none.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from terminal.moments import utc
from terminal.readiness.blockers import Blocker

COMES: Final = frozenset({"not-arrived"})
"""Gone when the carrier that brings it has come."""

WORKED: Final = frozenset({"departure-call-not-workable"})
"""Gone when the carrier that takes it is here."""

ANSWERED: Final = frozenset({"answer-awaited", "inspection-open"})
"""Gone when customs has done what it was asked."""


def gone_at(
    blocker: Blocker,
    *,
    arrives_at: datetime | None,
    leaves_from: datetime | None,
    answers: Mapping[str, datetime | None],
    at: datetime,
) -> datetime | None:
    """When the blocker is expected to be gone, never before ``at``; None where nobody can say.

    ``arrives_at``, ``leaves_from``: when the calls that bring and take the container are expected here. ``answers``:
    when customs is expected to be done, by the reference under which it was asked.
    """
    if blocker.code in COMES:
        found = arrives_at
    elif blocker.code in WORKED:
        found = leaves_from
    elif blocker.code in ANSWERED:
        found = answers.get(blocker.reference)
    else:
        found = None
    return None if found is None else max(utc(found), utc(at))


def ready_at(times: Iterable[datetime | None], at: datetime) -> datetime | None:
    """When the last of several is gone: ``at`` where there is none, None where one has no time."""
    latest = utc(at)
    for each in times:
        if each is None:
            return None
        latest = max(latest, utc(each))
    return latest
