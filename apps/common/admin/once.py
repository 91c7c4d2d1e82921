"""Fields that are worked out once for a row, however often its page asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Shown = TypeVar("Shown")


def said_once(method: Callable[[Any, Any], Shown]) -> Callable[[Any, Any], Shown]:
    """For a read-only field that asks the database: the theme asks each field of a page about five times.

    Kept with the row in hand, which lives as long as its page. Put it under ``admin.display``.
    """

    @wraps(method)
    def ask(self: Any, row: Any) -> Shown:
        said = row.__dict__.setdefault("_said", {})
        if method.__name__ not in said:
            said[method.__name__] = method(self, row)
        answer: Shown = said[method.__name__]
        return answer

    return ask
