"""What the functions of a message mean: replaced, changed, taken back; and what customs say, whatever becomes of it."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.containers.models import Visit
from apps.containers.services import Arrived, arrive_visits
from apps.customs.models import AuthorityMessage
from apps.gate.models import Appointment
from apps.journal.models import Entry
from apps.parties.actors import Actor
from terminal.events import EventKind
from terminal.lifecycle import Position
from tests.factories.containers import ContainerFactory, VisitFactory, VisitRoleFactory
from tests.factories.customs import submitted
from tests.factories.edi import PartnerFactory, interchange, sample, take
from tests.factories.gate import haulier, open_day_and_night

pytestmark = pytest.mark.django_db

MAY_1 = datetime(2026, 5, 1, 4, tzinfo=UTC)
BOX, OTHER = "CSQU3054383", "TCLU5088040"


def advice(*numbers, order="AO-1", function=9):
    boxes = "".join(f"EQD+CN+{each}+22G1:102:5++2+5'" for each in numbers)
    return f"COPARN:D:95B:UN|BGM+11+{order}+{function}'{boxes}CNT+16:{len(numbers)}'"


def send(told, reference, partner=None, at=MAY_1, between="LINEAGENT:ZZZ+LYGSEA:ZZZ"):
    return take(interchange(told, reference=reference, between=between), partner, at)


def states():
    return dict(Visit.objects.order_by("pk").values_list("container__number", "state"))


def left(row):
    return [each["code"] for message in row.messages for each in message["left"]]


class TestAnnouncements:
    def test_a_replacement_takes_back_what_the_order_advised_and_advises_anew(self, lyg):
        send(advice(BOX, OTHER), "1")
        row = send(advice(OTHER, function=5), "2")
        assert [each["what"] for each in row.messages[0]["done"]] == [
            "visit-cancelled", "visit-cancelled", "visit-advised",
        ]  # fmt: skip
        open_ones = Visit.objects.filter(state="advised").values_list("container__number", flat=True)
        assert list(open_ones) == [OTHER]

    def test_a_cancellation_takes_the_order_back(self, lyg):
        send(advice(BOX), "1")
        send(advice(BOX, function=1), "2")
        assert states() == {BOX: "cancelled"}

    def test_a_deletion_takes_back_only_the_boxes_it_names(self, lyg):
        send(advice(BOX, OTHER), "1")
        send(advice(OTHER, function=3), "2")
        assert states() == {BOX: "advised", OTHER: "cancelled"}

    def test_what_has_come_is_not_taken_back(self, lyg):
        send(advice(BOX, OTHER), "1")
        arrive_visits(
            [Arrived(Visit.objects.get(container__number=BOX), Position.IN_YARD)], by=Actor.itself("t"), at=MAY_1
        )
        row = send(advice(BOX, OTHER, function=1), "2", at=MAY_1 + timedelta(hours=1))
        assert (row.fate, row.fault["code"], row.fault["cause"]) == ("refused", "cannot-be-done", "step-not-allowed")
        assert states() == {BOX: "active", OTHER: "advised"}

    def test_another_partys_order_of_that_number_is_not_touched(self, lyg):
        send(advice(BOX), "1")
        other = PartnerFactory(code="second", sender_code="SECOND", party__code="second-line")
        row = send(advice(BOX, function=1), "2", other, between="SECOND:ZZZ+LYGSEA")
        assert (row.fault["code"], row.fault["segment"], row.fault["element"]) == ("unknown-here", 3, 2)
        assert states() == {BOX: "advised"}

    def test_an_acceptance_order_without_a_number_is_refused_at_the_box(self, lyg):
        row = send(advice(""), "1")
        assert (row.fault["code"], row.fault["tag"], row.fault["element"]) == ("missing-element", "EQD", 2)


class TestTrucks:
    NOTICE = (
        "COPINO:D:95B:UN|BGM+661+{document}+{function}'TDT+1++{mode}+31+LYGH:172:87:LYG+++SUG12345:146::WANG LEI'"
        "LOC+88+CNLYG:139:6'DTM+132:20260506{hour}:203'EQD+CN+CSQU3054383+45R1:102:5++2+5'CNT+16:1'"
    )

    @pytest.fixture
    def partner(self, lyg):
        open_day_and_night(lyg)
        return PartnerFactory(
            code="haulier", party=haulier(), sender_code="HAULIER", sender_qualifier="", own_code="RT"
        )

    def send(self, partner, reference, document="TN-1", function=9, hour="1430", mode=3):
        told = self.NOTICE.format(document=document, function=function, hour=hour, mode=mode)
        return send(told, reference, partner, between="HAULIER+RT")

    def test_a_replacement_books_another_hour_instead(self, partner):
        self.send(partner, "1")
        row = self.send(partner, "2", function=5, hour="1630")
        assert row.fate == "taken"
        assert list(Appointment.objects.order_by("pk").values_list("status", "starts_at")) == [
            ("cancelled", datetime(2026, 5, 6, 6, tzinfo=UTC)), ("booked", datetime(2026, 5, 6, 8, tzinfo=UTC)),
        ]  # fmt: skip

    def test_a_cancellation_gives_the_hour_back(self, partner):
        self.send(partner, "1")
        self.send(partner, "2", function=1)
        assert Appointment.objects.get().status == "cancelled"

    def test_a_truck_nobody_announced_cannot_be_given_up(self, partner):
        row = self.send(partner, "1", function=1)
        assert (row.fault["code"], row.fault["found"]) == ("unknown-here", "TN-1")

    def test_the_same_notice_in_another_interchange_books_no_second_truck(self, partner):
        self.send(partner, "1")
        assert left(self.send(partner, "2")) == ["said-before"]
        assert Appointment.objects.count() == 1

    def test_what_comes_by_rail_is_left(self, partner):
        assert left(self.send(partner, "1", mode=2)) == ["not-by-truck"]
        assert not Appointment.objects.exists()

    def test_an_hour_that_is_over_is_refused_with_its_cause(self, partner):
        told = self.NOTICE.format(document="TN-1", function=9, hour="1430", mode=3)
        row = send(told, "1", partner, at=MAY_1 + timedelta(days=30), between="HAULIER+RT")
        assert (row.fault["code"], row.fault["cause"], row.fault["tag"]) == ("cannot-be-done", "hour-is-over", "TDT")


class TestReports:
    def test_the_same_word_in_another_message_is_noted_once(self, lyg):
        partner = PartnerFactory(code="rail-term", sender_code="RAILTERM", own_code="LINEAGENT")
        visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
        VisitRoleFactory(visit=visit, party=partner.party, role="line")
        take(sample("codeco_gate_in"), partner, MAY_1)
        again = sample("codeco_gate_in").replace(b"IC0001", b"IC0002").replace(b"GI-2026-0501", b"GI-2026-0502")
        assert left(take(again, partner, MAY_1)) == ["no-such-stay", "said-before"]
        assert Entry.objects.filter(kind=EventKind.PROGRESS_REPORTED.value).count() == 1

    def test_several_announced_stays_are_not_chosen_from(self, lyg):
        partner = PartnerFactory(code="rail-term", sender_code="RAILTERM", own_code="LINEAGENT")
        for _ in range(2):
            VisitRoleFactory(visit=VisitFactory(container=ContainerFactory(number=BOX)), party=partner.party)
        assert left(take(sample("codeco_gate_in"), partner, MAY_1)) == ["several-stays", "no-such-stay"]

    def test_a_cancelled_report_is_not_read(self, lyg):
        partner = PartnerFactory(code="rail-term", sender_code="RAILTERM", own_code="LINEAGENT")
        row = take(sample("codeco_gate_in").replace(b"0501+9", b"0501+1"), partner, MAY_1)
        assert (row.fault["code"], row.fault["segment"], row.fault["element"]) == ("wrong-element", 3, 3)

    def test_others_do_not_speak_for_customs(self, lyg):
        partner = PartnerFactory(code="ktz", sender_code="KTZ", own_code="RAILTERM", party__code="ktz")
        for number in (BOX, OTHER, "UACU8175070"):
            visit = VisitFactory(container=ContainerFactory(number=number), active=True)
            VisitRoleFactory(visit=visit, party=partner.party)
        row = take(sample("iftsta_rail").replace(b"STS+1+RL", b"STS+1+CT"), partner, MAY_1 + timedelta(days=4))
        assert left(row) == ["not-noted", "not-noted"]
        assert not visit.permissions.exists()


class TestCustoms:
    ANSWER = (
        "CUSRES:D:95B:UN|BGM+962+RES-1+11'NAD+CM+{office}'DTM+137:202605070855:203'GIS+{gis}'{more}"
        "RFF+ABT:{declaration}'RFF+AEG:{turn}'"
    )

    @pytest.fixture
    def partner(self, lyg):
        return PartnerFactory(customs=True)

    def hear(self, partner, reference, at=MAY_1 + timedelta(days=7), **said):
        told = {"office": "clearance", "gis": 1, "more": "", "declaration": "CD-1", "turn": 1, **said}
        return send(self.ANSWER.format(**told), reference, partner, at, between="CUSTOMS:ZZZ+RAILTERM")

    def test_a_decision_is_carried_out_as_from_customs_own_system(self, partner):
        declaration = submitted()
        row = self.hear(partner, "1", office=declaration.office.code, declaration=declaration.number)
        declaration.refresh_from_db()
        assert (row.fate, declaration.status, left(row)) == ("taken", "registered", [])
        assert AuthorityMessage.objects.get().reference == "1/1"

    def test_what_customs_refuse_to_follow_is_kept_and_told_and_undoes_nothing(self, partner):
        declaration = submitted()
        said = {"office": declaration.office.code, "declaration": declaration.number}
        row = self.hear(partner, "1", gis=4, **said)
        assert (row.fate, left(row)) == ("taken", ["customs-refused"])
        assert AuthorityMessage.objects.get().state == "refused"

    def test_without_its_turn_or_its_office_nothing_is_heard(self, partner):
        without_turn = self.ANSWER.replace("RFF+AEG:{turn}'", "")
        told = without_turn.format(office="clearance", gis=4, more="", declaration="CD-1")
        row = send(told, "1", partner, MAY_1 + timedelta(days=7), between="CUSTOMS:ZZZ+RAILTERM")
        assert (row.fault["code"], row.fault["expected"]) == ("missing-element", "RFF AEG")
        assert self.hear(partner, "2", office="").fault["code"] == "missing-element"
        assert not AuthorityMessage.objects.exists()

    def test_a_hold_is_heard_for_each_box(self, partner):
        visit = VisitFactory(container=ContainerFactory(number=BOX), active=True)
        declaration = submitted()
        more = f"FTX+AAI+++SCANNER IMAGE'EQD+CN+{BOX}'EQD+CN+{OTHER}'"
        row = self.hear(partner, "1", gis=7, more=more, office=declaration.office.code)
        assert (row.fate, left(row)) == ("taken", ["customs-wait"])
        assert visit.holds.get().reason == "SCANNER IMAGE"

    def test_a_decision_from_tomorrow_is_not_carried_out(self, partner):
        row = self.hear(partner, "1", at=MAY_1)
        assert left(row) == ["customs-refused"]
        assert not AuthorityMessage.objects.exists()
