"""An officer's pages."""

import pytest
from django.urls import reverse

from apps.customs.models import Declaration
from tests.factories.customs import OfficeFactory, officer_of, submitted
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db
QUEUE = "admin:customs_declaration_changelist"


def signed_in(client, actor):
    client.force_login(actor.user)
    return client


def act(client, action, *rows, **answers):
    body = {"action": action, "_selected_action": [row.pk for row in rows], **answers}
    return client.post(reverse(QUEUE), body, follow=True).content.decode()


def test_an_officer_registers_chooses_the_channel_and_releases(client):
    declaration = submitted()
    officer = signed_in(client, officer_of(declaration.office))
    act(officer, "register", declaration)
    assert 'name="channel"' in act(officer, "assign_channel", declaration)
    act(officer, "assign_channel", declaration, answered="1", channel="yellow")
    for wanted in ("assessed", "paid"):
        act(officer, "move", declaration, answered="1", wanted=wanted)
    assert "1 done" in act(officer, "release", declaration, answered="1", valid_until="2030-05-04T12:00")
    declaration.refresh_from_db()
    assert declaration.status == "released"
    assert declaration.release_valid_until is not None


def test_an_officer_sees_only_the_declarations_of_their_offices(client):
    declaration = submitted()
    rail = OfficeFactory(code="rail")
    officer = signed_in(client, officer_of(rail, "officer-of-rail"))
    assert declaration.number not in officer.get(reverse(QUEUE)).content.decode()
    act(officer, "register", declaration)
    assert Declaration.objects.get().status == "submitted"


def test_a_manager_sees_the_queue_and_decides_nothing(client):
    declaration = submitted()
    client.force_login(staff("customs.view_declaration", username="manager"))
    page = client.get(reverse(QUEUE)).content.decode()
    assert declaration.number in page
    assert 'value="release"' not in page


def test_the_offices_stand_below_their_branch(client):
    branch = OfficeFactory(code="b-branch", name="The Branch", kind="branch")
    OfficeFactory(code="a-patrol", name="The Patrol", kind="anti_smuggling", parent=branch)
    OfficeFactory(code="c-last", name="The Last")
    client.force_login(staff("customs.view_office", username="reader"))
    page = client.get(reverse("admin:customs_office_changelist")).content.decode()
    places = [page.index(name) for name in ("The Branch", "└ The Patrol", "The Last")]
    assert places == sorted(places)
