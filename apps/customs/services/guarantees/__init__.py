"""Guarantees: put up by declarants, taken by goods whose duty is not paid, freed when those have come to their end.

Locks: a declarant's guarantees in the order of their numbers, after everything else; then what is taken of them.
"""

from apps.customs.services.guarantees.duty import NotADuty, state_duty
from apps.customs.services.guarantees.freeing import (
    NothingGuaranteed,
    discharge,
    follow_ledger,
    free_what_came_back,
    take_again,
)
from apps.customs.services.guarantees.putting_up import (
    GuaranteeKnown,
    NotAGuarantee,
    TakenAlready,
    change_guarantee,
    put_up_guarantee,
)
from apps.customs.services.guarantees.taking import charge

__all__ = [
    "GuaranteeKnown",
    "NotADuty",
    "NotAGuarantee",
    "NothingGuaranteed",
    "TakenAlready",
    "change_guarantee",
    "charge",
    "discharge",
    "follow_ledger",
    "free_what_came_back",
    "put_up_guarantee",
    "state_duty",
    "take_again",
]
