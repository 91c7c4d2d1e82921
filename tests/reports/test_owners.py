"""Both owners get the report of every week and month that is over: once, in their language, as PDF and XLSX."""

import re
import zlib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from django.utils.translation import gettext

from apps.common.xlsx import MEDIA_TYPE, rows_of_workbook
from apps.journal.services import Happening, record
from apps.notices import services as notices
from apps.notices.models import Notice
from apps.parties.models import Membership, Ownership, User
from apps.reports.owners import best_and_worst, causes, paper, pdf, sections, title
from apps.reports.services import fold_journal, report_to_owners
from apps.reports.services.owners import name_of, picture, report_of
from terminal.kpis import month_of, week_of
from terminal.throughput import site_day
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


HEADS = ("day", "TEU in", "consist here before its train, %")
"""As the code has them; a reader finds them in their own words."""


def days_of_sheet(content: bytes, language: str) -> list[dict[str, str]]:
    """What the sheet says of every day, by ``HEADS``, which it has to have in the language."""
    rows = [cells for _n, cells in rows_of_workbook(content)]
    with translation.override(language):
        whole = gettext("%(figure)s, %%") % {"figure": gettext("consist here before its train")}
        own = [gettext(HEADS[0]), gettext(HEADS[1]), whole]
    head = next(n for n, cells in enumerate(rows) if set(own) <= set(cells))
    places = [rows[head].index(each) for each in own]
    return [dict(zip(HEADS, [cells[place] for place in places], strict=True)) for cells in rows[head + 1 :]]


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
    days = days_of_sheet(bytes(sheet.content), "ru")
    assert len(days) == 31
    assert sum(Decimal(day["TEU in"]) for day in days) == 380


def test_it_arrives_by_smtp_with_both_files_as_they_were_made(a_month, server):
    report_to_owners(a_month, JUNE)
    assert notices.deliver_due(timezone.now()) == 2
    assert server.recipients == ["lpg@port.example", "aliya@ktze.example"]
    for mail in server.taken:
        language = str(mail["Content-Language"])
        paper, sheet = mail.iter_attachments()
        assert (paper.get_filename(), paper.get_content_type()) == ("cnlyg-2026-05.pdf", "application/pdf")
        assert (sheet.get_filename(), sheet.get_content_type()) == ("cnlyg-2026-05.xlsx", MEDIA_TYPE)
        assert pages_of(paper.get_content()) >= 2
        days = days_of_sheet(sheet.get_content(), language)
        assert (days[0]["day"], days[-1]["day"], len(days)) == ("2026-05-01", "2026-05-31", 31)
        assert float(days[0]["consist here before its train, %"]) == 0
        assert "cid:plot" in mail.get_body(("related", "html")).as_string() or mail.get_body(("html",))


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF has, by its own table of contents; every stream in it has to unpack."""
    for stream in re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", pdf, re.DOTALL):
        zlib.decompress(stream)
    (count,) = re.findall(rb"/Type /Pages.*?/Count (\d+)|/Count (\d+).*?/Type /Pages", pdf, re.DOTALL)
    return int(count[0] or count[1])


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_letter_of_the_paper_stands_in_its_font(a_month, language, caplog):
    with translation.override(language):
        report = report_of(a_month, month_of(date(2026, 5, 1)), JUNE)
        assert pages_of(pdf(report, picture(report))) >= 2
    assert [each.getMessage() for each in caplog.records if "glyph" in each.getMessage().lower()] == []


def test_when_it_was_made_is_told_in_the_readers_zone(a_month):
    User.objects.filter(username="aliya").update(zone_name="Asia/Almaty")
    UserFactory(username="dana", email="dana@ktze.example", language="ru", zone_name="Asia/Shanghai")
    Membership.objects.create(
        user=User.objects.get(username="dana"), terminal=a_month, role=RoleFactory(code="reader"),
        party=Ownership.objects.get(party__code="ktz-express").party,
    )  # fmt: skip
    report_to_owners(a_month, JUNE)
    one, other = (
        bytes(written()["2026-05", f"{name}@ktze.example"].enclosures.all()[0].content) for name in ("aliya", "dana")
    )
    assert one != other, "one language, but not one clock"
    with timezone.override("Asia/Almaty"):
        assert paper(report_of(a_month, month_of(date(2026, 5, 1)), JUNE), b"").zone == "Asia/Almaty"


def test_volumes_are_split_by_the_shares_of_the_joint_venture(a_month):
    report = report_of(a_month, month_of(date(2026, 5, 1)), JUNE)
    assert sections(report)[-1][2] == [
        ["Lianyungang Port Group", "51\xa0%", "96.9"],
        ["KTZ Express", "49\xa0%", "93.1"],
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


@pytest.mark.parametrize(
    ("language", "month"),
    [("en", "May 2026"), ("zh-hans", "2026年5月"), ("ru", "май 2026\xa0г."), ("kk", "2026 жылғы мамыр")],
)
def test_a_month_is_written_as_its_reader_writes_it(a_month, language, month):
    with translation.override(language):
        assert month in title(report_of(a_month, month_of(date(2026, 5, 1)), JUNE)).replace(" г.", "\xa0г.")


def test_weeks_are_named_as_iso_names_them():
    assert name_of(week_of(date(2027, 1, 1))) == "2026-W53"
    assert name_of(month_of(date(2027, 1, 1))) == "2027-01"


class TestTheCommand:
    def written(self, capsys, *words):
        call_command("owners_report", *words)
        return capsys.readouterr().out.splitlines()

    def test_a_folder_that_is_missing_is_made(self, a_month, tmp_path, capsys):
        folder = tmp_path / "reports" / "may"
        told = self.written(capsys, "2026-05-01", "--into", str(folder))
        assert told == [str(folder / "cnlyg-2026-05.pdf"), str(folder / "cnlyg-2026-05.xlsx")]
        assert sorted(each.name for each in folder.iterdir()) == ["cnlyg-2026-05.pdf", "cnlyg-2026-05.xlsx"]

    def test_a_folder_that_is_a_file_is_named_in_one_line(self, a_month, tmp_path):
        (tmp_path / "taken").write_text("")
        with pytest.raises(CommandError, match=r"taken cannot be written into: File exists\.$"):
            call_command("owners_report", "2026-05-01", "--into", str(tmp_path / "taken"))

    @pytest.mark.parametrize("day", ["1.5.2026", "2026-13-01", "20260501", "may"])
    def test_a_day_written_otherwise_is_told_how_to_write_it(self, lyg, day):
        with pytest.raises(CommandError, match=f"“{day}” is no day: write it as 2026-05-01"):
            call_command("owners_report", day)

    @pytest.mark.parametrize("how", [(), ("--week",)])
    @pytest.mark.parametrize(("day", "why"), [("9999-12-31", "has not begun: today is"), ("1999-12-31", "before 2000")])
    def test_a_time_that_has_not_begun_or_nobody_counted_is_refused(self, lyg, tmp_path, day, why, how):
        with pytest.raises(CommandError, match=why):
            call_command("owners_report", day, *how, "--into", str(tmp_path))
        assert list(tmp_path.iterdir()) == []

    def test_a_month_that_still_runs_says_so_on_the_screen_in_its_name_and_in_both_files(
        self, owners, tmp_path, capsys
    ):
        today = site_day(timezone.now(), owners.zone)
        told = self.written(capsys, today.isoformat(), "--into", str(tmp_path))
        only = f"up to {today} only"
        assert "is not over" in told[0]
        assert only in told[0]
        assert f"cnlyg-{today:%Y-%m}-to-{today}.xlsx" in told[2]
        rows = [cells for _n, cells in rows_of_workbook(Path(told[2]).read_bytes())]
        assert only in rows[0][0]


def test_the_paper_of_a_time_that_runs_says_so_until_the_day_after_its_last(a_month):
    month = month_of(date(2026, 5, 1))
    running = report_of(a_month, month, may(17, 6))
    assert paper(running, b"").title == "Monthly report, May 2026, up to 2026-05-17 only"
    assert report_of(a_month, month, may(31, 6)).up_to == date(2026, 5, 31)
    assert report_of(a_month, month, JUNE).up_to is None
    week = report_of(a_month, week_of(date(2026, 5, 13)), may(14, 6))
    assert title(week) == "Weekly report, 2026-05-11 – 2026-05-17, up to 2026-05-14 only"
