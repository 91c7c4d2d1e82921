"""How closely customs looks: what the rules propose, the channel an officer gives, and its change while undecided."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.common.steps import ChangedMeanwhile
from apps.customs.models import Declaration, Inspection, Officer
from apps.customs.selectors import minutes_expected, proposal
from apps.customs.services.inspecting.finishing import call_off
from apps.customs.services.memory import journal
from apps.customs.services.officer import move, pay, release
from apps.customs.services.rights import require_decides, require_officer
from apps.customs.services.steps import step
from apps.parties.actors import Actor
from terminal.errors import Malformed, Refused, gettext_noop
from terminal.events import EventKind
from terminal.lifecycle import DECLARATION, Channel, DeclarationStatus

_S = DeclarationStatus


class HasChannel(Refused):
    """A channel is given once, and then changed with a reason."""

    message = gettext_noop("%(declaration)s is in the %(channel)s channel already.")


class OtherThanProposed(Malformed):
    """The rules propose another channel, and no reason is given for taking this one."""

    message = gettext_noop("The risk rules propose another channel for %(declaration)s: say why it is not taken.")


class NeedsReason(Malformed):
    """A channel is changed for a reason only."""

    message = gettext_noop("Say why the channel of %(declaration)s is changed.")


class OnlyTheHead(Refused):
    """What was to be inspected is let go uninspected by the head of the office only."""

    kind = "forbidden"
    message = gettext_noop("%(declaration)s is to be inspected: only the head of %(office)s may lower its channel.")


class ChannelNotChanged(Refused):
    """There is no channel to change, it is that one already, or customs has assessed."""

    message = gettext_noop(
        "The channel of %(declaration)s cannot become %(channel)s: it has to have another one and not be assessed yet."
    )


def judged(declaration: Declaration, at: datetime) -> dict[str, Any]:
    """What is written with the submission: the proposed channel, the rule that hit, and the work expected."""
    channel, rule = proposal(declaration, at)
    minutes = minutes_expected(declaration.terminal, declaration.regime, channel)
    return {"proposed_channel": channel, "risk_rule": rule, "expected_minutes": minutes}


@transaction.atomic
def register(
    declaration: Declaration,
    *,
    by: Actor,
    at: datetime,
    channel: Channel | None = None,
    valid_until: datetime | None = None,
    reason: str = "",
) -> Declaration:
    """Take the declaration up; with a channel, send it on at once (see ``assign_channel``)."""
    require_decides(by, declaration)
    step(declaration, _S.REGISTERED, EventKind.DECLARATION_REGISTERED, by, at)
    if channel is not None:
        assign_channel(declaration, channel, by=by, at=at, valid_until=valid_until, reason=reason)
    return declaration


@transaction.atomic
def assign_channel(
    declaration: Declaration,
    channel: Channel,
    *,
    by: Actor,
    at: datetime,
    valid_until: datetime | None = None,
    reason: str = "",
) -> Declaration:
    """Say how closely customs looks: green releases at once, yellow checks documents, red orders an inspection.

    Another channel than the rules propose has its ``reason``; below a red one it is the head's to give. Raises
    ``HasChannel``, ``OtherThanProposed``, ``OnlyTheHead``, and ``StepNotAllowed`` unless it is registered.
    """
    require_officer(by, declaration.office)
    if declaration.channel:
        raise HasChannel(declaration=declaration.number, channel=declaration.channel)
    DECLARATION.require_step(declaration.status, AFTER[channel].value)
    if declaration.proposed_channel and channel != declaration.proposed_channel:
        if not reason.strip():
            raise OtherThanProposed(declaration=declaration.number)
        _require_may_lower(declaration, declaration.proposed_channel, channel, by)
    _set_channel(declaration, channel)
    journal(declaration, EventKind.DECLARATION_CHANNELLED, by, at, **({"reason": reason} if reason else {}))
    _follow(declaration, channel, by=by, at=at, valid_until=valid_until)
    return declaration


AFTER = {
    Channel.GREEN: _S.ASSESSED,
    Channel.YELLOW: _S.DOCUMENTARY_CHECK,
    Channel.RED: _S.INSPECTION_ORDERED,
}
"""Where each channel leads."""

UNDECIDED = {
    _S.REGISTERED, _S.DOCUMENTARY_CHECK, _S.QUERY, _S.REFERRED, _S.INSPECTION_ORDERED, _S.INSPECTED,
}  # fmt: skip
"""Where a channel may still be changed."""

AS_IT_STANDS = {
    (Channel.RED, _S.INSPECTED),
    (Channel.YELLOW, _S.INSPECTED),
    (Channel.YELLOW, _S.QUERY),
    (Channel.YELLOW, _S.REFERRED),
}
"""Channels that change nothing of where a declaration stands: what they ask for is done, or goes on."""


@transaction.atomic
def change_channel(
    declaration: Declaration,
    channel: Channel,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    valid_until: datetime | None = None,
) -> Declaration:
    """Look more closely, or less, while nothing is assessed: to red orders an inspection, to green releases.

    Lowered from red, open inspections are called off. Raises ``ChannelNotChanged``, ``NeedsReason``, ``OnlyTheHead``,
    ``StepNotAllowed`` (an open query is answered first), ``BeingInspected``, ``ChangedMeanwhile``, ``AnotherOffice``.
    """
    require_officer(by, declaration.office)
    was = declaration.channel
    if was in ("", channel) or declaration.status not in UNDECIDED:
        raise ChannelNotChanged(declaration=declaration.number, channel=channel.value)
    if not reason.strip():
        raise NeedsReason(declaration=declaration.number)
    _require_may_lower(declaration, was, channel, by)
    _set_channel(declaration, channel)
    journal(declaration, EventKind.DECLARATION_CHANNELLED, by, at, reason=reason, was=was)
    _follow(declaration, channel, by=by, at=at, valid_until=valid_until)
    return declaration


def _require_may_lower(declaration: Declaration, was: str, channel: Channel, by: Actor) -> None:
    """Red is left by a head only, whether it was given or proposed."""
    heads = Officer.objects.filter(office=declaration.office_id, role=Officer.Role.HEAD, user=by.user)
    if was == Channel.RED and channel != Channel.RED and not heads.exists():
        raise OnlyTheHead(declaration=declaration.number, office=declaration.office.name)


def _set_channel(declaration: Declaration, channel: Channel) -> None:
    """Compare-and-swap: two officers cannot give two channels. The work expected is that of the channel from now on."""
    minutes = minutes_expected(declaration.terminal, declaration.regime, channel.value)
    untouched = Declaration.objects.filter(
        pk=declaration.pk, channel=declaration.channel, status=declaration.status, version=declaration.version
    )
    values = {"channel": channel.value, "expected_minutes": minutes}
    if not untouched.update(**values, version=F("version") + 1):
        raise ChangedMeanwhile(thing=DECLARATION.thing)
    declaration.channel, declaration.expected_minutes = channel.value, minutes
    declaration.version += 1


def _follow(
    declaration: Declaration, channel: Channel, *, by: Actor, at: datetime, valid_until: datetime | None
) -> None:
    """Go where the channel leads from where the declaration stands."""
    if channel is not Channel.RED and declaration.status == _S.INSPECTION_ORDERED:
        _look_no_more(declaration, by, at)
    present = DeclarationStatus(declaration.status)
    if present is AFTER[channel] or (channel, present) in AS_IT_STANDS:
        return
    move(declaration, AFTER[channel], by=by, at=at)
    if channel is Channel.GREEN:
        pay(declaration, by=by, at=at)
        release(declaration, by=by, at=at, valid_until=valid_until)


def _look_no_more(declaration: Declaration, by: Actor, at: datetime) -> None:
    """Call off what is still to be looked at, with which the inspection is over; over, too, when there was nothing."""
    for each in Inspection.objects.open().filter(declaration=declaration).order_by("visit_id", "pk"):
        call_off(each, by=by, at=at, reason="another channel")
    declaration.refresh_from_db()
    if declaration.status == _S.INSPECTION_ORDERED:
        move(declaration, _S.INSPECTED, by=by, at=at)
