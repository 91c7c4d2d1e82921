"""Published trade with what contradicts in it, taken in from sheets; corridors beside each other."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import include, path, reverse

from apps.common.sheets import SheetRefused
from apps.network.models import Corridor, CorridorLeg
from apps.network.selectors import ways
from apps.reports.models import TradeStatement
from apps.reports.services import trade
from config.urls import urlpatterns as everything
from terminal.trade import Doubt
from tests.factories.parties import staff
from tests.reports.test_api import program

pytestmark = pytest.mark.django_db

HEAD = (
    "reporter,partner,from,to,source,turnover,exports,imports,turnover_change,exports_change,imports_change,rounded_to"
)
TABLE = "KZ,CN,2016-01,2016-11,table,7083389.3,3820515.6,3262873.6,-24.7,-23.9,-31.2,"
TEXT = "KZ,CN,2016-01,2016-11,text,,,3160000,,,,10000"


TODAY = date(2026, 11, 27)


def take_in_trade(content: bytes, today: date = TODAY) -> list[trade.Line]:
    return trade.take_in_trade(content, today)


def sheet(*lines: str) -> bytes:
    return "\n".join([HEAD, *lines]).encode()


class TestTakingIn:
    def test_every_line_is_told_as_new_as_it_was_or_changed(self):
        assert [(each.line, each.outcome) for each in take_in_trade(sheet(TABLE, TEXT))] == [(2, "new"), (3, "new")]
        changed = TEXT.replace("3160000", "3260000")
        assert [each.outcome for each in take_in_trade(sheet(TABLE, changed))] == ["same", "changed"]
        assert TradeStatement.objects.get(source="text").imports == 3_260_000
        assert TradeStatement.objects.get(source="table").last_on == date(2016, 11, 30)

    def test_every_fault_is_told_with_its_line_and_nothing_is_kept(self):
        with pytest.raises(SheetRefused) as refused:
            take_in_trade(
                sheet(
                    TABLE,
                    "KAZ,CN,2016-13,2016-11,,1.23,,,,,,",
                    "KZ,CN,2016-11,2016-01,a,,,,,,,",
                    TABLE,
                )
            )
        assert [(each.line, each.column) for each in refused.value.faults] == [
            (3, "reporter"), (3, "from"), (3, "turnover"), (3, "source"),
            (4, "to"), (4, "turnover"), (5, "source"),
        ]  # fmt: skip
        assert not TradeStatement.objects.exists()

    @pytest.mark.parametrize(
        ("line", "column", "reason"),
        [
            ("XX,CN,2016-01,2016-11,t,1,,,,,,", "reporter", "No country has these letters"),
            ("KZ,ZZ,2016-01,2016-11,t,1,,,,,,", "partner", "No country has these letters"),
            ("KZ,kz,2016-01,2016-11,t,1,,,,,,", "partner", "does not trade with itself"),
            ("KZ,CN,2016-01,2016-11,t,-1,,,,,,", "turnover", "out of range"),
            ("KZ,CN,2016-01,2016-11,t,,-0.1,,,,,", "exports", "out of range"),
            ("KZ,CN,2016-01,2016-11,t,,,-5,,,,", "imports", "out of range"),
            ("KZ,CN,2016-01,2016-11,t,1,,,-100.1,,,", "turnover_change", "out of range"),
            ("KZ,CN,2016-01,2016-11,t,1,,,,,,0", "rounded_to", "out of range"),
            ("KZ,CN,2016-01,2091-01,t,1,,,,,,", "to", "not over yet"),
            ("KZ,CN,2026-11,2026-11,t,1,,,,,,", "to", "not over yet"),
            ("KZ,CN,0201-01,2016-11,t,1,,,,,,", "from", "before 1900"),
        ],
    )
    def test_what_no_trade_can_be_is_refused_at_its_line_with_the_reason(self, line, column, reason):
        with pytest.raises(SheetRefused) as refused:
            take_in_trade(sheet(TABLE, line))
        (fault,) = refused.value.faults
        assert (fault.line, fault.column) == (3, column)
        assert reason in fault.reason
        assert not TradeStatement.objects.exists()

    @pytest.mark.parametrize("share", ["100.1", "-0.1"])
    def test_a_share_is_none_to_all(self, share):
        head = "reporter,partner,from,to,source,exports_share"
        with pytest.raises(SheetRefused) as refused:
            take_in_trade(f"{head}\nKZ,CN,2016-01,2016-11,t,{share}".encode())
        assert [each.column for each in refused.value.faults] == ["exports_share"]

    def test_a_month_may_be_published_on_the_day_after_its_last(self):
        assert take_in_trade(sheet("KZ,CN,2026-10,2026-10,t,0,,,-100,,,"), date(2026, 11, 1))

    def test_what_contradicts_itself_is_kept_as_published_and_told(self):
        off = "KZ,CN,2016-01,2016-11,other,7083390.0,3820515.6,3262873.6,,,,"
        within = "KZ,CN,2016-01,2016-11,rounded,7083000.0,3820515.6,3262873.6,,,,1000"
        told = take_in_trade(sheet(TABLE, off, within))
        assert [[each.doubt for each in line.doubts] for line in told] == [[Doubt.CHANGE], [Doubt.SUM], []]
        assert TradeStatement.objects.get(source="other").turnover == Decimal("7083390.0")


class TestTheCommand:
    @pytest.fixture
    def file(self, tmp_path):
        return tmp_path / "trade.csv"

    def test_a_file_is_taken_in_with_a_word_on_every_line(self, file, capsys):
        file.write_bytes(sheet(TABLE, TEXT))
        call_command("import_trade", file)
        told = capsys.readouterr().out
        assert "line 3: KZ–CN 2016-01 – 2016-11, text: new" in told
        assert "line 2: cannot be true, kept as published: table: turnover, change in % is -24.7" in told
        assert "2 statements taken in: 2 new, 0 changed, 0 as they were." in told
        call_command("import_trade", file)
        assert "0 new, 0 changed, 2 as they were" in capsys.readouterr().out

    def test_a_file_with_a_fault_is_not_taken_in_at_all(self, file, capsys):
        file.write_bytes(sheet(TABLE, "KZ,CN,2016-13,2016-11,text,1,,,,,,"))
        with pytest.raises(CommandError, match="Nothing was taken in: 1 faults"):
            call_command("import_trade", file)
        assert "line 3, from “2016-13”: This cannot be read." in capsys.readouterr().out
        assert not TradeStatement.objects.exists()

    def test_a_dry_run_keeps_nothing_and_a_file_that_is_not_there_says_so(self, file, capsys):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("import_trade", file)
        file.write_bytes(sheet(TABLE))
        call_command("import_trade", file, dry_run=True)
        assert "1 statements would be taken in" in capsys.readouterr().out
        assert not TradeStatement.objects.exists()


class TestApi:
    pytestmark = pytest.mark.urls(__name__)

    def test_what_cannot_be_true_is_told_beside_what_is_said(self, lyg):
        take_in_trade(sheet(TABLE, TEXT))
        (told,) = program(lyg, "figures").get("/api/v1/trade/").json()["trade"]
        assert [each["source"] for each in told["statements"]] == ["table", "text"]
        assert [(each["doubt"], each["said"], each["other"]) for each in told["doubts"]] == [
            ("change", "-24.7", "-27.4"),
            ("sources", "3262873.6", "3160000.0"),
        ]
        assert told["terminal"] is None

    def test_corridors_are_set_side_by_side(self, lyg, corridors):
        told = (
            program(lyg, "figures")
            .get("/api/v1/corridors/", {"origin": "KZALA", "destination": "JPTYO"})
            .json()["ways"]
        )
        assert [(each["corridor"], each["km"]) for each in told] == [("short", 300), ("long", 900)]
        answer = program(lyg, "figures").get("/api/v1/corridors/", {"origin": "Almaty", "destination": "JPTYO"})
        assert answer.status_code == 422

    def test_whoever_may_not_read_figures_reads_neither(self, lyg):
        for address in ("trade/", "corridors/"):
            assert program(lyg, "read").get(f"/api/v1/{address}").status_code == 403


urlpatterns = [path("api/v1/", include("apps.reports.api.urls")), *everything]


@pytest.fixture
def corridors():
    """A short way from Almaty to Tokyo with a branch elsewhere, and a long one."""
    for code, legs in {
        "short": [("", 1, "KZALA", "CNLYG", 100), ("j", 2, "CNLYG", "JPTYO", 200), ("s", 2, "CNLYG", "SGSIN", 250)],
        "long": [("", 1, "KZALA", "JPTYO", 900)],
    }.items():
        corridor = Corridor.objects.create(code=code, name=code)
        for branch, sequence, start, end, km in legs:
            CorridorLeg.objects.create(
                corridor=corridor, branch=branch, sequence=sequence, start=start, end=end, mode="rail", km=km,
                hours_least=10, hours_most=20, usd_per_teu=Decimal(100),
            )  # fmt: skip


def test_a_corridor_leads_back_and_along_its_branches(corridors):
    assert [each.way.km for each in ways("SGSIN", "KZALA")] == [350]
    assert [each.way.km for each in ways("CNLYG", "JPTYO")] == [200]
    assert ways("JPTYO", "SGSIN") == []


class TestThePage:
    def test_a_sheet_is_taken_in_by_whoever_may_and_the_contradictions_are_shown(self, lyg, client, corridors):
        rights = ("reports.view_dailythroughput", "reports.add_tradestatement")
        client.force_login(staff(*rights, username="wang", terminal=lyg))
        page = client.post(reverse("admin:reports_trade"), {"sheet": SimpleUploadedFile("t.csv", sheet(TABLE, TEXT))})
        told = page.content.decode()
        assert "turnover, change in % is -24.7; from exports and imports follows -27.4" in told
        assert "imports: table says 3,262,873.6, text says 3,160,000" in told
        faulty = client.post(reverse("admin:reports_trade"), {"sheet": SimpleUploadedFile("t.csv", sheet("KZ,CN"))})
        assert 'id="faults"' in faulty.content.decode()

    def test_who_only_reads_takes_nothing_in(self, lyg, client):
        client.force_login(staff("reports.view_dailythroughput", username="wang", terminal=lyg))
        assert 'type="file"' not in client.get(reverse("admin:reports_trade")).content.decode()
        sent = {"sheet": SimpleUploadedFile("t.csv", sheet(TABLE))}
        assert client.post(reverse("admin:reports_trade"), sent).status_code == 403
