"""Whatever officers, declarants and others do in whatever order: the box may go exactly when a release is in force.

What an office holds stands until that office lets go.
"""

import contextlib
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.containers import services as containers
from apps.containers.models import Hold, Permission
from apps.containers.selectors import what_stands_between
from apps.customs import services
from apps.customs.models import Declaration, Office
from apps.parties.actors import Actor
from apps.parties.models import User
from terminal.errors import Refused
from terminal.lifecycle import Channel, DeclarationStatus
from terminal.readiness import Owner, Step
from tests.factories.calls import MARCH_14
from tests.factories.customs import OfficeFactory, declarant_of, drafted, officer_of
from tests.factories.parties import staff

VALID = timedelta(hours=12)
moves = st.tuples(st.just("move"), st.sampled_from(list(DeclarationStatus)))
channels = st.tuples(st.sampled_from(["register", "assign_channel"]), st.sampled_from(list(Channel)))
others = st.tuples(
    st.sampled_from(
        ["submit", "answer", "withdraw", "release", "revoke", "block", "unblock", "switch", "lift", "override"]
    ),
    st.booleans(),
)


class Desk:
    """The people of one declaration, and what each of their acts is."""

    def __init__(self):
        Office.objects.update(active=True)
        self.patrol = OfficeFactory(anti_smuggling=True)
        self.declaration = drafted()
        self.officer = officer_of(self.declaration.office)
        self.patrolman = officer_of(self.patrol, "officer-of-patrol")
        rights = ("containers.lift_customs_hold", "containers.lift_terminal_hold", "containers.override_hold")
        people = ("zhang.wei", "aigerim")
        if not User.objects.filter(username__in=people).exists():
            [staff(*rights, username=name) for name in people]
        self.others = [Actor.person(User.objects.get(username=name)) for name in people]
        self.blocked = False
        self.at = MARCH_14

    def act(self, name, what):
        self.at += timedelta(hours=1)
        row, officer = Declaration.objects.get(pk=self.declaration.pk), {"by": self.officer, "at": self.at}
        trader, patrol = {"by": declarant_of(row), "at": self.at}, {"by": self.patrolman, "at": self.at}
        boxes = list(row.visits.all())
        acts = {
            "move": lambda: services.move(row, what, **officer),
            "register": lambda: services.register(row, channel=what, valid_until=self.at + VALID, **officer),
            "assign_channel": lambda: services.assign_channel(row, what, **officer),
            "submit": lambda: services.submit(row, **trader),
            "answer": lambda: services.answer(row, reply="yes", **trader),
            "withdraw": lambda: services.withdraw(row, **trader),
            "release": lambda: services.release(row, valid_until=self.at + VALID if what else None, **officer),
            "revoke": lambda: services.revoke_release(row, reason="error", **officer),
            "block": lambda: services.block(boxes, self.patrol, reason="tip", **patrol),
            "unblock": lambda: services.unblock(boxes, self.patrol, **patrol),
            "lift": lambda: self.lift_all(officer["by"] if what else self.others[0]),
            "override": self.override_all,
            "switch": lambda: Office.objects.filter(pk=row.office_id).update(active=what),
        }
        with contextlib.suppress(Refused):
            acts[name]()
            self.blocked = {"block": True, "unblock": False}.get(name, self.blocked)

    def standing(self):
        return Hold.objects.filter(visit__in=self.declaration.visits.all(), lifted_at=None)

    def lift_all(self, by):
        for hold in self.standing():
            containers.lift_hold(hold, by=by, at=self.at)

    def override_all(self):
        for hold in self.standing():
            containers.propose_override(hold, by=self.others[0], at=self.at, reason="urgent")
            containers.confirm_override(hold, by=self.others[1], at=self.at)

    def held(self):
        """By whom the box is to be held: the patrol that blocked it, the office that waits for its inspection."""
        row = Declaration.objects.get(pk=self.declaration.pk)
        looking = {row.office.code} if row.status == DeclarationStatus.INSPECTION_ORDERED else set()
        return looking | ({self.patrol.code} if self.blocked else set())

    def may_go(self):
        box = self.declaration.visits.get()
        found = [each for each in what_stands_between(box, Step.STRIP, self.at) if each.owner is Owner.CUSTOMS]
        return not found

    def released(self):
        row = Declaration.objects.get(pk=self.declaration.pk)
        until = row.release_valid_until
        in_force = row.status == "released" and row.release_revoked_at is None and (until is None or self.at < until)
        return in_force and not row.visits.get().holds.filter(lifted_at=None).exists()


@pytest.mark.django_db(transaction=True)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(st.one_of(moves, channels, others), max_size=14), shortcut=st.booleans())
def test_a_box_may_go_exactly_while_a_release_is_in_force_and_nothing_holds_it(sequence, shortcut):
    office = Desk()
    if shortcut:
        office.act("submit", True)
    for name, what in sequence:
        office.act(name, what)
        assert office.may_go() == office.released(), (name, what)
        assert set(office.standing().values_list("kept_by", flat=True)) == office.held(), (name, what)
    row = Declaration.objects.get(pk=office.declaration.pk)
    assert Permission.objects.filter(reference=row.number).exists() == (row.status == "released")
