"""A change of status: the lifecycle says whether it may, a compare-and-swap says who was first."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Model

from terminal.errors import Refused, gettext_noop
from terminal.lifecycle import Lifecycle


class ChangedMeanwhile(Refused):
    """Somebody else changed the row between our look and our write."""

    message = gettext_noop("This %(thing)s was changed by someone else a moment ago. Look at it again, then decide.")


class ChangedSince(Refused):
    """The change was meant for an earlier version of the row."""

    kind = "stale"
    message = gettext_noop(
        "It was changed since you read it; its version is %(version)s now. Read it again, then decide."
    )


def require_version(row: Model, versions: Iterable[int] | None) -> None:
    """Raise ``ChangedSince`` unless the locked row is at one of the versions; None: at any."""
    present: int = row.version  # type: ignore[attr-defined]
    if versions is not None and present not in versions:
        raise ChangedSince(version=present)


def take_step(row: Model, lifecycle: Lifecycle, wanted: str, /, *, field: str = "status", **also: Any) -> None:
    """Move ``row`` to ``wanted`` and set the fields in ``also``, in one UPDATE that only the first of two wins.

    Raises ``StepNotAllowed`` when the lifecycle has no such step, ``ChangedMeanwhile`` when another was quicker. On
    success the row in hand carries the new values and its ``version`` has risen by one.
    """
    present = str(getattr(row, field))
    lifecycle.require_step(present, wanted)
    values = {field: str(wanted), **also}
    untouched = type(row)._default_manager.filter(pk=row.pk, **{field: present})
    if not untouched.update(**values, version=F("version") + 1):
        raise ChangedMeanwhile(thing=lifecycle.thing)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1  # type: ignore[attr-defined]
