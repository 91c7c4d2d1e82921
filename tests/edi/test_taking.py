"""An interchange is taken whole or refused whole, once, and answered; whatever is wrong is said with its place."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.common.models import Attachment
from apps.containers.models import Visit
from apps.edi import services
from apps.edi.models import Feed, Interchange, Partner
from apps.journal.models import Entry
from terminal.edifact.acknowledging import read_answers, who_wrote
from terminal.edifact.exchange import Door
from terminal.edifact.faults import Place
from tests.factories.calls import MARCH_14
from tests.factories.edi import DESK, PartnerFactory, interchange, sample, take
from tests.factories.edi import SAMPLES as SAMPLE_FILES
from tests.factories.gate import open_day_and_night
from tests.factories.ships import ShipCallFactory

ADVICE = "COPARN:D:95B:UN|BGM+11+{order}+9'EQD+CN+{number}+22G1:102:5++2+5'CNT+16:1'"
ONE = ADVICE.format(order="AO-1", number="CSQU3054383")
TWO = ADVICE.format(order="AO-2", number="TCLU5088040")
A_SHIP_NOBODY_KNOWS = (
    "COPRAR:D:95B:UN|BGM+45+LL-1+9'TDT+20+999X+1++SNL:172:20+++:103::NOBODY'"
    "EQD+CN+CSQU3054383+22G1:102:5++2+5'CNT+16:1'"
)
"""It is asked for after boxes were advised, and cannot be had."""


def answers_of(row):
    found = []
    for each in row.answers.order_by("pk"):
        with each.original.file.open("rb") as file:
            found.append(file.read())
    return found


def place_of(row):
    return tuple(row.fault[name] for name in ("segment", "tag", "element", "component"))


@pytest.mark.django_db
class TestOnce:
    def test_what_came_is_kept_to_the_byte_with_its_checksum(self, lyg):
        data = interchange(ONE)
        row = take(data, name="advice.edi")
        with row.original.file.open("rb") as file:
            assert file.read() == data
        assert (row.original.name, row.original.size_bytes, row.original.terminal_id) == (
            "advice.edi",
            len(data),
            lyg.pk,
        )
        assert (row.reference, row.types, row.by, row.door) == ("IC1", ["COPARN"], "terminal:test", "api")

    def test_the_same_again_is_answered_as_the_first_time_and_does_nothing(self, lyg):
        first = take(interchange(ONE))
        again = services.take(
            interchange(ONE), partner=first.partner, door=Door.FOLDER, by=DESK, at=MARCH_14 + timedelta(days=1)
        )
        assert (again.known, again.interchange.pk, again.interchange.outcome) == (True, first.pk, first.outcome)
        assert Visit.objects.count() == 1
        first.refresh_from_db()
        assert (first.times, first.answers.count()) == (2, 2)

    def test_the_same_messages_in_another_envelope_are_the_same(self, lyg):
        take(interchange(ONE))
        later = interchange(ONE).replace(b"260503:0800", b"260504:0915").replace(b"'", b"'\r\n")
        take(later)
        assert (Interchange.objects.came().count(), Visit.objects.count()) == (1, 1)

    def test_other_messages_under_a_reference_that_was_taken_are_refused(self, lyg):
        take(interchange(ONE))
        row = take(interchange(TWO))
        assert (row.fate, row.fault["code"], place_of(row)) == ("refused", "reference-used", (1, "UNB", 5, 1))
        assert Visit.objects.count() == 1

    def test_a_reference_whose_interchange_was_refused_is_free_for_what_was_put_right(self, lyg):
        assert take(interchange(ONE.replace("4383", "4384"))).fate == "refused"
        assert take(interchange(ONE)).fate == "taken"

    def test_partners_count_their_references_each_for_itself(self, lyg):
        take(interchange(ONE))
        other = PartnerFactory(code="second", sender_code="SECOND", party__code="second-line")
        assert take(interchange(TWO, between="SECOND:ZZZ+LYGSEA:ZZZ"), other).fate == "taken"

    def test_an_order_sent_again_in_another_interchange_advises_nothing_twice(self, lyg):
        take(interchange(ONE))
        row = take(interchange(ONE, reference="IC2"))
        assert (row.fate, row.messages[0]["done"]) == ("taken", [])
        assert [each["code"] for each in row.messages[0]["left"]] == ["said-before"]
        assert Visit.objects.count() == 1


@pytest.mark.django_db
class TestAllOrNothing:
    def test_the_first_message_that_cannot_be_done_undoes_those_before_it(self, lyg):
        row = take(interchange(ONE, TWO, A_SHIP_NOBODY_KNOWS))
        assert (row.fate, row.fault["code"], row.fault["message"]) == ("refused", "unknown-here", "3")
        assert place_of(row) == (14, "TDT", 2, 1)
        assert not Visit.objects.exists()
        assert not Entry.objects.exists()

    def test_a_test_interchange_is_answered_and_does_nothing(self, lyg):
        row = take(interchange(ONE, more="++++++1"))
        assert (row.fate, row.is_test, row.messages[0]["done"][0]["what"]) == ("taken", True, "visit-advised")
        assert not Visit.objects.exists()
        assert all(b"++++++1'" in each for each in answers_of(row))
        assert take(interchange(TWO)).fate == "taken", "a test uses no reference up"

    def test_looking_at_it_says_what_would_become_of_it_and_writes_nothing(self, lyg):
        partner = PartnerFactory()
        row = services.look(interchange(ONE), partner=partner, at=MARCH_14)
        assert (row.fate, row.messages[0]["done"][0]["container"]) == ("taken", "CSQU3054383")
        assert [each.objects.count() for each in (Interchange, Visit, Attachment)] == [0, 0, 0]


@pytest.mark.django_db
class TestWhatIsWrong:
    def test_a_wrong_check_digit_is_refused_at_its_element(self, lyg):
        row = take(interchange(ONE.replace("4383", "4384")))
        assert (row.fault["code"], place_of(row), row.fault["cause"]) == (
            "refused-element", (4, "EQD", 2, 1), "wrong-check-digit",
        )  # fmt: skip

    def test_somebody_elses_interchange_is_refused_at_its_sender(self, lyg):
        row = take(interchange(ONE, between="OTHER:ZZZ+LYGSEA:ZZZ"))
        assert (row.fault["code"], place_of(row)) == ("wrong-party", (1, "UNB", 2, 1))
        row = take(interchange(ONE, between="LINEAGENT:ZZZ+OTHER:ZZZ"))
        assert (row.fault["code"], place_of(row)) == ("wrong-party", (1, "UNB", 3, 1))

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "broken-syntax"),
            (b"hello", "broken-syntax"),
            (interchange(ONE).decode().encode("utf-16"), "broken-syntax"),
            (interchange(ONE).replace(b"AO-1", b"\xff\x00\xfe"), "broken-syntax"),
            (b"UNA" + interchange(ONE), "broken-syntax"),
            (interchange(ONE).replace(b"COPARN", b"INVOIC"), "unknown-message-type"),
            (b"\x00" * 1000, "broken-syntax"),
        ],
        ids=["empty", "words", "utf-16", "bytes of nothing", "UNA cut", "unknown type", "zeros"],
    )
    def test_what_is_no_interchange_is_refused_and_kept(self, lyg, data, code):
        row = take(data)
        assert (row.fate, row.fault["code"]) == ("refused", code)
        assert not Visit.objects.exists()

    def test_a_malformed_service_string_is_put_right_and_told(self, lyg):
        row = take(b"UNA:+.'" + interchange(ONE))
        assert (row.fate, [each["code"] for each in row.warnings]) == ("taken", ["malformed-una"])

    def test_what_is_too_large_is_refused_before_it_is_read(self, lyg, settings):
        settings.EDI_MAX_BYTES = 1_000
        row = take(interchange(ONE) + b" " * 1_000)
        assert (row.fault["code"], row.fault["expected"], row.original) == ("interchange-too-large", "1000", None)
        assert "bytes" in row.fault["template"], "the unit is part of the sentence, which is translated as a whole"

    def test_a_type_that_was_not_agreed_on_is_refused_at_its_header(self, lyg):
        row = take(interchange(ONE), PartnerFactory(takes=["COPRAR"]))
        assert (row.fault["code"], place_of(row), row.fault["expected"]) == (
            "not-agreed-on",
            (2, "UNH", 2, 1),
            "COPRAR",
        )


SAMPLES = ["codeco_gate_in", "coparn_acceptance", "coprar_load", "iftsta_rail", "baplie_departure"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_cut_anywhere_is_one_located_error_and_changes_nothing(lyg, name):
    """Of its last segment only the trailer of the interchange may be missing: then it is whole, and says so."""
    data = sample(name).replace(b"AO-55+5", b"AO-55+9")
    partner = PartnerFactory()
    whole = data.rstrip()
    for end in range(len(whole)):
        row = services.look(whole[:end], partner=partner, at=MARCH_14)
        if row.fate == "refused":
            assert row.fault["code"]
            assert set(row.fault) >= {"segment", "tag", "element", "component", "found", "expected"}
            assert row.messages == []
        else:
            assert whole[end:].lstrip().startswith(b"UN"), "only trailers are missing"
    assert [each.objects.count() for each in (Visit, Entry)] == [0, 0]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=20), place=st.integers(0, 420))
def test_whatever_stands_in_it_it_is_taken_or_refused(lyg, junk, place):
    data = sample("coparn_acceptance")
    row = services.look(data[:place] + junk + data[place:], partner=PartnerFactory(), at=MARCH_14)
    assert row.fate in ("taken", "refused")


def partners():
    """Whoever writes the samples, with whatever they are about here or to come."""
    line = PartnerFactory(sender_code="LINEAGENT", own_code="LYGSEA").party
    ship = ShipCallFactory(name="Xin Lian Yun", imo="9461867", line=line, voyage_in="618N", voyage_out="619S")
    open_day_and_night(ship.call.terminal)
    said = {"party": line, "sender_qualifier": ""}
    PartnerFactory(code="haulier", sender_code="HAULIER", own_code="RAILTERM", **said)
    PartnerFactory(code="ktz", sender_code="KTZ", own_code="RAILTERM", **said)
    PartnerFactory(code="ship", sender_code="SHIP", own_code="LYGSEA", **said)
    PartnerFactory(code="sea", sender_code="LYGSEA", own_code="LINEAGENT", **said)
    PartnerFactory(code="rail", sender_code="RAILTERM", own_code="LINEAGENT", **said)
    PartnerFactory(customs=True)


WHOLE = [each.read_bytes() for each in sorted(SAMPLE_FILES.glob("*.edi"))]
JUNK = st.one_of(
    st.binary(max_size=4), st.sampled_from([b"'", b"+", b":", b"?", b"+'", b"9", b"0", b"A", b"\xd6", b"\x00"])
)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.sampled_from(WHOLE), changes=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 12), JUNK), max_size=3)
)
def test_whatever_a_partner_sends_is_taken_or_refused_with_a_place_and_answered(lyg, data, changes):
    with transaction.atomic():
        partners()
        partner = Partner.objects.get(sender_code=who_wrote(data).sender.code)
        for place, gone, junk in changes:
            data = data[:place] + junk + data[place + gone :]
        row = take(data, partner, datetime(2026, 5, 6, 2, tzinfo=UTC))
        assert (row.fate == "refused") == bool(row.fault)
        assert row.answers.count() <= 2
        transaction.set_rollback(True)


@pytest.mark.django_db
class TestAnswers:
    def test_contrl_says_it_was_read_and_aperak_that_it_was_done(self, lyg):
        row = take(interchange(ONE))
        contrl, aperak = answers_of(row)
        (receipt,) = read_answers(contrl)
        assert (receipt.interchange, receipt.accepted, receipt.sender.code) == ("IC1", True, "LINEAGENT")
        (objection,) = read_answers(aperak)
        assert (objection.answers, objection.accepted, objection.text) == ("AO-1", True, "")
        assert b"UNB+UNOC:3+LYGSEA+LINEAGENT:ZZZ+" in contrl

    def test_what_was_left_undone_stands_in_aperak(self, lyg):
        row = take(interchange(ONE.replace("BGM+11", "BGM+12")))
        (objection,) = read_answers(answers_of(row)[1])
        assert objection.accepted is True
        assert objection.error == "LEFT"
        assert objection.text.startswith("release-order: A release of CSQU3054383 is not carried out")

    def test_contrl_of_what_cannot_be_read_names_message_segment_and_element(self, lyg):
        (contrl,) = answers_of(take(interchange(ONE, TWO.replace("8040", "8041"))))
        (receipt,) = read_answers(contrl)
        assert (receipt.accepted, receipt.message, receipt.message_type) == (False, "2", "COPARN")
        assert (receipt.place, receipt.error) == (Place(3, "", 2, 1), "12")

    def test_what_could_be_read_and_not_be_done_is_objected_to_message_by_message(self, lyg):
        contrl, aperak = answers_of(take(interchange(ONE, A_SHIP_NOBODY_KNOWS)))
        assert read_answers(contrl)[0].accepted is True
        one, ship = read_answers(aperak)
        assert (one.accepted, ship.accepted, ship.error) == (False, False, "18")
        assert one.text.startswith("not-done: unknown-here:")
        assert ship.text.startswith("unknown-here: Segment 9 TDT, element 2: 999X NOBODY is not known here as yours")

    def test_only_what_was_agreed_on_is_answered(self, lyg):
        silent = PartnerFactory(wants_contrl=False, wants_aperak=False)
        assert answers_of(take(interchange(ONE), silent)) == []
        asked = take(interchange(TWO, reference="IC2", more="++++1"), silent)
        assert [b"CONTRL" in each for each in answers_of(asked)] == [True]

    def test_who_does_not_say_who_it_is_gets_no_answer(self, lyg):
        bare = interchange(ONE)
        row = take(bare[bare.index(b"UNH") : bare.index(b"UNZ")])
        assert (row.fate, row.reference, row.answers.count()) == ("taken", "", 0)

    def test_control_references_of_ours_have_no_gaps(self, lyg):
        take(interchange(ONE))
        take(interchange(TWO, reference="IC2"))
        ours = Interchange.objects.went().order_by("pk")
        assert list(ours.values_list("reference", flat=True)) == ["1", "2", "3", "4"]

    def test_a_partners_answer_stands_with_what_it_answers_and_is_not_answered(self, lyg):
        row = take(interchange(ONE))
        ours = row.answers.order_by("pk").first()
        contrl = f"CONTRL:D:3:UN|UCI+{ours.reference}+LYGSEA+LINEAGENT:ZZZ+4+29'"
        came = take(interchange(contrl, reference="IC9"))
        assert (came.fate, came.answers.count()) == ("taken", 0)
        assert came.messages[0]["done"] == [{"what": "acknowledged", "reference": ours.reference, "accepted": False}]
        ours.refresh_from_db()
        assert (ours.acknowledged, ours.objection[:9]) == (False, "CONTRL 29")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def send(self, *datas):
        partner = PartnerFactory()
        begin, found = threading.Barrier(len(datas)), []

        def send(data):
            begin.wait()
            found.append(take(data, Partner.objects.get(pk=partner.pk)))
            connection.close()

        threads = [threading.Thread(target=send, args=(data,)) for data in datas]
        [each.start() for each in threads]
        [each.join() for each in threads]
        return found

    def test_the_same_interchange_at_once_is_taken_once(self, lyg):
        found = self.send(*[interchange(ONE)] * 4)
        assert {row.fate for row in found} == {"taken"}
        assert (Interchange.objects.came().count(), Interchange.objects.went().count(), Visit.objects.count()) == (
            1,
            2,
            1,
        )
        assert Interchange.objects.came().get().times == 4

    def test_of_two_with_one_reference_one_is_taken(self, lyg):
        found = self.send(interchange(ONE), interchange(TWO))
        assert sorted(row.fate for row in found) == ["refused", "taken"]
        assert Visit.objects.count() == 1

    def test_references_of_ours_are_counted_one_by_one(self, lyg):
        self.send(*(interchange(ONE.replace("AO-1", f"AO-{n}"), reference=f"R{n}") for n in range(6)))
        ours = sorted(int(each.reference) for each in Interchange.objects.went())
        assert ours == list(range(1, 13))
        assert Feed.objects.get().last_reference == 12


@pytest.mark.django_db
class TestLists:
    LIST = (
        "COPRAR:D:95B:UN|BGM+43+DL-1+{function}'TDT+20+{voyage}+1++SNL:172:20+++9074729:146::HAIZHOU BAY'{boxes}"
        "CNT+16:{count}'"
    )

    def told(self, ship, *numbers, function=9):
        boxes = "".join(f"EQD+CN+{each}+22G1:102:5++3+5'" for each in numbers)
        return self.LIST.format(function=function, voyage=ship.voyage_in, boxes=boxes, count=len(numbers))

    @pytest.fixture
    def ship(self, lyg):
        return ShipCallFactory()

    def listed(self, ship):
        return sorted(ship.lines.values_list("number", flat=True))

    def test_a_list_is_added_to_taken_from_and_cancelled(self, ship):
        take(interchange(self.told(ship, "CSQU3054383")))
        take(interchange(self.told(ship, "TCLU5088040", function=2), reference="2"))
        assert self.listed(ship) == ["CSQU3054383", "TCLU5088040"]
        take(interchange(self.told(ship, "CSQU3054383", function=3), reference="3"))
        assert self.listed(ship) == ["TCLU5088040"]
        take(interchange(self.told(ship, "TCLU5088040", function=1), reference="4"))
        assert self.listed(ship) == []

    def test_another_lines_ship_is_not_known(self, ship):
        other = PartnerFactory(code="other", sender_code="OTHER", party__code="other-line")
        row = take(interchange(self.told(ship, "CSQU3054383"), between="OTHER:ZZZ+LYGSEA:ZZZ"), other)
        assert (row.fate, row.fault["code"]) == ("refused", "unknown-here")

    def test_a_box_that_is_neither_full_nor_empty_is_refused_at_its_element(self, ship):
        row = take(interchange(self.told(ship, "CSQU3054383").replace("++3+5'", "++3'")))
        assert (row.fault["code"], place_of(row)) == ("missing-element", (5, "EQD", 6, 1))

    def test_more_boxes_than_any_ship_takes_are_refused(self, ship, monkeypatch):
        monkeypatch.setattr("apps.edi.services.acting.MOST_BOXES", 1)
        row = take(interchange(self.told(ship, "CSQU3054383", "TCLU5088040")))
        assert (row.fault["code"], row.fault["found"]) == ("interchange-too-large", "2")
        assert "containers" in row.fault["template"]

    def test_a_bay_plan_changes_no_list_that_came_and_is_changed_by_a_later_plan(self, ship):
        plan = (
            "BAPLIE:D:95B:UN|BGM++{n}+9'TDT+20+{v}+++SNL:172:20+++9074729:146::HAIZHOU BAY'LOC+147+0050382::5'"
            "MEA+WT++KGM:18250'LOC+11+CNLYG:139:6'EQD+CN+{box}+22G1+++5'"
        )
        first, second = (
            plan.format(n=n, v=ship.voyage_in, box=box) for n, box in ((1, "CSQU3054383"), (2, "TCLU5088040"))
        )
        take(interchange(first))
        take(interchange(second, reference="2"), at=MARCH_14 + timedelta(hours=1))
        assert self.listed(ship) == ["TCLU5088040"]
        take(interchange(self.told(ship, "UACU8175070"), reference="3"), at=MARCH_14 + timedelta(hours=2))
        row = take(interchange(first, reference="4"), at=MARCH_14 + timedelta(hours=3))
        assert [each["code"] for each in row.messages[0]["left"]] == ["list-is-known"]
        assert self.listed(ship) == ["UACU8175070"]

    def test_a_list_moves_no_box(self, ship):
        take(interchange(self.told(ship, "CSQU3054383")))
        assert set(Visit.objects.values_list("state", "position", "arrived_at")) == {("advised", "inbound", None)}
