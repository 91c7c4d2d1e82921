"""Who asks: a person, a party's program, or the terminal itself. Every service takes one as ``by``."""

from dataclasses import dataclass
from typing import Any

from apps.network.models import Terminal
from apps.parties.models import Membership, Party, User
from terminal.errors import Refused, gettext_noop


class NotYours(Refused):
    """The one who asks may not do this here."""

    kind = "forbidden"
    message = gettext_noop("Your role at %(terminal)s does not include this: %(right)s.")


@dataclass(frozen=True)
class Actor:
    """Who asks. ``label`` stands in the journal; ``user`` or ``party`` is set for a person or a party's program.

    With neither, the terminal itself acts (a beat task, an import run by an operator at the machine) and may do all.
    """

    label: str
    user: User | None = None
    party: Party | None = None

    @classmethod
    def person(cls, user: User) -> "Actor":
        """A user signed in to the admin."""
        return cls(label=f"user:{user.get_username()}", user=user)

    @classmethod
    def program(cls, party: Party, name: str) -> "Actor":
        """A party's program on the API."""
        return cls(label=f"party:{party.code} ({name})"[:120], party=party)

    @classmethod
    def itself(cls, what: str) -> "Actor":
        """The terminal's own machinery, by the name of what runs."""
        return cls(label=f"terminal:{what}")

    def may(self, right: str, terminal: Terminal) -> bool:
        """Whether the actor's roles at the terminal include the right, e.g. ``containers.lift_customs_hold``."""
        if self.party is not None:
            return False
        if self.user is None or (self.user.is_superuser and self.user.is_active):
            return True
        return right in rights(self.user, terminal)

    def entrusted(self) -> "Actor":
        """The same name with the terminal's own authority, for what a service does once its own right was asked."""
        return Actor(label=self.label)

    def require(self, right: str, terminal: Terminal) -> None:
        """Raise ``NotYours`` unless the actor may."""
        if not self.may(right, terminal):
            raise NotYours(right=right, terminal=terminal.name)


def rights(user: User, terminal: Terminal | None = None) -> set[str]:
    """All rights of a user's staff roles, at one terminal or at any, as ``app.codename``."""
    held = Membership.objects.in_force().filter(user=user, party=None)
    if terminal is not None:
        held = held.filter(terminal=terminal)
    pairs: Any = held.values_list("role__permissions__content_type__app_label", "role__permissions__codename")
    return {f"{app}.{codename}" for app, codename in pairs.distinct() if codename}
