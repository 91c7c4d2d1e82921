"""A hold that an office of its owner keeps is lifted by what that office does, and by nothing and nobody else."""

from datetime import timedelta

import pytest

from apps.containers import services
from apps.containers.models import Hold
from apps.containers.services import KeptByItsOffice, NewHold, NotOverridable
from apps.containers.services.following import TOLD
from apps.customs.services.word import let_go
from apps.journal.services import Happening, record
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.readiness import Owner
from tests.factories.calls import MARCH_14
from tests.factories.containers import HoldFactory, StopRuleFactory, VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory, UserFactory, staff

pytestmark = pytest.mark.django_db
NOON = MARCH_14 + timedelta(hours=2)
EVERY_RIGHT = ("containers.lift_customs_hold", "containers.lift_terminal_hold", "containers.override_hold")
OFFICE = Actor.itself("the office")


def everybody(visit):
    shipper = VisitRoleFactory(visit=visit, party=PartyFactory(code="shipper")).party
    return [
        Actor.person(staff(*EVERY_RIGHT, "containers.change_hold", username="li.na", terminal=visit.terminal)),
        Actor.person(UserFactory(username="root", is_superuser=True)),
        Actor.program(shipper, "tms"),
    ]


@pytest.mark.parametrize("owner", list(Owner))
def test_whatever_rights_somebody_has_the_office_keeps_its_hold(lyg, owner):
    hold = HoldFactory(visit=VisitFactory(terminal=lyg, active=True), owner=owner.value, kept_by="port-patrol")
    people = everybody(hold.visit)
    for by in people:
        with pytest.raises(KeptByItsOffice, match="port-patrol"):
            services.lift_hold(hold, by=by, at=NOON)
        with pytest.raises(KeptByItsOffice):
            services.place_holds([NewHold(visit=hold.visit, owner=owner, reason="?", kept_by="rail")], by=by, at=NOON)
    assert Hold.objects.get().lifted_at is None
    services.lift_hold(hold, by=people[0].entrusted(), at=NOON)
    assert Hold.objects.get().lifted_by == "user:li.na"


def test_two_pairs_of_eyes_do_not_override_what_an_office_keeps(lyg):
    hold = HoldFactory(visit=VisitFactory(terminal=lyg, active=True), kept_by="port-patrol")
    manager = everybody(hold.visit)[0]
    with pytest.raises(KeptByItsOffice):
        services.propose_override(hold, by=manager, at=NOON, reason="urgent")
    Hold.objects.update(override_proposed_by=manager.user)
    second = Actor.person(staff("containers.override_hold", username="aigerim", terminal=lyg))
    with pytest.raises(KeptByItsOffice):
        services.confirm_override(hold, by=second, at=NOON)
    Hold.objects.update(owner="customs")
    with pytest.raises(NotOverridable):
        services.confirm_override(hold, by=second, at=NOON)


def test_a_rule_lifts_the_owners_holds_and_not_the_offices(lyg):
    box = VisitFactory(terminal=lyg, active=True)
    kept = HoldFactory(visit=box, owner="customs", reference="Q-7", kept_by="port-patrol")
    HoldFactory(visit=box, owner="customs", reference="Q-7")
    StopRuleFactory(
        terminal=lyg, event=EventKind.DAMAGE_REPAIRED.value, deed="lift_holds", owner="customs", reference="Q-7"
    )
    about = {"terminal_id": lyg.pk, "visit_id": box.pk, "container_number": box.container.number}
    record(Happening(kind=EventKind.DAMAGE_REPAIRED, at=NOON, actor="user:wang", **about))
    assert set(Hold.objects.filter(lifted_at=None)) == {kept}


class TestWhatFollowsTheBox:
    @pytest.fixture
    def held_elsewhere(self, lyg):
        """A box that was advised twice: an office holds one advice, and the other arrives."""
        advised = VisitFactory(terminal=lyg)
        HoldFactory(visit=advised, owner="customs", reference="AS-1", kept_by="port-patrol")
        arriving = VisitFactory(terminal=lyg, container=advised.container)
        return advised, arriving

    def follow(self, arriving):
        services.customs_holds_follow([arriving], by=OFFICE, at=MARCH_14)
        return Hold.objects.filter(visit=arriving, lifted_at=None)

    def test_the_office_keeps_what_follows_too(self, lyg, held_elsewhere):
        following = self.follow(held_elsewhere[1])
        assert [(hold.reason, hold.kept_by) for hold in following] == [(TOLD, "port-patrol")]
        with pytest.raises(KeptByItsOffice):
            services.lift_hold(following.get(), by=everybody(held_elsewhere[1])[0], at=NOON)

    def test_what_followed_goes_with_what_it_followed_on(self, held_elsewhere):
        following = self.follow(held_elsewhere[1])
        let_go([held_elsewhere[0]], reference="AS-1", by=OFFICE, at=NOON, kept_by="port-patrol")
        assert not following.exists()

    def test_what_followed_stays_while_the_office_has_another_reason(self, held_elsewhere):
        advised, arriving = held_elsewhere
        following = self.follow(arriving)
        HoldFactory(visit=advised, owner="customs", reference="AS-2", kept_by="port-patrol")
        let_go([advised], reference="AS-1", by=OFFICE, at=NOON, kept_by="port-patrol")
        assert following.exists()

    def test_each_office_that_holds_the_box_is_followed(self, held_elsewhere):
        advised, arriving = held_elsewhere
        HoldFactory(visit=advised, owner="customs", reference="X-1", kept_by="rail")
        assert {hold.kept_by for hold in self.follow(arriving)} == {"port-patrol", "rail"}
        services.customs_holds_follow([arriving], by=OFFICE, at=NOON)
        assert self.follow(arriving).count() == 2
        let_go([advised], reference="AS-1", by=OFFICE, at=NOON, kept_by="port-patrol")
        assert {hold.kept_by for hold in self.follow(arriving)} == {"rail"}
