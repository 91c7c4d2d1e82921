"""What a release does besides being one: every way to a release ends here, in the transaction of the release."""

from datetime import datetime

from apps.customs.models import Declaration
from apps.customs.services import bond, guarantees, word
from apps.parties.actors import Actor


def release_effects(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """Let the boxes go and the goods be what the regime makes of them; the guarantee is taken, or freed.

    Locks: visits, lots, bonded entries, guarantees.
    Raises ``GuaranteeTooSmall`` and what the warehouse refuses (see ``bond``); then nothing is released.
    """
    word.permit(declaration, by=by, at=at)
    bond.take_effect(declaration, by=by, at=at)
    guarantees.charge(declaration, by=by, at=at)
    guarantees.free_what_came_back(declaration, by=by, at=at)


def take_back_effects(declaration: Declaration, *, by: Actor, at: datetime, reason: str) -> None:
    """A release that is revoked lets nothing go any more: boxes and goods that are still here stay.

    What it had freed of a guarantee is taken again.
    """
    word.take_back(declaration, by=by, at=at, reason=reason)
    bond.take_back(declaration, by=by, at=at)
    guarantees.take_again(declaration, by=by, at=at)
