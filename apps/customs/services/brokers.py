"""Who may declare for whom: the party itself, and the broker it named; staff where they have the right."""

from apps.customs.models import Declaration
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party

RIGHT = "customs.add_declaration"


def require_declares(by: Actor, declaration: Declaration) -> None:
    """Raise ``NotYours`` unless the actor may act on the declaration for the one who declares."""
    require_may_declare(by, declaration.terminal, declaration.declarant, declaration.broker)


def require_may_declare(by: Actor, terminal: Terminal, declarant: Party, broker: Party | None) -> None:
    """Raise ``NotYours`` unless the actor may declare for the party, as the party or as its broker."""
    if by.party is None:
        by.require(RIGHT, terminal)
    elif by.party not in (declarant, broker):
        raise NotYours(right=RIGHT, terminal=terminal.name)
