"""Who has to allow a step and has not, or not any more: why, and what helps."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from terminal.errors import gettext_noop
from terminal.moments import utc
from terminal.readiness.blockers import Blocker
from terminal.readiness.facts import AnswerState, Asked, Grant, Owner, Situation, Step


def of_permissions(situation: Situation, step: Step, at: datetime) -> Iterator[Blocker]:
    for owner, max_age in _wanted(situation, step):
        if allowed_by(situation, owner, step, at) is None:
            latest = _latest([each for each in situation.grants if (each.owner, each.step) == (owner, step)], at)
            asked = _telling(situation, owner, latest)
            yield _question(asked, step) if asked else _permission(situation, owner, step, latest, max_age, at)


def allowed_by(situation: Situation, owner: Owner, step: Step, at: datetime) -> Grant | None:
    """The owner's permission for the step that counts at ``at``, the last given of several; None: there is none."""
    max_age = dict(_wanted(situation, step)).get(owner)
    given = [each for each in situation.grants if (each.owner, each.step) == (owner, step)]
    counting = [each for each in given if each.in_force(at) and not each.is_stale(at, max_age)]
    return counting[-1] if counting else None


def _wanted(situation: Situation, step: Step) -> list[tuple[Owner, timedelta | None]]:
    """Who has to allow the step, and how old a permission may be at most: where several rules say, the shortest."""
    if situation.requirements is None:
        return [(Owner.CUSTOMS, None)]
    of_step = [each for each in situation.requirements if each.step is step]
    ages = {owner: [each.max_age for each in of_step if each.owner is owner] for owner in Owner}
    return [
        (owner, min((age for age in found if age is not None), default=None)) for owner, found in ages.items() if found
    ]


def _latest(grants: list[Grant], at: datetime) -> Grant | None:
    return max(grants, key=lambda each: (utc(each.granted_at), each.reference, each.is_revoked(at)), default=None)


def _telling(situation: Situation, owner: Owner, latest: Grant | None) -> Asked | None:
    """The question that says why nothing is permitted, if one was asked after the last permission was given.

    Of several the one that waits longest, or, where none waits, the one that was refused last.
    """
    since = None if latest is None else utc(latest.granted_at)
    newer = [each for each in situation.asked if each.owner is owner and (since is None or utc(each.asked_at) > since)]
    waiting = min((each for each in newer if each.is_open), key=_when, default=None)
    refused = max((each for each in newer if each.state is AnswerState.REFUSED), key=_when, default=None)
    return waiting or refused


def _when(asked: Asked) -> tuple[datetime, str]:
    return utc(asked.since or asked.asked_at), asked.reference


QUESTION: Final = {
    AnswerState.AWAITED: "answer-awaited",
    AnswerState.UNREADABLE: "answer-unreadable",
    AnswerState.OUT_OF_SERVICE: "office-out-of-service",
    AnswerState.REFUSED: "permission-refused",
}


def _question(asked: Asked, step: Step) -> Blocker:
    code = QUESTION[asked.state]
    message, remedy = PERMISSION[code]
    return Blocker(
        code=code,
        step=step,
        owner=asked.owner,
        reference=asked.reference,
        since=asked.since or asked.asked_at,
        message=message,
        remedy=remedy,
        facts={"owner": asked.owner.value, "reference": asked.reference, "office": asked.office or "—"},
    )


PERMISSION: Final = {
    "answer-awaited": (
        gettext_noop("%(owner)s has not answered yet: %(reference)s."),
        gettext_noop("Wait for the answer, or ask %(owner)s about it."),
    ),
    "answer-unreadable": (
        gettext_noop("An answer of %(owner)s came and could not be read: %(reference)s."),
        gettext_noop("Nothing is permitted by it: ask %(owner)s to answer again."),
    ),
    "office-out-of-service": (
        gettext_noop("%(reference)s lies with %(owner)s at an office that is out of service (%(office)s)."),
        gettext_noop("Ask %(owner)s to hand it over to an office in service."),
    ),
    "permission-refused": (
        gettext_noop("%(owner)s has refused: %(reference)s."),
        gettext_noop("Clear up with %(owner)s why, and ask anew."),
    ),
    "permission-stale": (
        gettext_noop("The permission %(reference)s of %(owner)s is older than %(hours)s h and counts no more."),
        gettext_noop("Ask %(owner)s to renew it."),
    ),
    "permission-missing": (
        gettext_noop("The permission of %(owner)s is missing."),
        gettext_noop("Ask %(owner)s for the permission."),
    ),
    "permission-rule-unknown": (
        gettext_noop("No rule says what this visit needs, so the permission of %(owner)s is required and missing."),
        gettext_noop("State the customs regime, or ask %(owner)s for the permission."),
    ),
    "permission-revoked": (
        gettext_noop("The permission %(reference)s of %(owner)s was revoked."),
        gettext_noop("Clear up with %(owner)s why, and ask for a new one."),
    ),
    "permission-expired": (
        gettext_noop("The permission %(reference)s of %(owner)s has run out."),
        gettext_noop("Ask %(owner)s to renew it."),
    ),
    "permission-not-yet-valid": (
        gettext_noop("The permission %(reference)s of %(owner)s is not in force yet."),
        gettext_noop("Wait until it is in force, or ask %(owner)s for an earlier one."),
    ),
}
"""What can be wrong with a permission: the sentence, and what helps."""


def _permission(
    situation: Situation, owner: Owner, step: Step, grant: Grant | None, max_age: timedelta | None, at: datetime
) -> Blocker:
    code, since = _fault(grant, max_age, at, rule_known=situation.requirements is not None)
    hours = {"hours": max_age // timedelta(hours=1)} if code == "permission-stale" and max_age is not None else {}
    message, remedy = PERMISSION[code]
    reference = grant.reference if grant else ""
    return Blocker(
        code=code,
        step=step,
        owner=owner,
        reference=reference,
        since=since,
        message=message,
        remedy=remedy,
        facts={"owner": owner.value, "reference": reference or "—", **hours},
    )


def _fault(
    grant: Grant | None, max_age: timedelta | None, at: datetime, *, rule_known: bool
) -> tuple[str, datetime | None]:
    if grant is None:
        return ("permission-missing" if rule_known else "permission-rule-unknown"), None
    if grant.is_revoked(at):
        return "permission-revoked", grant.revoked_at
    if grant.is_expired(at):
        return "permission-expired", grant.valid_until
    if max_age is not None and grant.is_stale(at, max_age):
        return "permission-stale", grant.granted_at + max_age
    return "permission-not-yet-valid", None
