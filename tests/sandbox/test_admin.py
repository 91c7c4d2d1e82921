"""Staff let integrators in, and begin a day anew."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from apps.parties.models import PartyKey
from apps.sandbox.models import Stage
from apps.sandbox.services import open_sandbox
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(lyg, client):
    client.force_login(staff("sandbox.view_stage", "sandbox.change_stage", username="wang"))
    return client


def deed(client, row, action, **answers):
    answer = client.post(reverse("admin:sandbox_stage_do", args=[row.pk, action]), {"answered": "1", **answers})
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_an_integrator_is_let_in_and_the_key_is_shown_once(administrator):
    stage = open_sandbox()
    shown = deed(administrator, stage, "let_in", name="Astana")
    key = PartyKey.objects.get(name="sandbox: Astana")
    assert f"{key.prefix}." in shown
    first, later = (
        administrator.get(reverse("admin:sandbox_stage_change", args=[stage.pk])).content.decode() for _ in range(2)
    )
    assert (first.count(f"{key.prefix}."), later.count(key.prefix)) == (1, 0)


def test_a_day_is_begun_anew(administrator):
    deed(administrator, open_sandbox(), "begin")
    assert Stage.objects.get().day == 1
