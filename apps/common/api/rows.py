"""Many rows in one request, each answered by itself: what was wrong with which, and where.

# Note [Quick for what is right]
A thousand rows are read in a millisecond by ``msgspec``; the serializer that describes a row takes half a second for
as many. So rows are read by a quick form first, and only those it does not take are looked at by the serializer, which
has the last word and says what is wrong, in the reader's language. The form takes nothing that the serializer refuses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from apps.common.api.problems import located, problem, refused
from terminal.errors import Malformed, Refused, gettext_noop

R = TypeVar("R")


class RowsRefused(Malformed):
    """Some of the rows were refused, and they were sent as all or none."""

    message = gettext_noop("%(refused)s of %(rows)s rows were refused; nothing was taken.")


class NotPlain(Exception):
    """The quick form cannot say whether the row is right: the serializer is asked."""


@dataclass(frozen=True)
class Wrong:
    """Why a row is refused: the problem document it is answered with."""

    problem: dict[str, Any]


def read_rows(
    rows: Sequence[Any], at: str, form: type[Any], make: Callable[[Any], R], slowly: Callable[[Any], R]
) -> list[R | Wrong]:
    """What each row says, or why it cannot be right. ``at`` is where they stand in the body, e.g. ``/reports``.

    ``form`` is the quick form and ``make`` reads one of it, or raises ``NotPlain``; ``slowly`` reads a row as it was
    sent, and raises ``ValidationError``. Both may raise refusals. See Note [Quick for what is right].
    """
    try:
        read: list[Any] = msgspec.convert(rows, list[form])  # type: ignore[valid-type]
    except (msgspec.ValidationError, OverflowError):
        return [_read(row, f"{at}/{n}", form, make, slowly) for n, row in enumerate(rows)]
    return [_made(each, row, f"{at}/{n}", make, slowly) for n, (each, row) in enumerate(zip(read, rows, strict=True))]


def _read(row: Any, at: str, form: type[Any], make: Callable[[Any], R], slowly: Callable[[Any], R]) -> R | Wrong:
    try:
        read = msgspec.convert(row, form)
    except (msgspec.ValidationError, OverflowError):
        return read_row(row, at, slowly)
    return _made(read, row, at, make, slowly)


def _made(each: Any, row: Any, at: str, make: Callable[[Any], R], slowly: Callable[[Any], R]) -> R | Wrong:
    try:
        return make(each)
    except (NotPlain, OverflowError, Refused):
        return read_row(row, at, slowly)


def read_row(row: Any, at: str, slowly: Callable[[Any], R]) -> R | Wrong:
    """What one row says, or why it cannot be right; ``at`` is where it stands in the body."""
    try:
        return slowly(row)
    except ValidationError as error:
        errors = list(located(error.get_full_details(), at))
        return Wrong(problem(422, "invalid-content", _("Some of what was sent cannot be right."), errors=errors))


def wrong(refusal: Refused, at: str) -> Wrong:
    """A refusal of the terminal as the answer to a row, with the place in the body that it is about."""
    document = refused(refusal)[1]
    error = {"pointer": at, "detail": document["detail"], "code": document["code"]}
    return Wrong({**document, "errors": [error]})


def require_all(answers: Sequence[dict[str, Any]]) -> None:
    """Raise ``RowsRefused`` with every fault where one of the rows was refused (its ``problem`` is set)."""
    problems = [answer["problem"] for answer in answers if answer["problem"]]
    if problems:
        errors = [error for each in problems for error in each["errors"]]
        raise RowsRefused(refused=len(problems), rows=len(answers), errors=errors)
