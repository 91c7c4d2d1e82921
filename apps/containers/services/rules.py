"""What rules do by themselves when something happens to a visit: stop it, or let it go, in their owner's name.

# Note [Rules follow events]
What a rule does is journalled like anybody's deed, with the rule and the event it followed on; such entries are never
followed on themselves, so that no chain of rules can begin, let alone go round. A rule acts at the moment of its event.
Plans, estimates, corrections and retractions are no events here, and a visit that is over is let be.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from apps.containers.models import Hold, Permission, StopRule, Visit
from apps.containers.selectors.traits import MARK, parts_of, traits
from apps.containers.services.holds import told
from apps.containers.services.permissions import permission_told
from apps.containers.services.rows import lock_visits
from apps.containers.services.undoing import fell_with_their_events
from apps.journal.models import Entry
from apps.journal.services import record_many
from apps.parties.actors import Actor
from terminal.events import Classifier, EventKind
from terminal.lifecycle import VISIT
from terminal.readiness.rules import Deed, can_follow


@dataclass(frozen=True)
class Occasion:
    """A rule is about this visit, for what happened to it."""

    visit: Visit
    entry: Entry


def follow_rules(entries: Sequence[Entry]) -> None:
    """Do what the rules say on what was just recorded, within its transaction.

    One query when events name visits, none when not; more only where there are rules for such events.
    """
    followed = [entry for entry in entries if _is_followed(entry)]
    rules = _rules(followed) if followed else []
    if not rules:
        return
    rows = {row.pk: row for row in lock_visits(Visit(pk=number) for number in {each.visit_id for each in followed})}
    occasions = [
        Occasion(row, entry)
        for entry in followed
        if (row := rows.get(entry.visit_id or 0)) is not None and not VISIT.is_final(row.state)
    ]
    roles = parts_of(rows) if any(rule.party_id or rule.role for rule in rules) else {}
    known = {each.entry.pk: traits(each.visit, each.entry, roles.get(each.visit.pk, ())) for each in occasions}
    for rule in rules:
        about = [each for each in occasions if _is_about(rule, each.entry)]
        fitting = [each for each in about if rule.filter.fits(known[each.entry.pk], deed=Deed(rule.deed))]
        if fitting:
            DEEDS[Deed(rule.deed)](rule, _once_a_visit(fitting))


def _once_a_visit(occasions: list[Occasion]) -> list[Occasion]:
    """The first of those that were recorded together: a rule acts once on what is told in one breath."""
    return list({each.visit.pk: each for each in reversed(occasions)}.values())[::-1]


def _is_followed(entry: Entry) -> bool:
    return (
        entry.visit_id is not None
        and entry.classifier == Classifier.ACTUAL
        and entry.revision == 1
        and can_follow(EventKind(entry.kind))
        and MARK not in entry.payload
    )


def _rules(entries: Iterable[Entry]) -> list[StopRule]:
    kinds = {(entry.terminal_id, str(entry.kind)) for entry in entries}
    wanted = StopRule.objects.filter(
        active=True, terminal__in={terminal for terminal, _ in kinds}, event__in={kind for _, kind in kinds}
    )
    return list(wanted.order_by("turn", "pk"))


def is_followed_by_rules(terminal_id: int, kind: EventKind) -> bool:
    """Whether a rule of the terminal acts on events of the kind: then they are recorded one by one, to be followed."""
    rules = StopRule.objects.filter(active=True, terminal=terminal_id, event=kind.value)
    return can_follow(kind) and rules.exists()


def _is_about(rule: StopRule, entry: Entry) -> bool:
    return (rule.terminal_id, rule.event) == (entry.terminal_id, str(entry.kind)) and rule.counts_at(entry.happened_at)


def _place(rule: StopRule, occasions: list[Occasion]) -> None:
    """One hold of the rule on each visit; where one stands, it is enough."""
    held = set(_standing(occasions).filter(rule=rule).values_list("visit_id", flat=True))
    new = [each for each in occasions if each.visit.pk not in held]
    by = _actor(rule)
    rows = Hold.objects.bulk_create((_hold(rule, each, by) for each in new), batch_size=1000)
    _remember_holds(rule, list(zip(rows, new, strict=True)), EventKind.HOLD_PLACED, by)


def _hold(rule: StopRule, occasion: Occasion, by: Actor) -> Hold:
    return Hold(
        terminal_id=rule.terminal_id,
        visit=occasion.visit,
        owner=rule.owner,
        step=rule.step,
        reason=rule.reason,
        reference=rule.reference,
        placed_at=occasion.entry.happened_at,
        placed_by=by.label,
        rule=rule,
        event=occasion.entry.pk,
    )


def _lift(rule: StopRule, occasions: list[Occasion]) -> None:
    """The holds of the rule named, or those under the reference; of the rule's own owner, whatever it names.

    Not one that an office keeps: what happens to a box is no act of that office.
    """
    named = Q(rule=rule.lifts_id) if rule.lifts_id else Q(reference=rule.reference)
    found = {each.visit.pk: each for each in occasions}
    standing = _standing(occasions).filter(named, owner=rule.owner, kept_by="")
    rows = list(standing.order_by("pk").select_for_update(of=("self",)))
    by = _actor(rule)
    for row in rows:
        row.lifted_at = max(row.placed_at, found[row.visit_id or 0].entry.happened_at)
        row.lifted_by, row.version = by.label, row.version + 1
    Hold.objects.bulk_update(rows, ["lifted_at", "lifted_by", "version"], batch_size=1000)
    _remember_holds(rule, [(row, found[row.visit_id or 0]) for row in rows], EventKind.HOLD_LIFTED, by)


def _standing(occasions: list[Occasion]) -> Any:
    return Hold.objects.filter(visit__in=[each.visit for each in occasions], lifted_at=None)


def _grant(rule: StopRule, occasions: list[Occasion]) -> None:
    """The permission under the rule's reference, once: what was taken back by somebody is not given again.

    What only fell with an event that did not happen is; see Note [A rule's deed falls with its event].
    """
    given = _permissions(rule, occasions).filter(step=rule.step)
    known = {row.visit_id: row for row in given.order_by("pk").select_for_update(of=("self",))}
    again = {row.visit_id: row for row in fell_with_their_events(known.values())}
    new = [each for each in occasions if each.visit.pk not in known]
    by = _actor(rule)
    rows = Permission.objects.bulk_create((_permission(rule, each, by) for each in new), batch_size=1000)
    told_of = list(zip(rows, new, strict=True))
    told_of += [(_given_again(again[each.visit.pk], each, by), each) for each in occasions if each.visit.pk in again]
    _remember_permissions(rule, told_of, EventKind.PERMISSION_GRANTED, by)


def _given_again(row: Permission, occasion: Occasion, by: Actor) -> Permission:
    row.granted_at, row.granted_by, row.revoked_at = occasion.entry.happened_at, by.label, None
    row.version += 1
    row.save(update_fields=["granted_at", "granted_by", "revoked_at", "version"])
    return row


def _permission(rule: StopRule, occasion: Occasion, by: Actor) -> Permission:
    return Permission(
        visit=occasion.visit,
        owner=rule.owner,
        step=rule.step,
        reference=rule.reference,
        granted_at=occasion.entry.happened_at,
        granted_by=by.label,
    )


def _revoke(rule: StopRule, occasions: list[Occasion]) -> None:
    """What the owner allowed under the reference, for the rule's step or, where it names none, for every one."""
    found = {each.visit.pk: each for each in occasions}
    given = _permissions(rule, occasions).filter(revoked_at=None, **({"step": rule.step} if rule.step else {}))
    rows = list(given.order_by("pk").select_for_update(of=("self",)))
    for row in rows:
        row.revoked_at, row.version = found[row.visit_id].entry.happened_at, row.version + 1
    Permission.objects.bulk_update(rows, ["revoked_at", "version"], batch_size=1000)
    told_of = [(row, found[row.visit_id]) for row in rows]
    _remember_permissions(rule, told_of, EventKind.PERMISSION_REVOKED, _actor(rule))


def _permissions(rule: StopRule, occasions: list[Occasion]) -> Any:
    visits = [each.visit for each in occasions]
    return Permission.objects.filter(visit__in=visits, owner=rule.owner, reference=rule.reference)


DEEDS: Final[dict[Deed, Callable[[StopRule, list[Occasion]], None]]] = {
    Deed.PLACE_HOLD: _place,
    Deed.LIFT_HOLDS: _lift,
    Deed.GRANT_PERMISSION: _grant,
    Deed.REVOKE_PERMISSION: _revoke,
}


def _actor(rule: StopRule) -> Actor:
    return Actor.itself(f"rule {rule.name}")


def _remember_holds(rule: StopRule, rows: list[tuple[Hold, Occasion]], kind: EventKind, by: Actor) -> None:
    record_many(
        happening
        for row, each in rows
        for happening in told(row, [each.visit], kind, _of(row, rule, each), by=by, at=each.entry.happened_at)
    )


def _remember_permissions(rule: StopRule, rows: list[tuple[Permission, Occasion]], kind: EventKind, by: Actor) -> None:
    record_many(
        permission_told(row, each.visit, kind, _why(rule, each), by=by, at=each.entry.happened_at) for row, each in rows
    )


def _of(hold: Hold, rule: StopRule, occasion: Occasion) -> dict[str, Any]:
    """Which hold, too: it is looked for when the event is taken back."""
    return {**_why(rule, occasion), "hold": str(hold.public_id)}


def _why(rule: StopRule, occasion: Occasion) -> dict[str, Any]:
    """Which rule, and on what it followed; see ``MARK``. Its name stays with the actor: parties read the payload."""
    return {MARK: str(rule.public_id), "event": str(occasion.entry.public_id)}
