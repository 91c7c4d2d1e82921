"""Both owners get the report of every week and month that is over: once, in their language, as PDF and XLSX."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.common.xlsx import rows_of_workbook
from apps.journal.services import Happening, record
from apps.notices.models import Notice
from apps.parties.models import Membership, Ownership
from apps.reports.owners import best_and_worst, causes, sections
from apps.reports.services import fold_journal, report_to_owners
from apps.reports.services.owners import name_of, report_of
from terminal.kpis import month_of, week_of
from tests.factories.calls import CallFactory
from tests.factories.journal import crossing, may, of_a_call
from tests.factories.parties import PartyFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db

JUNE = may(1).replace(month=6, hour=6)


@pytest.fixture
def owners(lyg):
    """The port with an address of its own, and two people of KTZ Express, one of whom has none."""
    port = PartyFactory(code="lpg", name="Lianyungang Port Group", kind="owner", country="CN", email="lpg@port.example")
    ktze = PartyFactory(code="ktz-express", name="KTZ Express", kind="owner", country="KZ", email="info@ktze.example")
    for party, share in ((port, "51.00"), (ktze, "49.00")):
        Ownership.objects.create(terminal=lyg, party=party, share_percent=Decimal(share))
    for name, email in (("aliya", "aliya@ktze.example"), ("marat", "")):
        user = UserFactory(username=name, email=email, language="ru")
        Membership.objects.create(user=user, terminal=lyg, party=ktze, role=RoleFactory())
    return lyg


@pytest.fixture
def a_month(owners):
    """Trains and boxes in May; on the 20th one train, an hour late, and on the 21st nothing comes."""
    for day in range(1, 20):
        record(*(crossing(owners, may(day, hour), teu="2.00") for hour in range(day)))
        _train(owners, day, late=0)
    _train(owners, 20, late=60)
    fold_journal(at=JUNE)
    return owners


def _train(lyg, day, *, late):
    call = CallFactory(
        terminal=lyg, scheduled_arrival_at=may(day, 1), scheduled_departure_at=may(day) - timedelta(minutes=late)
    )
    for happening in (of_a_call(lyg, may(day, 1), kind="call-arrived"), of_a_call(lyg, may(day))):
        record(Happening(**{**happening.__dict__, "call_id": call.pk}))


def written():
    return {(notice.about.rpartition(":")[2], notice.recipient): notice for notice in Notice.objects.all()}


def test_each_owners_reader_gets_week_and_month_once_in_their_own_language(a_month):
    Notice.objects.all().delete()
    assert report_to_owners(a_month, JUNE) == 2
    assert {(*key, notice.language) for key, notice in written().items()} == {
        ("2026-05", "lpg@port.example", "zh-hans"),
        ("2026-05", "aliya@ktze.example", "ru"),
    }, "nothing was counted in the last week of May, so nobody is told of it"
    assert report_to_owners(a_month, JUNE + timedelta(hours=1)) == 0
    assert report_to_owners(a_month, JUNE + timedelta(days=20)) == 0


def test_a_week_is_reported_when_it_is_over(a_month):
    monday = may(11, 6)
    assert report_to_owners(a_month, monday - timedelta(minutes=1)) == 0
    assert report_to_owners(a_month, monday) == 2
    assert {name for name, _to in written()} == {"2026-W19"}


def test_a_report_that_was_missed_for_a_week_of_outage_still_comes(a_month):
    assert report_to_owners(a_month, JUNE + timedelta(days=9)) == 2


def test_it_comes_as_pdf_and_workbook_with_every_day(a_month):
    report_to_owners(a_month, JUNE)
    notice = written()["2026-05", "aliya@ktze.example"]
    paper, sheet = notice.enclosures.all()
    assert (paper.name, sheet.name) == ("cnlyg-2026-05.pdf", "cnlyg-2026-05.xlsx")
    assert bytes(paper.content).startswith(b"%PDF")
    rows = [cells for _n, cells in rows_of_workbook(bytes(sheet.content))]
    head = next(n for n, cells in enumerate(rows) if cells[:1] == ["from"])
    assert len(rows) - head - 1 == 31
    assert sum(Decimal(cells[rows[head].index("in_teu")]) for cells in rows[head + 1 :]) == 380


def test_volumes_are_split_by_the_shares_of_the_joint_venture(a_month):
    report = report_of(a_month, month_of(date(2026, 5, 1)), JUNE)
    assert sections(report)[-1][2] == [
        ["Lianyungang Port Group", "51%", "96.9"],
        ["KTZ Express", "49%", "93.1"],
    ]


def test_the_best_and_the_worst_days_are_named_with_what_was_worse(a_month):
    report = report_of(a_month, month_of(date(2026, 5, 1)), JUNE)
    best, _worst = best_and_worst(report)
    assert [day.span.first.day for day in best] == [19, 18, 17]
    assert causes(best[0], report) == "–"
    of_day = {day.span.first.day: causes(day, report) for day in report.days}
    assert (of_day[20], of_day[21]) == ("1 of 1 trains left late", "no train came")


def test_an_owner_nobody_can_be_written_to_holds_up_no_other(a_month):
    Ownership.objects.get(party__code="lpg").party.__class__.objects.filter(code="lpg").update(email="")
    assert report_to_owners(a_month, JUNE) == 1


def test_weeks_are_named_as_iso_names_them():
    assert name_of(week_of(date(2027, 1, 1))) == "2026-W53"
    assert name_of(month_of(date(2027, 1, 1))) == "2027-01"
