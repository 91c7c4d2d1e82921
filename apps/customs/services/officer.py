"""What an officer decides about a declaration. Only the officers of its office do; nobody else, whatever their role."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.common.steps import ChangedMeanwhile
from apps.customs.models import Declaration, Office
from apps.customs.services.effects import release_effects
from apps.customs.services.inspecting.finishing import finish_all
from apps.customs.services.inspecting.ordering import order_for_declaration
from apps.customs.services.memory import journal
from apps.customs.services.rights import RIGHT, OfficeIsClosed, require_of, require_officer
from apps.customs.services.steps import step
from apps.customs.services.word import take_back
from apps.parties.actors import Actor
from terminal.errors import Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION, Channel, DeclarationStatus

_S = DeclarationStatus


class NoChannelYet(Refused):
    """Nothing can be assessed before customs has said how closely it looks."""

    message = gettext_noop("%(declaration)s has no channel yet.")


class HasChannel(Refused):
    """A channel is given once; closer looks are ordered one by one."""

    message = gettext_noop("%(declaration)s is in the %(channel)s channel already.")


class NotTheOfficers(Refused):
    """A step that is the declarant's."""

    kind = "forbidden"
    message = gettext_noop("Only the declarant takes %(declaration)s to: %(wanted)s.")


class NotReleased(Refused):
    """There is no release in force to take back."""

    message = gettext_noop("%(declaration)s has no release in force.")


@transaction.atomic
def register(
    declaration: Declaration,
    *,
    by: Actor,
    at: datetime,
    channel: Channel | None = None,
    valid_until: datetime | None = None,
) -> Declaration:
    """Take the declaration up; with a channel, send it on at once (see ``assign_channel``)."""
    require_officer(by, declaration.office)
    step(declaration, _S.REGISTERED, EventKind.DECLARATION_REGISTERED, by, at)
    if channel is not None:
        assign_channel(declaration, channel, by=by, at=at, valid_until=valid_until)
    return declaration


@transaction.atomic
def assign_channel(
    declaration: Declaration, channel: Channel, *, by: Actor, at: datetime, valid_until: datetime | None = None
) -> Declaration:
    """Say how closely customs looks: green releases at once, yellow checks documents, red orders an inspection.

    Raises ``HasChannel``, ``StepNotAllowed`` unless it is registered.
    """
    require_officer(by, declaration.office)
    if declaration.channel:
        raise HasChannel(declaration=declaration.number, channel=declaration.channel)
    DECLARATION.require_step(declaration.status, AFTER[channel].value)
    _set_channel(declaration, channel)
    journal(declaration, EventKind.DECLARATION_CHANNELLED, by, at)
    move(declaration, AFTER[channel], by=by, at=at)
    if channel is Channel.GREEN:
        pay(declaration, by=by, at=at)
        release(declaration, by=by, at=at, valid_until=valid_until)
    return declaration


AFTER = {
    Channel.GREEN: _S.ASSESSED,
    Channel.YELLOW: _S.DOCUMENTARY_CHECK,
    Channel.RED: _S.INSPECTION_ORDERED,
}
"""Where each channel leads from registration."""


def _set_channel(declaration: Declaration, channel: Channel) -> None:
    """Compare-and-swap: two officers cannot give two channels."""
    untouched = Declaration.objects.filter(pk=declaration.pk, channel="", status=declaration.status)
    if not untouched.update(channel=channel.value, version=F("version") + 1):
        raise ChangedMeanwhile(thing=DECLARATION.thing)
    declaration.channel, declaration.version = channel.value, declaration.version + 1


@transaction.atomic
def move(
    declaration: Declaration, wanted: DeclarationStatus, *, by: Actor, at: datetime, reason: str = ""
) -> Declaration:
    """Take the declaration one step on. A release, a query, a rejection do all that belongs to them.

    An inspection that is ordered holds the boxes until they are inspected; that they are is said of all that are still
    open. Raises ``StepNotAllowed``, ``NoChannelYet``, ``ChangedMeanwhile``, ``BeingInspected``, ``AnotherOffice``,
    ``OfficeIsClosed``, ``NotYours``.
    """
    require_officer(by, declaration.office)
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


def assess(declaration: Declaration, *, by: Actor, at: datetime) -> Declaration:
    """State what is due. Raises ``NoChannelYet``."""
    return move(declaration, _S.ASSESSED, by=by, at=at)


def pay(declaration: Declaration, *, by: Actor, at: datetime) -> Declaration:
    """Note that what was due is paid."""
    return move(declaration, _S.PAID, by=by, at=at)


def reject(declaration: Declaration, *, by: Actor, at: datetime, reason: str) -> Declaration:
    """Refuse the declaration; nothing is released by it."""
    return move(declaration, _S.REJECTED, by=by, at=at, reason=reason)


@transaction.atomic
def release(declaration: Declaration, *, by: Actor, at: datetime, valid_until: datetime | None = None) -> Declaration:
    """Let the boxes go, to the end of the release's validity where it has one. The only act that grants permissions."""
    require_officer(by, declaration.office)
    kind = EventKind.DECLARATION_RELEASED
    step(declaration, _S.RELEASED, kind, by, at, released_at=at, release_valid_until=valid_until)
    release_effects(declaration, by=by, at=at)
    return declaration


@transaction.atomic
def revoke_release(declaration: Declaration, *, by: Actor, at: datetime, reason: str) -> Declaration:
    """Take a release back, and the permissions it gave. Raises ``NotReleased``."""
    require_officer(by, declaration.office)
    in_force = Declaration.objects.filter(pk=declaration.pk, status=_S.RELEASED.value, release_revoked_at=None)
    if not in_force.update(release_revoked_at=at, reason=reason, version=F("version") + 1):
        raise NotReleased(declaration=declaration.number)
    declaration.refresh_from_db()
    take_back(declaration, by=by, at=at, reason=reason)
    journal(declaration, EventKind.DECLARATION_MOVED, by, at, act="release-revoked", reason=reason)
    return declaration


@transaction.atomic
def hand_over(declaration: Declaration, office: Office, *, by: Actor, at: datetime, reason: str) -> Declaration:
    """Give the declaration to another office in service, and say why. Works from an office that is switched off too."""
    by.require(RIGHT, declaration.terminal)
    require_of(by, declaration.office)
    if not (office.active and office.clears and office.terminal_id == declaration.terminal_id):
        raise OfficeIsClosed(office=office.name)
    untouched = Declaration.objects.filter(pk=declaration.pk, version=declaration.version)
    if not untouched.update(office=office, version=F("version") + 1):
        raise ChangedMeanwhile(thing=DECLARATION.thing)
    declaration.refresh_from_db()
    journal(declaration, EventKind.DECLARATION_ASSIGNED, by, at, office=office.code, reason=reason)
    return declaration
