"""The role matrix as the site's fixtures have it: every action of every page, for every role."""

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.test import RequestFactory

from apps.parties.models import Membership, Role, User

ACTIONS = [
    (model, name, action)
    for model, page in admin.site._registry.items()
    if model.__module__.startswith("apps.")
    for name in page.actions
    if callable(action := getattr(type(page), name, None) if isinstance(name, str) else name)
    if hasattr(action, "right")
]
ROLES = [
    "gate-clerk", "yard-planner", "dispatcher", "train-planner", "warehouse-clerk", "billing-clerk", "customs-officer",
    "customs-administrator", "operations-manager", "administrator",
]  # fmt: skip


@pytest.fixture
def site(db):
    call_command("loaddata", "site", verbosity=0)


@pytest.fixture(scope="module")
def matrix(django_db_setup, django_db_blocker):
    """What is offered to each role on each page, and its rights: asked once, of a site that is gone afterwards."""
    rights, pages = {action.right for _, _, action in ACTIONS}, {model for model, _, _ in ACTIONS}
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", "site", verbosity=0)
        people = {role: person(role) for role in ROLES}
        allowed = {role: {right for right in rights if user.has_perm(right)} for role, user in people.items()}
        shown = {(role, model): offered(user, model) for role, user in people.items() for model in pages}
        transaction.set_rollback(True)
    return allowed, shown


def person(role):
    from apps.network.models import Terminal

    user = User.objects.create(username=role, is_staff=True)
    Membership.objects.create(user=user, role=Role.objects.get(code=role), terminal=Terminal.objects.get(code="cnlyg"))
    return user


def offered(user, model):
    """What the list's menu and a row's page offer."""
    request, page = RequestFactory().get("/"), admin.site._registry[model]
    request.user = user
    return {*page.get_actions(request), *(act.name for act in page.acts(request))}


def test_there_are_actions_to_guard():
    assert len(ACTIONS) >= 15


@pytest.mark.parametrize(("model", "name", "action"), ACTIONS, ids=[f"{m._meta.label}.{n}" for m, n, _ in ACTIONS])
def test_an_action_is_offered_to_exactly_the_roles_with_its_right(matrix, model, name, action):
    allowed, shown = matrix
    having = [role for role in ROLES if action.right in allowed[role]]
    assert [role for role in ROLES if name in shown[role, model]] == having


@pytest.mark.parametrize("right", sorted({action.right for _, _, action in ACTIONS}))
def test_some_role_but_not_every_role_may_do_it(matrix, right):
    allowed, _shown = matrix
    having = [role for role in ROLES if right in allowed[role]]
    assert having, f"no role has {right}"
    assert len(having) < len(ROLES)


def test_only_customs_officers_lift_customs_holds(site):
    assert [role for role in ROLES if person(role).has_perm("containers.lift_customs_hold")] == ["customs-officer"]


def test_only_customs_officers_decide_on_declarations(site):
    assert [role for role in ROLES if person(role).has_perm("customs.change_declaration")] == ["customs-officer"]


def test_a_role_counts_only_while_person_and_terminal_are_active(site):
    user = person("gate-clerk")
    assert user.has_perm("calls.change_call")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not User.objects.get(pk=user.pk).has_perm("calls.change_call")
