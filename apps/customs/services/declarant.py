"""What the one who declares does: draft, submit, answer a query, withdraw."""

from datetime import datetime

from django.db import transaction

from apps.common.numbers import next_number
from apps.containers.models import Visit
from apps.customs.models import Declaration, DeclaredContainer, Office
from apps.customs.selectors import least_loaded
from apps.customs.services.clocks import turn_clock
from apps.customs.services.memory import journal
from apps.customs.services.officer import require_officer
from apps.customs.services.steps import step
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DeclarationStatus
from terminal.regimes import Direction, Regime

RIGHT = "customs.add_declaration"


class NothingDeclared(Malformed):
    """A declaration without a box of the declarant's; whether a box is a stranger's is not said."""

    message = gettext_noop("Name at least one container, all of them yours and here or announced.")


class NoOfficeTakesDeclarations(Refused):
    """Every office that takes declarations is switched off."""

    message = gettext_noop("No customs office at %(terminal)s takes declarations now.")


class NothingAsked(Refused):
    """An answer to a declaration about which nothing is asked."""

    message = gettext_noop("Customs asks nothing about %(declaration)s.")


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
    _require_may_declare(by, terminal, declarant, broker)
    _require_theirs(visits, terminal, declarant, at)
    declaration = Declaration.objects.create(
        terminal=terminal,
        number=next_number("CD", at),
        office=_office(terminal)[0],
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


@transaction.atomic
def submit(declaration: Declaration, *, by: Actor, at: datetime) -> Declaration:
    """Hand the declaration to the office with the fewest open ones.

    Raises ``NoOfficeTakesDeclarations``, ``StepNotAllowed``, ``ChangedMeanwhile``, ``NotYours``.
    """
    _require_declares(by, declaration)
    office, open_there = _office(declaration.terminal)
    wanted, kind = DeclarationStatus.SUBMITTED, EventKind.DECLARATION_SUBMITTED
    step(declaration, wanted, kind, by, at, office=office, submitted_at=at)
    why = f"fewest open declarations: {open_there}"
    journal(declaration, EventKind.DECLARATION_ASSIGNED, by, at, office=office.code, reason=why)
    return declaration


@transaction.atomic
def answer(declaration: Declaration, *, by: Actor, at: datetime, reply: str) -> Declaration:
    """Answer the office's query; the documents are checked again. An officer may note an answer given on paper.

    Raises ``NothingAsked``, ``ChangedMeanwhile``, ``NotYours``, ``AnotherOffice``.
    """
    if by.party is None:
        require_officer(by, declaration.office)
    else:
        _require_declares(by, declaration)
    if declaration.status != DeclarationStatus.QUERY:
        raise NothingAsked(declaration=declaration.number)
    wanted, kind = DeclarationStatus.DOCUMENTARY_CHECK, EventKind.DECLARATION_ANSWERED
    step(declaration, wanted, kind, by, at, told={"reply": reply}, reason="")
    return declaration


@transaction.atomic
def withdraw(declaration: Declaration, *, by: Actor, at: datetime, reason: str = "") -> Declaration:
    """Take the declaration back while nothing is decided. Raises ``StepNotAllowed``, ``NotYours``."""
    _require_declares(by, declaration)
    wanted, kind = DeclarationStatus.WITHDRAWN, EventKind.DECLARATION_WITHDRAWN
    step(declaration, wanted, kind, by, at, told={"reason": reason}, reason=reason)
    return declaration


def _office(terminal: Terminal) -> tuple[Office, int]:
    found = least_loaded(terminal)
    if found is None:
        raise NoOfficeTakesDeclarations(terminal=terminal.name)
    return found.office, found.length


def _require_declares(by: Actor, declaration: Declaration) -> None:
    _require_may_declare(by, declaration.terminal, declaration.declarant, declaration.broker)


def _require_may_declare(by: Actor, terminal: Terminal, declarant: Party, broker: Party | None) -> None:
    if by.party is None:
        by.require(RIGHT, terminal)
    elif by.party not in (declarant, broker):
        raise NotYours(right=RIGHT, terminal=terminal.name)


def _require_theirs(visits: list[Visit], terminal: Terminal, declarant: Party, at: datetime) -> None:
    named = {visit.pk for visit in visits}
    seen = Visit.objects.seen_by(declarant, at).filter(pk__in=named, terminal=terminal)
    if not named or seen.count() != len(named):
        raise NothingDeclared()
