from datetime import timedelta

import pytest

from apps.containers.models import Visit
from apps.containers.services import give_role
from apps.containers.services.roles import EndsBeforeItBegins
from apps.parties.actors import Actor
from tests.factories.calls import MARCH_14
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.parties import PartyFactory

pytestmark = pytest.mark.django_db

BEAT = Actor.itself("test")
DAY = timedelta(days=1)


def test_a_party_sees_a_visit_from_the_first_moment_of_its_role_until_just_before_the_last():
    role = VisitRoleFactory(until=MARCH_14 + DAY)
    moments = [
        MARCH_14 - timedelta(microseconds=1),
        MARCH_14,
        MARCH_14 + DAY - timedelta(microseconds=1),
        MARCH_14 + DAY,
    ]
    assert [Visit.objects.seen_by(role.party, at).exists() for at in moments] == [False, True, True, False]


def test_the_next_user_of_a_box_sees_nothing_of_the_one_before():
    box = ContainerFactory()
    before = VisitFactory(container=box, departed=True)
    now = VisitFactory(container=box, terminal=before.terminal)
    kazgrain, kazchrome = PartyFactory(code="kazgrain"), PartyFactory(code="kazchrome")
    VisitRoleFactory(visit=before, party=kazgrain)
    VisitRoleFactory(visit=now, party=kazchrome)
    assert list(Visit.objects.filter(container=box).seen_by(kazchrome, MARCH_14)) == [now]
    assert list(Visit.objects.filter(container=box).seen_by(kazgrain, MARCH_14)) == [before]


def test_two_roles_show_a_visit_once():
    role = VisitRoleFactory()
    VisitRoleFactory(visit=role.visit, party=role.party, role="consignee")
    assert Visit.objects.seen_by(role.party, MARCH_14).count() == 1


def test_a_role_that_ended_may_begin_anew():
    role = VisitRoleFactory(until=MARCH_14 + DAY)
    give_role(role.visit, role.party, role.role, by=BEAT, at=MARCH_14 + 2 * DAY)
    assert [Visit.objects.seen_by(role.party, MARCH_14 + n * DAY).exists() for n in (1, 2)] == [False, True]


def test_a_role_in_force_is_prolonged_without_losing_its_beginning():
    role = VisitRoleFactory(until=MARCH_14 + DAY)
    give_role(role.visit, role.party, role.role, by=BEAT, at=MARCH_14 + DAY / 2, until=MARCH_14 + 3 * DAY)
    role.refresh_from_db()
    assert (role.since, role.until) == (MARCH_14, MARCH_14 + 3 * DAY)


def test_a_role_that_ends_before_it_begins_is_refused():
    role = VisitRoleFactory()
    with pytest.raises(EndsBeforeItBegins):
        give_role(role.visit, role.party, "haulier", by=BEAT, at=MARCH_14, until=MARCH_14)
