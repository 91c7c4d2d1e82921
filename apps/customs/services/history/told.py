"""A declaration as its source tells it, and the status it has come to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from terminal.lifecycle import Channel, DeclarationStatus

_S = DeclarationStatus


@dataclass(frozen=True, slots=True)
class ReportedDeclaration:
    """A declaration that a source reports: each step by its time, which is None while it has not been taken.

    ``reference`` is unique at the source. ``visits`` are the references ("NUMBER/VEHICLE") under which the same source
    reported the visits. ``office``, ``declarant`` and ``broker`` are codes; no broker: "". ``queries`` are pairs of
    asked and answered. A red ``channel`` holds the boxes from ``channelled_at`` to ``inspected_at``. ``reason`` is that
    of the rejection or the withdrawal, else of the queries.
    """

    reference: str
    visits: tuple[str, ...]
    regime: str
    direction: str
    office: str
    declarant: str
    drafted_at: datetime
    broker: str = ""
    goods: str = ""
    hs_code: str = ""
    submitted_at: datetime | None = None
    registered_at: datetime | None = None
    channel: str = ""
    channelled_at: datetime | None = None
    queries: tuple[tuple[datetime, datetime | None], ...] = ()
    inspected_at: datetime | None = None
    assessed_at: datetime | None = None
    paid_at: datetime | None = None
    released_at: datetime | None = None
    release_valid_until: datetime | None = None
    rejected_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reason: str = ""


LOOKED_AT = {Channel.YELLOW.value: _S.DOCUMENTARY_CHECK, Channel.RED.value: _S.INSPECTION_ORDERED}
"""Where a channel leads that does not assess at once."""

WITH_REASON = {_S.QUERY, _S.REJECTED, _S.WITHDRAWN}
"""The statuses that a declaration keeps a reason with."""


def standing(told: ReportedDeclaration) -> tuple[DeclarationStatus, datetime]:
    """The status of the last step that was taken, in the order of the lifecycle, and since when it stands."""
    taken = ((status, at) for status, at in _backwards(told) if at is not None)
    return next(taken, (_S.DRAFT, told.drafted_at))


def _backwards(told: ReportedDeclaration) -> Iterator[tuple[DeclarationStatus, datetime | None]]:
    yield _S.WITHDRAWN, told.withdrawn_at
    yield _S.REJECTED, told.rejected_at
    yield _S.RELEASED, told.released_at
    yield _S.PAID, told.paid_at
    yield _S.ASSESSED, told.assessed_at
    for asked_at, answered_at in reversed(told.queries):
        yield (_S.DOCUMENTARY_CHECK, answered_at) if answered_at else (_S.QUERY, asked_at)
    yield _S.INSPECTED, told.inspected_at
    yield looked_at(told) or (_S.REGISTERED, None)
    yield _S.REGISTERED, told.registered_at
    yield _S.SUBMITTED, told.submitted_at


def looked_at(told: ReportedDeclaration) -> tuple[DeclarationStatus, datetime] | None:
    """The closer look its channel ordered, and when; None for a green one, and before the channel was given."""
    status = LOOKED_AT.get(told.channel)
    return (status, told.channelled_at) if status and told.channelled_at else None
