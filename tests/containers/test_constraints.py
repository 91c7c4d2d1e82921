"""Damage by hand: what the services never do, the database refuses by name."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction

from apps.calls.models import Call
from apps.common.integrity import violated_constraint
from apps.containers.models import (
    Container,
    Hold,
    Permission,
    PermissionRule,
    Question,
    Reference,
    StopRule,
    Visit,
    VisitRole,
)
from tests.factories.calls import MARCH_14, CallFactory
from tests.factories.containers import (
    ContainerFactory,
    HoldFactory,
    PermissionFactory,
    PermissionRuleFactory,
    ReferenceFactory,
    StopRuleFactory,
    VisitFactory,
    VisitRoleFactory,
)

pytestmark = pytest.mark.django_db

BEFORE = MARCH_14 - timedelta(minutes=1)


def twice(make, **same):
    """Two rows that agree in what may be there once."""
    first = make(**same)
    make(**{name: getattr(first, name) for name in UNIQUE[type(first)]})


UNIQUE = {
    VisitRole: ("visit", "party", "role"),
    Reference: ("visit", "kind", "value"),
    Permission: ("visit", "owner", "step", "reference"),
    PermissionRule: ("terminal", "regime", "laden", "direction", "step", "owner"),
    Visit: ("terminal", "source", "source_ref"),
    Call: ("terminal", "source", "source_ref"),
}


def two_active():
    visit = VisitFactory(active=True, arrived_at=None)
    VisitFactory(active=True, arrived_at=None, terminal=visit.terminal, container=visit.container)


def two_stays_at_once():
    visit = VisitFactory(departed=True, departed_at=MARCH_14 + timedelta(hours=2))
    later = MARCH_14 + timedelta(hours=1)
    VisitFactory(active=True, arrived_at=later, terminal=visit.terminal, container=visit.container)


def a_question(**said):
    row = {"owner": "customs", "reference": "CD-1", "asked_at": MARCH_14, "state_since": MARCH_14}
    return Question.objects.create(**{"visit": VisitFactory(), **row, **said})


DAMAGE = {
    "an_answers_state_is_known": lambda: a_question(state="perhaps"),
    "a_question_is_asked_once": lambda: a_question(visit=a_question().visit),
    "hold_kind_is_known": lambda: HoldFactory(kind="whim"),
    "call_mode_is_known": lambda: CallFactory(mode="air"),
    "call_phase_is_known": lambda: CallFactory(phase="lost"),
    "carrier_departs_after_it_arrived": lambda: CallFactory(ready=True, departed_at=BEFORE),
    "cancelled_only_before_arrival": lambda: CallFactory(arrived=True, cancelled_at=MARCH_14),
    "a_reported_call_is_one_call": lambda: twice(CallFactory, source="flow:cnlyg", source_ref="X9014"),
    "visit_state_is_known": lambda: VisitFactory(state="lost"),
    "visit_position_is_known": lambda: VisitFactory(position="in_the_canal"),
    "container_is_in_one_place": two_active,
    "box_leaves_after_it_came": lambda: VisitFactory(active=True, departed_at=BEFORE),
    "stays_of_a_container_do_not_overlap": two_stays_at_once,
    "a_reported_visit_is_one_visit": lambda: twice(VisitFactory, source="flow:cnlyg", source_ref="1"),
    "a_joined_visit_says_where_it_goes_on": lambda: VisitFactory(state="joined"),
    "a_party_has_a_role_once": lambda: twice(VisitRoleFactory),
    "a_role_ends_after_it_began": lambda: VisitRoleFactory(until=MARCH_14),
    "a_reference_is_noted_once": lambda: twice(ReferenceFactory),
    "hold_owner_is_known": lambda: HoldFactory(owner="police"),
    "a_hold_is_lifted_after_it_was_placed": lambda: HoldFactory(lifted_at=BEFORE),
    "a_hold_is_on_one_thing": lambda: HoldFactory(call=CallFactory(), side="both"),
    "a_rules_hold_names_its_event": lambda: HoldFactory(rule=StopRuleFactory()),
    "stop_rule_owner_is_known": lambda: StopRuleFactory(owner="police"),
    "a_stop_rule_says_what_its_deed_needs": lambda: StopRuleFactory(reason=""),
    "a_stop_rule_ends_after_it_began": lambda: StopRuleFactory(valid_from=MARCH_14, valid_until=MARCH_14),
    "permission_owner_is_known": lambda: PermissionFactory(owner="police"),
    "permission_step_is_known": lambda: PermissionFactory(step="sink"),
    "a_permission_is_given_once": lambda: twice(PermissionFactory),
    "a_permission_rule_is_one": lambda: twice(PermissionRuleFactory),
    "a_permission_counts_for_some_time": lambda: PermissionRuleFactory(valid_hours=0),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused_by_name(name):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        DAMAGE[name]()
    # An exclusion and a unique constraint may watch the same two rows; either way it is the one named here.
    assert violated_constraint(refused.value) == name


def test_without_an_arrival_before_it_nothing_departs():
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        VisitFactory(departed_at=MARCH_14)
    assert violated_constraint(refused.value) == "box_leaves_after_it_came"


def test_a_container_number_is_one_box():
    box = ContainerFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Container.objects.create(number=box.number, size_type="22G1", teu=1)


def test_no_constraint_of_these_apps_goes_untried():
    kept = {
        constraint.name
        for model in (Call, Visit, VisitRole, Reference, Hold, Permission, PermissionRule, Question, StopRule)
        for constraint in model._meta.constraints
    }
    assert kept == set(DAMAGE)


@pytest.mark.parametrize(
    "model", [Call, Visit, VisitRole, Reference, Hold, Permission, PermissionRule, Question, StopRule]
)
def test_the_database_has_every_constraint_the_models_name(model: type[models.Model]):
    with connection.cursor() as cursor:
        there = set(connection.introspection.get_constraints(cursor, model._meta.db_table))
    assert {constraint.name for constraint in model._meta.constraints} <= there
