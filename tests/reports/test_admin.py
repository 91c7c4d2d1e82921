import pytest
from django.urls import reverse

from apps.reports.services import fold_journal
from tests.factories.journal import may
from tests.factories.network import TerminalFactory
from tests.factories.parties import staff

pytestmark = pytest.mark.django_db

LIST = "admin:reports_dailythroughput_changelist"


def test_a_manager_sees_each_day_against_the_rated_figures(lyg, box_in, client):
    box_in(may(2), teu="2.00")
    fold_journal(at=may(3))
    client.force_login(staff("reports.view_dailythroughput", username="wang", terminal=lyg))
    page = client.get(reverse(LIST)).content.decode()
    assert "1 / 1,123 (0" in page
    assert "0 / 10.2" in page


def test_figures_of_another_terminal_are_not_shown(lyg, box_in, client):
    box_in(may(2), teu="2.00")
    fold_journal(at=may(3))
    khorgos = TerminalFactory(khorgos=True)
    client.force_login(staff("reports.view_dailythroughput", username="serik", terminal=khorgos))
    assert "1 / 1,123 (0" not in client.get(reverse(LIST)).content.decode()


def test_nobody_edits_a_figure(lyg, box_in, client):
    box_in(may(2))
    fold_journal(at=may(3))
    client.force_login(
        staff("reports.view_dailythroughput", "reports.change_dailythroughput", username="wang", terminal=lyg)
    )
    assert client.get(reverse("admin:reports_dailythroughput_add")).status_code == 403


def test_the_journal_is_read_by_container_number(lyg, box_in, client):
    box_in(may(2), container_number="CSQU3054383")
    box_in(may(2), container_number="TCLU5088040")
    client.force_login(staff("journal.view_entry", username="wang", terminal=lyg))
    page = client.get(reverse("admin:journal_entry_changelist"), {"q": "csqu 305438-3"}).content.decode()
    assert "CSQU3054383" in page
    assert "TCLU5088040" not in page
