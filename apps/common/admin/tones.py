"""The colours of statuses in a list."""

from collections.abc import Iterable
from enum import StrEnum


def tones(statuses: Iterable[StrEnum], **told: str) -> dict[str, str]:
    """A tone for every status: ``info``, ``success``, ``warning`` or ``danger`` where told, plain for all others.

    A label whose status has no tone would show the stored value instead of its translation.
    """
    return {each.value: told.get(each.value, "plain") for each in statuses}
