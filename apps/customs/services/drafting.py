"""A declaration is begun, and changed as its declarant likes until it is handed in."""

from datetime import datetime

from django.db import transaction

from apps.common.numbers import next_number
from apps.containers.models import Visit
from apps.customs.models import Declaration, DeclaredContainer
from apps.customs.services.brokers import require_may_declare
from apps.customs.services.clocks import turn_clock
from apps.customs.services.memory import journal
from apps.customs.services.submitting import office_now
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party
from terminal.errors import Malformed, gettext_noop
from terminal.events import EventKind
from terminal.regimes import Direction, Regime


class NothingDeclared(Malformed):
    """A declaration without a box of the declarant's; whether a box is a stranger's is not said."""

    message = gettext_noop("Name at least one container, all of them yours and here or announced.")


@transaction.atomic
def draft(
    *,
    terminal: Terminal,
    declarant: Party,
    visits: list[Visit],
    regime: Regime,
    direction: Direction,
    by: Actor,
    at: datetime,
    broker: Party | None = None,
    hs_code: str = "",
    goods: str = "",
) -> Declaration:
    """Begin a declaration over boxes the declarant may see.

    Raises ``NothingDeclared``, ``NoOfficeTakesDeclarations``, ``NotYours``.
    """
    require_may_declare(by, terminal, declarant, broker)
    _require_theirs(visits, terminal, declarant, at)
    declaration = Declaration.objects.create(
        terminal=terminal,
        number=next_number("CD", at),
        office=office_now(terminal)[0],
        regime=regime.value,
        direction=direction.value,
        declarant=declarant,
        broker=broker,
        hs_code=hs_code,
        goods=goods,
        drafted_at=at,
        status_since=at,
    )
    DeclaredContainer.objects.bulk_create([DeclaredContainer(declaration=declaration, visit=each) for each in visits])
    turn_clock(declaration, at)
    journal(declaration, EventKind.DECLARATION_DRAFTED, by, at)
    return declaration


def _require_theirs(visits: list[Visit], terminal: Terminal, declarant: Party, at: datetime) -> None:
    named = {visit.pk for visit in visits}
    seen = Visit.objects.seen_by(declarant, at).filter(pk__in=named, terminal=terminal)
    if not named or seen.count() != len(named):
        raise NothingDeclared()
