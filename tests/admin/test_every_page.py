"""Every admin page opens, for whoever may see it, and is closed to whoever may not."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories.parties import UserFactory

OURS = [model for model in admin.site._registry if model.__module__.startswith("apps.")]


def names(model):
    return f"{model._meta.app_label}_{model._meta.model_name}"


@pytest.fixture
def superuser(db):
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.mark.parametrize("model", OURS, ids=names)
def test_the_list_opens(client, superuser, lyg, model):
    client.force_login(superuser)
    assert client.get(reverse(f"admin:{names(model)}_changelist")).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=names)
def test_the_list_is_closed_to_a_person_without_a_role(client, db, model):
    client.force_login(UserFactory(is_staff=True))
    assert client.get(reverse(f"admin:{names(model)}_changelist")).status_code == 403


@pytest.mark.parametrize("model", OURS, ids=names)
def test_search_finds_nothing_but_does_not_fail(client, superuser, lyg, model):
    client.force_login(superuser)
    assert client.get(reverse(f"admin:{names(model)}_changelist"), {"q": "CSQU305"}).status_code == 200


@pytest.mark.parametrize("model", OURS, ids=names)
def test_the_form_for_a_new_row_opens_where_rows_are_added_by_hand(client, superuser, lyg, model):
    client.force_login(superuser)
    by_hand = admin.site._registry[model].has_add_permission(_request(superuser))
    assert client.get(reverse(f"admin:{names(model)}_add")).status_code == (200 if by_hand else 403)


def test_the_front_page_opens(client, superuser, lyg):
    client.force_login(superuser)
    page = client.get(reverse("admin:index"))
    assert page.status_code == 200
    assert "demo-banner" in page.content.decode()


def _request(user):
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = user
    return request
