"""What an officer decides about a declaration. Only the officers of its office do; nobody else, whatever their role."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.customs.models import Declaration
from apps.customs.services.effects import release_effects, take_back_effects
from apps.customs.services.guarantees import state_duty
from apps.customs.services.inspecting.finishing import finish_all
from apps.customs.services.inspecting.ordering import order_for_declaration
from apps.customs.services.memory import journal
from apps.customs.services.rights import require_decides
from apps.customs.services.steps import step
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION, DeclarationStatus

_S = DeclarationStatus


class NoChannelYet(Refused):
    """Nothing can be assessed before customs has said how closely it looks."""

    message = gettext_noop("%(declaration)s has no channel yet.")


class NotTheOfficers(Refused):
    """A step that is the declarant's."""

    kind = "forbidden"
    message = gettext_noop("Only the declarant takes %(declaration)s to: %(wanted)s.")


class NoAgency(Malformed):
    """Referred to nobody."""

    message = gettext_noop("Say to which authority %(declaration)s is referred.")


class NotReleased(Refused):
    """There is no release in force to take back."""

    message = gettext_noop("%(declaration)s has no release in force.")


@transaction.atomic
def move(
    declaration: Declaration, wanted: DeclarationStatus, *, by: Actor, at: datetime, reason: str = ""
) -> Declaration:
    """Take the declaration one step on. A release, a query, a rejection do all that belongs to them.

    An inspection that is ordered holds the boxes until they are inspected; that they are is said of all that are still
    open. Raises ``StepNotAllowed``, ``NoChannelYet``, ``ChangedMeanwhile``, ``BeingInspected``, ``AnotherOffice``,
    ``OfficeIsClosed``, ``NotYours``.
    """
    require_decides(by, declaration)
    if wanted in THE_DECLARANTS:
        raise NotTheOfficers(declaration=declaration.number, wanted=wanted.value)
    if wanted is _S.RELEASED:
        return release(declaration, by=by, at=at)
    DECLARATION.require_step(declaration.status, wanted.value)
    if wanted is _S.ASSESSED and not declaration.channel:
        raise NoChannelYet(declaration=declaration.number)
    kind = KIND.get(wanted, EventKind.DECLARATION_MOVED)
    step(declaration, wanted, kind, by, at, reason=reason)
    _inspect(declaration, by, at)
    return declaration


THE_DECLARANTS = {_S.DRAFT, _S.SUBMITTED, _S.WITHDRAWN}
KIND = {
    _S.REGISTERED: EventKind.DECLARATION_REGISTERED,
    _S.QUERY: EventKind.DECLARATION_QUERIED,
    _S.REJECTED: EventKind.DECLARATION_REJECTED,
}


def _inspect(declaration: Declaration, by: Actor, at: datetime) -> None:
    if declaration.status == _S.INSPECTION_ORDERED:
        order_for_declaration(declaration, by=by, at=at)
    elif declaration.status == _S.INSPECTED:
        finish_all(declaration, by=by, at=at)


def query(declaration: Declaration, *, by: Actor, at: datetime, question: str) -> Declaration:
    """Ask the declarant; the declaration waits for the answer."""
    return move(declaration, _S.QUERY, by=by, at=at, reason=question)


@transaction.atomic
def refer(declaration: Declaration, *, agency: str, by: Actor, at: datetime) -> Declaration:
    """Give it to another authority (quarantine, food safety); ``move`` to the documentary check takes it back.

    Raises ``NoAgency``, and what ``move`` refuses.
    """
    if not agency.strip():
        raise NoAgency(declaration=declaration.number)
    require_decides(by, declaration)
    named = {"agency": agency.strip()[:80]}
    step(declaration, _S.REFERRED, EventKind.DECLARATION_MOVED, by, at, told=named, **named)
    return declaration


@transaction.atomic
def assess(
    declaration: Declaration, *, by: Actor, at: datetime, duty_minor: int | None = None, currency: str = ""
) -> Declaration:
    """State what is due, in minor units of the currency; None: nothing is said of it.

    Raises ``NoChannelYet``, ``NotADuty``.
    """
    move(declaration, _S.ASSESSED, by=by, at=at)
    if duty_minor is not None:
        state_duty(declaration, duty_minor, currency, by=by, at=at)
    return declaration


def pay(declaration: Declaration, *, by: Actor, at: datetime) -> Declaration:
    """Note that what was due is paid."""
    return move(declaration, _S.PAID, by=by, at=at)


def reject(declaration: Declaration, *, by: Actor, at: datetime, reason: str) -> Declaration:
    """Refuse the declaration; nothing is released by it."""
    return move(declaration, _S.REJECTED, by=by, at=at, reason=reason)


@transaction.atomic
def release(declaration: Declaration, *, by: Actor, at: datetime, valid_until: datetime | None = None) -> Declaration:
    """Let the boxes go, to the end of the release's validity where it has one. The only act that grants permissions."""
    require_decides(by, declaration)
    kind = EventKind.DECLARATION_RELEASED
    step(declaration, _S.RELEASED, kind, by, at, released_at=at, release_valid_until=valid_until)
    release_effects(declaration, by=by, at=at)
    return declaration


@transaction.atomic
def revoke_release(declaration: Declaration, *, by: Actor, at: datetime, reason: str) -> Declaration:
    """Take a release back, and the permissions it gave. Raises ``NotReleased``."""
    require_decides(by, declaration)
    in_force = Declaration.objects.filter(pk=declaration.pk, status=_S.RELEASED.value, release_revoked_at=None)
    if not in_force.update(release_revoked_at=at, reason=reason, version=F("version") + 1):
        raise NotReleased(declaration=declaration.number)
    declaration.refresh_from_db()
    take_back_effects(declaration, by=by, at=at, reason=reason)
    journal(declaration, EventKind.DECLARATION_MOVED, by, at, act="release-revoked", reason=reason)
    return declaration
