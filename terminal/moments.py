"""A moment at the terminal: never without its zone, compared in UTC."""

from datetime import UTC, datetime

from terminal.errors import Malformed, gettext_noop


class NaiveTime(Malformed):
    """A time was given without saying in which zone it is meant."""

    message = gettext_noop("The time %(time)s has no zone: a time at the terminal always says which zone it is in.")


def utc(moment: datetime) -> datetime:
    """The same moment in UTC, where differences are true lengths even across a change of clocks.

    Raises ``NaiveTime`` for a time without a zone.
    """
    if moment.tzinfo is None:
        raise NaiveTime(time=moment.isoformat())
    return moment.astimezone(UTC)


def require_zone(*moments: datetime | None) -> None:
    """Raise ``NaiveTime`` when one of ``moments`` has no zone; None is no moment."""
    for moment in moments:
        if moment is not None:
            utc(moment)
