"""What rules did because of an event is undone when the event is taken back.

# Note [A rule's deed falls with its event]
What did not happen can have nothing follow from it. So the rule undoes what it did, journalled as its deed and with the
event: a hold it placed is lifted, one it lifted is placed again; a permission it gave is revoked, one it revoked counts
again. What somebody decided by hand since stays as they left it. So does a stop while another event of the kind stands,
for which the rule would have placed it as well; and a stop of customs, which customs alone lifts: else whoever may take
a movement back could lift it. What stays is journalled for staff.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import F

from apps.containers.models import Hold, Permission, Visit
from apps.containers.selectors.traits import MARK
from apps.containers.services.holds import end_hold, told
from apps.containers.services.permissions import permission_told
from apps.containers.services.rows import of_visit
from apps.journal.models import Entry
from apps.journal.services import Happening, record_many
from apps.parties.actors import Actor
from terminal.events import Audience, EventKind
from terminal.readiness import Owner

UNDOES: Final = "undoes"
"""Under this name an entry says which deed of a rule it undoes."""

THING: Final = ("owner", "step", "reason", "reference")
BY_HAND: Final = "somebody has decided by hand since"
CUSTOMS: Final = "only customs lifts what customs stops"
ANOTHER: Final = "another event of this kind stands"


@dataclass(frozen=True)
class Done:
    """What a rule did to a visit (its journal ``entry``) because of an event that is taken back.

    ``events`` are the numbers of the event and its corrections; ``another``: a later one of its kind stands.
    """

    visit: Visit
    entry: Entry
    events: frozenset[int]
    another: bool
    at: datetime

    @property
    def by(self) -> Actor:
        """The rule, under the name it had."""
        return Actor(label=self.entry.actor)

    @property
    def why(self) -> dict[str, Any]:
        """The rule and its event, as with every deed of a rule, and what is undone."""
        return {MARK: self.entry.payload[MARK], "event": self.entry.payload["event"], UNDOES: self.entry.kind}

    def thing(self) -> dict[str, Any]:
        """What was stopped or allowed."""
        return {name: self.entry.payload[name] for name in THING if name in self.entry.payload}

    def touched(self) -> bool:
        """Whether anybody but a rule has had a word on the same thing since."""
        later = Entry.objects.filter(visit_id=self.visit.pk, pk__gt=self.entry.pk, kind__in=[*UNDOING, *OVERRIDES])
        return later.filter(payload__contains=self.thing()).exclude(payload__has_key=MARK).exists()

    def why_it_stops_on(self) -> str:
        """Why what stops the box goes on to stop it, or nothing."""
        if self.entry.payload["owner"] == Owner.CUSTOMS:
            return CUSTOMS
        return ANOTHER if self.another else BY_HAND if self.touched() else ""

    def stays(self, why: str) -> list[Happening]:
        """For staff: what stays, and why."""
        payload = {**self.thing(), **self.why, "why": why}
        kind = EventKind.RULE_NOT_UNDONE
        return [of_visit(self.visit, kind, by=self.by, at=self.at, audience=Audience.STAFF, payload=payload)]


def undo_rules(visit: Visit, lineage: UUID, *, at: datetime) -> None:
    """Undo what rules did to the visit (locked) because of the entry of that lineage, the latest deed first.

    Within the transaction that takes the entry back. See Note [A rule's deed falls with its event].
    """
    about = list(Entry.objects.filter(lineage=lineage).order_by("pk"))
    named = [str(each.public_id) for each in about]
    did = Entry.objects.filter(visit_id=visit.pk, kind__in=UNDOING, payload__event__in=named, payload__has_key=MARK)
    deeds = list(did.exclude(payload__has_key=UNDOES).order_by("-pk"))
    another = bool(deeds) and _another_stands(visit, about[0])
    events = frozenset(each.pk for each in about)
    for entry in deeds:
        record_many(UNDOING[EventKind(entry.kind)](Done(visit, entry, events, another, at)))


def _another_stands(visit: Visit, first: Entry) -> bool:
    later = Entry.objects.standing().filter(visit_id=visit.pk, kind=first.kind, pk__gt=first.pk)
    return later.exclude(lineage=first.lineage).exists()


def _lift(done: Done) -> list[Happening]:
    """The hold that was placed, while it stands."""
    hold = _holds(done).filter(lifted_at=None).first()
    if hold is None:
        return []
    why = done.why_it_stops_on()
    if why:
        return done.stays(why)
    end_hold(hold, by=done.by.label, at=max(done.at, hold.placed_at))
    return told(hold, [done.visit], EventKind.HOLD_LIFTED, done.why, by=done.by, at=done.at)


def _place_again(done: Done) -> list[Happening]:
    """The hold that was lifted, as a new one: the time without it is not denied."""
    hold = _holds(done).exclude(lifted_at=None).first()
    if hold is None or hold.event in done.events or _same(hold).filter(lifted_at=None).exists():
        return []
    if done.touched():
        return done.stays(BY_HAND)
    values = {name: getattr(hold, name) for name in ("terminal", "visit", "kind", *THING, "rule", "event")}
    new = Hold.objects.create(**values, placed_at=done.at, placed_by=done.by.label[:120])
    return told(new, [done.visit], EventKind.HOLD_PLACED, done.why, by=done.by, at=done.at)


def _revoke(done: Done) -> list[Happening]:
    """The permission that was given, while it is and no other event of the kind would have given it (not customs')."""
    if done.another and done.entry.payload["owner"] != Owner.CUSTOMS and _permissions(done).exists():
        return done.stays(ANOTHER)
    return _give(done, EventKind.PERMISSION_REVOKED, _permissions(done).filter(revoked_at=None), revoked_at=done.at)


def _give_again(done: Done) -> list[Happening]:
    """The permission that was revoked."""
    revoked = _permissions(done).exclude(revoked_at=None)
    why = done.why_it_stops_on()
    if why and revoked.exists():
        return done.stays(why)
    return _give(done, EventKind.PERMISSION_GRANTED, revoked, revoked_at=None)


def _give(done: Done, kind: EventKind, permissions: Any, *, revoked_at: datetime | None) -> list[Happening]:
    rows = list(permissions.select_for_update())
    Permission.objects.filter(pk__in=[row.pk for row in rows]).update(revoked_at=revoked_at, version=F("version") + 1)
    return [permission_told(row, done.visit, kind, done.why, by=done.by, at=done.at) for row in rows]


def _same(hold: Hold) -> Any:
    return Hold.objects.filter(visit=hold.visit_id, **{name: getattr(hold, name) for name in THING})


def _holds(done: Done) -> Any:
    # Joined: the visit is asked for. See Note [Locked alone].
    named = Hold.objects.filter(visit=done.visit, public_id=done.entry.payload.get("hold"))
    return named.select_related("terminal", "visit").select_for_update(of=("self",))


def _permissions(done: Done) -> Any:
    return Permission.objects.filter(visit=done.visit, **done.thing())


UNDOING: Final[dict[EventKind, Callable[[Done], list[Happening]]]] = {
    EventKind.HOLD_PLACED: _lift,
    EventKind.HOLD_LIFTED: _place_again,
    EventKind.PERMISSION_GRANTED: _revoke,
    EventKind.PERMISSION_REVOKED: _give_again,
}
OVERRIDES: Final = (EventKind.HOLD_OVERRIDE_PROPOSED, EventKind.HOLD_OVERRIDDEN)


def fell_with_their_events(permissions: Iterable[Permission]) -> list[Permission]:
    """Those that were revoked because the event did not happen on which a rule had given them, and not otherwise."""
    return [each for each in permissions if each.revoked_at is not None and _fell(each)]


def _fell(permission: Permission) -> bool:
    thing = {name: getattr(permission, name) for name in ("owner", "step", "reference")}
    revoked = Entry.objects.filter(visit_id=permission.visit_id, kind=EventKind.PERMISSION_REVOKED.value)
    last = revoked.filter(payload__contains=thing).order_by("-pk").first()
    return last is not None and UNDOES in last.payload
