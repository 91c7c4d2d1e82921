"""Nobody at the terminal can come to act in customs' name."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from apps.network.models import Terminal
from apps.parties.models import Membership, Role, User


@pytest.fixture
def people(db):
    call_command("loaddata", "site", verbosity=0)
    terminal = Terminal.objects.get(code="cnlyg")

    def person(name, role):
        user = User.objects.create(username=name, is_staff=True)
        Membership.objects.create(user=user, role=Role.objects.get(code=role), terminal=terminal)
        return user

    return {name: person(name, role) for name, role in {"arman": "administrator", "chen": "customs-officer"}.items()}


def test_an_administrator_sees_an_officer_but_changes_neither_account_nor_password(client, people):
    client.force_login(people["arman"])
    chen = people["chen"]
    assert client.post(reverse("admin:parties_user_change", args=[chen.pk]), {"username": "chen2"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[chen.pk])
    assert client.post(password, {"password1": "x" * 14, "password2": "x" * 14}).status_code == 403
    assert client.post(reverse("admin:parties_user_delete", args=[chen.pk]), {"post": "yes"}).status_code == 403
    chen.refresh_from_db()
    assert chen.username == "chen"


def test_an_administrator_cannot_give_the_officers_role(client, people):
    client.force_login(people["arman"])
    page = client.get(reverse("admin:parties_user_change", args=[people["arman"].pk])).content.decode()
    assert "Gate clerk" in page
    assert "Customs officer" not in page
    officer = Role.objects.get(code="customs-officer")
    membership = Membership.objects.get(user=people["arman"])
    form = {
        "username": "arman", "language": "en", "zone_name": "Asia/Shanghai", "is_active": "on", "is_staff": "on",
        "memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": membership.pk, "memberships-0-user": people["arman"].pk,
        "memberships-0-role": membership.role_id, "memberships-0-terminal": membership.terminal_id,
        "memberships-1-user": people["arman"].pk,
        "memberships-1-role": officer.pk, "memberships-1-terminal": membership.terminal_id,
    }  # fmt: skip
    client.post(reverse("admin:parties_user_change", args=[people["arman"].pk]), form)
    assert not Membership.objects.filter(user=people["arman"], role=officer).exists()


def test_an_administrator_changes_neither_the_matrix_nor_the_officers_nor_what_signs_for_customs(people):
    theirs = ["parties.change_role", *(f"customs.{v}_{m}" for v in ("add", "change") for m in ("officer", "authority"))]
    assert [right for right in theirs if people["arman"].has_perm(right)] == []
    assert not people["chen"].has_perm("customs.change_authority")


def test_an_administrator_does_not_say_which_boxes_need_customs_permission(people):
    rights = [f"containers.{verb}_permissionrule" for verb in ("view", "add", "change", "delete")]
    assert [right for right in rights if people["arman"].has_perm(right)] == rights[:1]
