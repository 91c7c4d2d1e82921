from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.reports.models import DailyThroughput
from apps.reports.owners import paper
from apps.reports.selectors.swing import filled_until
from apps.reports.services import fold_journal
from apps.reports.services.owners import report_of
from terminal.kpis import Span, month_of
from terminal.throughput import site_day
from tests.factories.containers import VisitFactory
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


class TestTheMonth:
    @pytest.fixture
    def page(self, lyg, box_in, client):
        box_in(may(2), teu="2.00")
        fold_journal(at=may(3))
        client.force_login(staff("reports.view_dailythroughput", username="wang", terminal=lyg))
        return lambda **asked: client.get(reverse("admin:reports_month"), asked)

    def test_a_manager_sees_figures_comparison_plot_and_what_to_take_away(self, page):
        told = page(month="2026-05").content.decode()
        assert "May 2026" in told
        assert "data:image/png" in told
        assert "10.2 · 0" in told
        assert (
            "/api/v1/throughput/table.xlsx?terminal=cnlyg&amp;from=2026-05-01&amp;to=2026-05-31&amp;step=hour" in told
        )

    def test_while_a_month_runs_boxes_in_no_cell_are_told_beside_its_blocks(self, page, lyg):
        VisitFactory(terminal=lyg, in_yard=True)
        assert "1 box, 1 TEU, stands without a known cell" in page().content.decode()
        assert "without a known cell" not in page(month="2026-05").content.decode()

    @pytest.mark.parametrize(
        ("month", "said"),
        [
            ("2026-13", "This is no month"),
            ("2026-5", "This is no month"),
            ("0000-01", "This is no month"),
            ("last", "This is no month"),
            ("9999-01", "has not begun"),
            ("0001-01", "Nothing was counted before 2000"),
        ],
    )
    def test_a_month_nobody_can_mean_is_told_at_its_field_and_none_is_shown_instead(self, page, client, month, said):
        for told in (
            page(month=month),
            client.get(reverse("admin:reports_owners_report", args=["pdf"]), {"month": month}),
        ):
            assert said in " ".join(told.context["form"].errors["month"])
            shown = told.content.decode()
            assert said in shown
            assert f'value="{month}"' in shown
            assert 'id="main-figures"' not in shown
            assert "data:image/png" not in shown

    def test_no_month_and_an_empty_one_is_the_one_that_runs(self, page):
        assert page().context["month"] == page(month="").context["month"]

    def test_a_month_says_until_when_the_yard_was_only_filling(self, lyg, page):
        today = site_day(timezone.now(), lyg.zone)
        DailyThroughput.objects.all().delete()
        for back in range(1, 61):
            went = 400 if back <= 30 else 0
            DailyThroughput.objects.create(
                terminal=lyg, on=today - timedelta(days=back), in_teu=400, out_teu=went, counted_at=timezone.now()
            )
        filled = today - timedelta(days=31)
        told = page(month=f"{filled:%Y-%m}").content.decode()
        assert f"Until {filled} the yard was filling" in told
        report = report_of(lyg, month_of(filled), timezone.now())
        assert any("the yard was filling" in fact for _name, fact in paper(report, b"").facts)
        assert filled_until(lyg, Span(today - timedelta(days=4), today), today) is None, "neither days nor those before"
        DailyThroughput.objects.filter(out_teu=0).delete()
        assert 'id="filling"' not in page(month=f"{filled:%Y-%m}").content.decode()

    def test_a_month_in_which_nothing_happened_is_shown(self, page):
        assert page(month="2019-02").status_code == 200

    @pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("xlsx", b"PK")])
    def test_the_report_to_the_owners_is_taken_away(self, page, client, kind, begins):
        page(month="2026-05")
        answer = client.get(reverse("admin:reports_owners_report", args=[kind]), {"month": "2026-05"})
        assert answer.content.startswith(begins)
        assert client.get(reverse("admin:reports_owners_report", args=["exe"])).status_code == 404

    def test_a_gate_clerk_sees_none(self, lyg, client):
        client.force_login(staff("calls.view_call", username="zhao", terminal=lyg))
        assert client.get(reverse("admin:reports_month")).status_code == 403
