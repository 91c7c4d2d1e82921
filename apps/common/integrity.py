"""Constraint violations, known by name, become the refusals they stand for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from terminal.errors import Refused


@contextmanager
def refusals(**by_constraint: Refused | Callable[[], Refused]) -> Iterator[None]:
    """Run the block in a savepoint; raise the refusal named after the constraint it violated.

    >>> with refusals(cell_holds_one_container=CellTaken(cell="A-01-1-1")):
    ...     position.save()

    A violated constraint that is not named here stays an ``IntegrityError``: it is a bug, not an answer.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as violation:
        refusal = by_constraint.get(violated_constraint(violation))
        if refusal is None:
            raise
        raise (refusal if isinstance(refusal, Refused) else refusal()) from violation


def violated_constraint(violation: IntegrityError) -> str:
    """The name of the constraint PostgreSQL refused, or an empty string."""
    diagnosis = getattr(violation.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""
