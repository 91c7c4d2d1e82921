"""Who may declare for whom: the party itself, and the broker it named; staff where they have the right."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from apps.common.integrity import refusals
from apps.customs.models import Declaration, Mandate
from apps.journal.services import Happening, record
from apps.network.models import Terminal
from apps.parties.actors import Actor, NotYours
from apps.parties.models import Party
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import Audience, EventKind

RIGHT = "customs.add_declaration"
MANDATES = "customs.add_mandate"


class NotItsBroker(Refused):
    """A broker whom the party did not name, or took back; and a party that nobody here knows."""

    kind = "forbidden"
    message = gettext_noop("%(party)s has not named %(broker)s as its customs broker: the party names it first.")


class NotABroker(Malformed):
    """A mandate for somebody who is no customs broker."""

    message = gettext_noop("There is no customs broker %(broker)s here.")


class NamedAlready(Refused):
    """A broker is named once."""

    message = gettext_noop("%(broker)s is the customs broker of %(party)s already: end that first to say otherwise.")


class MandateIsOver(Malformed):
    """A mandate that would never count."""

    message = gettext_noop("The mandate ends at %(until)s, and that is not after %(since)s, when it begins.")


def require_declares(by: Actor, declaration: Declaration, at: datetime) -> None:
    """Raise ``NotYours`` or ``NotItsBroker`` unless the actor may act on the declaration for the one who declares."""
    if by.party is not None and by.party.pk == declaration.declarant_id:
        return
    if by.party is None:
        by.require(RIGHT, declaration.terminal)
        return
    if by.party.pk != declaration.broker_id:
        raise NotYours(right=RIGHT, terminal=declaration.terminal.name)
    require_named(declaration.terminal, declaration.declarant, by.party, at)


def require_may_declare(by: Actor, terminal: Terminal, declarant: Party, broker: Party | None, at: datetime) -> None:
    """Raise ``NotYours`` unless the actor may declare for the party, as the party or as its broker.

    Raises ``NotItsBroker`` for a broker without a mandate, whoever names it.
    """
    if by.party is None:
        by.require(RIGHT, terminal)
    elif by.party not in (declarant, broker):
        raise NotYours(right=RIGHT, terminal=terminal.name)
    if broker is not None:
        require_named(terminal, declarant, broker, at)


def require_named(terminal: Terminal, party: Party, broker: Party, at: datetime) -> None:
    """Raise ``NotItsBroker`` unless the party's mandate for the broker is in force."""
    if not Mandate.objects.in_force(at).filter(terminal=terminal, party=party, broker=broker).exists():
        raise NotItsBroker(party=party.code, broker=broker.code)


@transaction.atomic
def name_broker(
    *, terminal: Terminal, party: Party, broker: Party, by: Actor, at: datetime, until: datetime | None = None
) -> Mandate:
    """Let a broker declare for the party, until it is taken back or to ``until``. The party says so, or staff.

    People need ``customs.add_mandate``. Raises ``NotABroker``, ``NamedAlready``, ``MandateIsOver``, ``NotYours``.
    """
    _require_party(by, terminal, party)
    if broker.kind != Party.Kind.BROKER or not broker.active or broker == party:
        raise NotABroker(broker=broker.code)
    if until is not None and until <= at:
        raise MandateIsOver(until=until.isoformat(), since=at.isoformat())
    already = NamedAlready(party=party.code, broker=broker.code)
    if Mandate.objects.in_force(at).filter(terminal=terminal, party=party, broker=broker).exists():
        raise already
    with refusals(a_broker_is_named_once=already):
        mandate = Mandate.objects.create(
            terminal=terminal, party=party, broker=broker, since=at, until=until, given_by=by.label[:120]
        )
    _tell(mandate, EventKind.BROKER_NAMED, by, at)
    return mandate


@transaction.atomic
def dismiss_broker(mandate: Mandate, *, by: Actor, at: datetime) -> Mandate:
    """Take a mandate back: from this moment the broker does nothing more for the party. Ended already: nothing happens.

    Every mandate of the party for the broker ends: two who name it at one moment leave two. What the broker declared
    stays as it stands; the party goes on with it. Raises ``NotYours``.
    """
    _require_party(by, mandate.terminal, mandate.party)
    same = Mandate.objects.filter(terminal=mandate.terminal_id, party=mandate.party_id, broker=mandate.broker_id)
    rows = list(same.filter(Q(until=None) | Q(until__gt=at)).select_for_update().order_by("pk"))
    if mandate.pk in {row.pk for row in rows}:
        ended = Mandate.objects.filter(pk__in=[row.pk for row in rows])
        ended.update(until=Greatest(F("since"), at), version=F("version") + 1)
        _tell(mandate, EventKind.BROKER_DISMISSED, by, at)
    mandate.refresh_from_db()
    return mandate


def _require_party(by: Actor, terminal: Terminal, party: Party) -> None:
    if by.party is None:
        by.require(MANDATES, terminal)
    elif by.party != party:
        raise NotYours(right=MANDATES, terminal=terminal.name)


def _tell(mandate: Mandate, kind: EventKind, by: Actor, at: datetime) -> None:
    record(
        Happening(
            kind=kind,
            terminal_id=mandate.terminal_id,
            at=at,
            actor=by.label,
            audience=Audience.STAFF,
            payload={"party": mandate.party.code, "broker": mandate.broker.code},
        )
    )
