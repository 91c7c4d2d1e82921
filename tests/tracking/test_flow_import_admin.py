import pytest
from django.urls import reverse

from tests.factories.parties import staff

pytestmark = pytest.mark.django_db


def test_an_administrator_sees_which_files_were_taken_in(take_in, lyg, client):
    take_in({})
    client.force_login(staff("tracking.view_flowimport", username="aigul", terminal=lyg))
    page = client.get(reverse("admin:tracking_flowimport_changelist")).content.decode()
    assert "week.csv" in page
    assert "terminal:import_flow" in page
