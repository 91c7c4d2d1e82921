from datetime import timedelta

import pytest

from apps.containers.models import Permission
from apps.containers.selectors import what_stands_between
from apps.containers.services import (
    HoldBelongsTo,
    NoSuchPermission,
    PermissionAlreadyGiven,
    VisitIsOver,
    grant_permissions,
    revoke_permissions,
)
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.readiness import Owner, Step
from tests.factories.calls import MARCH_14
from tests.factories.containers import VisitFactory, VisitRoleFactory
from tests.factories.parties import UserFactory, staff

pytestmark = pytest.mark.django_db

NOON = MARCH_14 + timedelta(hours=2)
RELEASE = {"owner": Owner.CUSTOMS, "reference": "CD-2023-000123"}
STEPS = [Step.LOAD, Step.GATE_OUT, Step.STRIP]


@pytest.fixture
def officer(lyg):
    return Actor.person(staff("customs.change_declaration", username="li.na", terminal=lyg))


def test_a_release_lets_the_box_go_and_taking_it_back_stops_it(lyg, officer):
    visit = VisitFactory(terminal=lyg, active=True)
    grant_permissions([visit], steps=STEPS, by=officer, at=MARCH_14, **RELEASE)
    assert what_stands_between(visit, Step.GATE_OUT, NOON) == []
    revoke_permissions([visit], by=officer, at=NOON, reason="audit", **RELEASE)
    assert [each.code for each in what_stands_between(visit, Step.GATE_OUT, NOON)] == ["permission-revoked"]
    kinds = list(Entry.objects.filter(visit_id=visit.pk).order_by("pk").values_list("kind", flat=True))
    assert kinds == ["permission-granted"] * 3 + ["permission-revoked"] * 3


def test_a_permission_runs_out(lyg, officer):
    visit = VisitFactory(terminal=lyg, active=True)
    grant_permissions([visit], steps=STEPS, by=officer, at=MARCH_14, valid_until=NOON, **RELEASE)
    assert what_stands_between(visit, Step.STRIP, NOON - timedelta(microseconds=1)) == []
    assert [each.code for each in what_stands_between(visit, Step.STRIP, NOON)] == ["permission-expired"]


def test_only_customs_gives_and_takes_back_customs_permission(lyg):
    visit = VisitFactory(terminal=lyg, active=True)
    shipper = VisitRoleFactory(visit=visit).party
    for actor in (
        Actor.person(staff("containers.change_hold", "containers.change_visit", username="zhang.wei", terminal=lyg)),
        Actor.person(UserFactory(username="root", is_superuser=True)),
        Actor.program(shipper, "erp"),
    ):
        with pytest.raises(HoldBelongsTo):
            grant_permissions([visit], steps=STEPS, by=actor, at=NOON, **RELEASE)
        with pytest.raises(HoldBelongsTo):
            revoke_permissions([visit], by=actor, at=NOON, **RELEASE)
    assert not Permission.objects.exists()


def test_one_reference_gives_a_permission_once(lyg, officer):
    visit, other = VisitFactory(terminal=lyg), VisitFactory(terminal=lyg)
    grant_permissions([visit], steps=STEPS, by=officer, at=MARCH_14, **RELEASE)
    with pytest.raises(PermissionAlreadyGiven):
        grant_permissions([other, visit], steps=STEPS, by=officer, at=MARCH_14, **RELEASE)
    assert not other.permissions.exists()


def test_what_was_never_given_cannot_be_taken_back(lyg, officer):
    with pytest.raises(NoSuchPermission):
        revoke_permissions([VisitFactory(terminal=lyg)], by=officer, at=NOON, **RELEASE)


def test_a_visit_that_is_over_needs_no_permission(lyg, officer):
    with pytest.raises(VisitIsOver):
        grant_permissions([VisitFactory(terminal=lyg, departed=True)], steps=STEPS, by=officer, at=NOON, **RELEASE)


def test_a_train_is_released_in_as_many_queries_as_a_box(lyg, officer, django_assert_num_queries):
    for count in (1, 100):
        visits = [VisitFactory(terminal=lyg, active=True) for _ in range(count)]
        with django_assert_num_queries(11):
            grant_permissions(visits, steps=STEPS, by=officer, at=NOON, owner=Owner.CUSTOMS, reference=f"T{count}")
        with django_assert_num_queries(10):
            revoke_permissions(visits, by=officer, at=NOON, owner=Owner.CUSTOMS, reference=f"T{count}")
