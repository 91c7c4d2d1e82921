"""Days and moments as people write them on a command line, and what is said to whoever writes them otherwise."""

from argparse import ArgumentTypeError
from datetime import date, datetime


def day(text: str) -> date:
    """2026-05-01. Raises ``ArgumentTypeError``, which says so."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 (a day has no zone)
    except ValueError as trouble:
        raise ArgumentTypeError(f"“{text}” is no day: write it as 2026-05-01") from trouble


def moment(text: str) -> datetime:
    """2026-05-01T06:00+08:00, with its zone. Raises ``ArgumentTypeError``, which says so."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as trouble:
        raise ArgumentTypeError(f"“{text}” is no time: write it as 2026-05-01T06:00+08:00") from trouble
    if at.tzinfo is None:
        raise ArgumentTypeError(f"“{text}” says no zone: write it as 2026-05-01T06:00+08:00")
    return at
