"""What a release does besides being one: every way to a release ends here, in the transaction of the release."""

from datetime import datetime

from apps.customs.models import Declaration
from apps.customs.services import word
from apps.parties.actors import Actor


def release_effects(declaration: Declaration, *, by: Actor, at: datetime) -> None:
    """Let the boxes go. Raises what stands against it; then nothing is released."""
    word.permit(declaration, by=by, at=at)
