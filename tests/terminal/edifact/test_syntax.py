"""From bytes to an interchange: what is put right and reported, what is refused, and where."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.edifact.envelope import read_interchange
from terminal.edifact.faults import (
    BrokenEnvelope,
    BrokenSyntax,
    CountsDiffer,
    InterchangeCutShort,
    InterchangeTooLarge,
    MalformedInterchange,
    Place,
    ReferencesDiffer,
    WrongElement,
)
from terminal.edifact.oddities import Oddity
from terminal.edifact.profile import COMMON, STRICT, MalformedProfile, Profile

SAMPLES = Path(__file__).parent / "samples"
GATE_IN = (SAMPLES / "codeco_gate_in.edi").read_bytes()

UNB = b"UNB+UNOC:3+A+B+260501:0930+1'"
STATUS = b"UNH+7+IFTSTA:D:00B:UN'BGM+23+S1+9'CNI+1'"


def whole(body=STATUS + b"UNT+4+7'", *, head=UNB, tail=b"UNZ+1+1'"):
    return head + body + tail


def oddities(data, profile=COMMON):
    return [each.oddity for each in read_interchange(data, profile).warnings]


def refused(data, refusal, profile=COMMON):
    with pytest.raises(refusal) as found:
        read_interchange(data, profile)
    return found.value


def test_an_interchange_says_from_whom_to_whom_and_when():
    interchange = read_interchange(GATE_IN, Profile(zone=timezone(timedelta(hours=8))))
    assert (interchange.sender.code, interchange.sender.qualifier) == ("RAILTERM", "ZZZ")
    assert interchange.recipient.code == "LINEAGENT"
    assert interchange.prepared_at == datetime(2026, 5, 1, 1, 30, tzinfo=UTC)
    assert interchange.reference == "IC0001"
    assert not interchange.is_test
    assert interchange.warnings == ()
    (message,) = interchange.messages
    assert (message.type, message.dialect, message.association, message.reference) == (
        "CODECO", "D.95B", "ITG14", "M1",
    )  # fmt: skip
    assert len(message.segments) == 20


def test_the_release_character_takes_the_meaning_of_the_mark_behind_it():
    (message,) = read_interchange(GATE_IN).messages
    text = next(each for each in message.segments if each.tag == "FTX")
    assert text.get(4) == "GARMENTS 'SUMMER' 100+ CARTONS"
    assert text.number == 16


def test_a_release_character_before_itself_is_a_question_mark():
    (message,) = read_interchange(whole(b"UNH+7+IFTSTA:D:00B:UN'FTX+AAI+++WHY??+X'UNT+3+7'")).messages
    assert message.segments[0].elements[3:] == (("WHY?",), ("X",))


def test_other_marks_are_read_as_the_service_string_says():
    data = b"UNA|*,! ~" + whole().replace(b"+", b"*").replace(b":", b"|").replace(b"'", b"~")
    interchange = read_interchange(data)
    assert interchange.messages[0].dialect == "D.00B"
    assert interchange.warnings == ()


@pytest.mark.parametrize("una", [b"UNA:+.'", b"UNA:+.'\r\n", b"UNA:+.?'"])
def test_a_service_string_that_lacks_a_mark_is_completed_and_reported(una):
    (warned,) = read_interchange(una + whole()).warnings
    assert warned.oddity is Oddity.MALFORMED_UNA
    assert str(warned) == f"The service string {una[3:].strip().decode()} was read as :+.? '."


@pytest.mark.parametrize("una", [b"UNA", b"UNA:", b"UNA::.? '", b"UNAab.? '", b"UNA:+.? ':+.? '"])
def test_a_service_string_that_makes_no_sense_is_refused(una):
    assert refused(una + whole(), BrokenSyntax).place.tag == "UNA"


def test_line_breaks_between_segments_are_no_oddity_and_within_are_reported():
    assert oddities(whole().replace(b"'", b"'\r\n")) == []
    assert oddities(whole().replace(b"BGM+23", b"BGM+\r\n23")) == [Oddity.LINE_BREAK]


def test_a_byte_order_mark_is_left_out_and_reported():
    assert oddities(b"\xef\xbb\xbf" + whole()) == [Oddity.BYTE_ORDER_MARK]


@pytest.mark.parametrize(
    ("level", "name"),
    [(b"UNOC", "Müller".encode("latin-1")), (b"UNOE", "Достык".encode("iso8859-5")), (b"UNOY", "连云港".encode())],
)
def test_the_syntax_level_says_the_alphabet(level, name):
    data = whole(b"UNH+7+IFTSTA:D:00B:UN'FTX+AAI+++" + name + b"'UNT+3+7'").replace(b"UNOC", level)
    (message,) = read_interchange(data).messages
    assert message.segments[0].get(4) in ("Müller", "Достык", "连云港")


def test_a_byte_outside_its_alphabet_is_refused_where_it_stands_unless_the_profile_knows_better():
    data = whole(b"UNH+7+IFTSTA:D:00B:UN'FTX+AAI+++M\xfcller'UNT+3+7'").replace(b"UNOC", b"UNOA")
    refusal = refused(data, BrokenSyntax)
    assert (refusal.place.segment, refusal.facts["found"]) == (3, "0xFC")
    (message,) = read_interchange(data, Profile(charset="iso8859-1")).messages
    assert message.segments[0].get(4) == "Müller"


def test_a_profile_names_an_alphabet_that_exists():
    with pytest.raises(MalformedProfile):
        Profile(charset="ebcdic")


@pytest.mark.parametrize("level", [b"UNOX", b"UNOZ", b"", b"3"])
def test_an_unknown_syntax_level_is_refused(level):
    assert refused(whole().replace(b"UNOC", level), BrokenSyntax).place == Place(1, "UNB", 1, 1)


def test_signs_nobody_can_see_are_refused():
    assert refused(whole().replace(b"S1", b"S\x001"), BrokenSyntax).place.segment == 3


@pytest.mark.parametrize("data", [b"", b"  \r\n", b"hello", b"<xml/>", b"{}", b"PK\x03\x04", b"unb+unoa"])
def test_what_is_no_interchange_is_refused(data):
    refused(data, BrokenSyntax)


def test_a_missing_header_is_reported():
    assert oddities(STATUS + b"UNT+4+7'") == [Oddity.NO_UNB]
    assert oddities(whole(head=b"")) == [Oddity.NO_UNB]


def test_a_missing_interchange_trailer_is_reported():
    assert oddities(whole(tail=b"")) == [Oddity.NO_UNZ]


def test_a_missing_message_trailer_is_reported_where_the_next_segment_shows_the_end():
    assert oddities(whole(STATUS)) == [Oddity.NO_UNT]
    interchange = read_interchange(whole(STATUS + STATUS.replace(b"+7+", b"+8+"), tail=b"UNZ+2+1'"))
    assert [each.oddity for each in interchange.warnings] == [Oddity.NO_UNT, Oddity.NO_UNT]
    assert [each.reference for each in interchange.messages] == ["7", "8"]


def test_what_ends_nowhere_was_cut():
    refusal = refused(UNB + STATUS, InterchangeCutShort)
    assert (refusal.place, refusal.facts["expected"]) == (Place(4, "CNI"), "UNT")
    assert refused(whole()[:-1], InterchangeCutShort).place.segment == 6


def test_a_control_total_that_closes_its_message_is_an_end_too():
    gate = GATE_IN[: GATE_IN.index(b"UNT")]
    assert oddities(gate) == [Oddity.NO_UNT, Oddity.NO_UNZ]
    refused(gate[: gate.index(b"CNT")], InterchangeCutShort)


def test_another_number_of_segments_is_reported_and_refused_where_that_was_agreed():
    data = whole(STATUS + b"UNT+0005+7'")
    (warned,) = read_interchange(data).warnings
    assert (warned.oddity, warned.place, warned.found, warned.expected) == (
        Oddity.SEGMENT_COUNT, Place(5, "UNT", 1, 1), "0005", "4",
    )  # fmt: skip
    assert refused(data, CountsDiffer, STRICT).syntax_error == "29"


def test_leading_zeros_of_a_count_mean_nothing():
    assert oddities(whole(STATUS + b"UNT+000004+7'")) == []


def test_a_count_is_a_number():
    assert refused(whole(STATUS + b"UNT+four+7'"), WrongElement).place == Place(5, "UNT", 1, 1)
    refused(whole(STATUS + "UNT+٤+7'".encode()).replace(b"UNOC", b"UNOY"), WrongElement)


def test_another_reference_of_the_interchange_is_reported_and_of_a_message_refused():
    assert oddities(whole(tail=b"UNZ+1+2'")) == [Oddity.OTHER_INTERCHANGE_REFERENCE]
    assert refused(whole(STATUS + b"UNT+4+8'"), ReferencesDiffer).syntax_error == "28"
    lenient = Profile(tolerates=frozenset(Oddity))
    assert oddities(whole(STATUS + b"UNT+4+8'"), lenient) == [Oddity.OTHER_MESSAGE_REFERENCE]


def test_a_missing_message_is_noticed():
    refusal = refused(whole(tail=b"UNZ+2+1'"), CountsDiffer)
    assert str(refusal) == "Segment 6 UNZ: it says 2, but 1 are there."


def test_one_message_sent_twice_in_one_interchange_is_refused():
    message = STATUS + b"UNT+4+7'"
    assert refused(whole(message + message, tail=b"UNZ+2+1'"), ReferencesDiffer).place == Place(6, "UNH", 1, 1)


def test_groups_are_counted_and_each_counts_its_messages():
    group = b"UNG+IFTSTA+A+B+260501:0930+G%d+UN+D:00B'" + STATUS + b"UNT+4+7'UNE+1+G%d'"
    data = whole(group % (1, 1) + group % (2, 2), tail=b"UNZ+2+1'")
    interchange = read_interchange(data)
    assert (len(interchange.messages), interchange.warnings) == (2, ())
    refused(data.replace(b"UNE+1+G2", b"UNE+2+G2"), CountsDiffer)
    refused(data.replace(b"UNE+1+G2", b"UNE+1+G1"), ReferencesDiffer)
    assert oddities(data.replace(b"UNE+1+G2'", b"")) == [Oddity.NO_UNE]


@pytest.mark.parametrize(
    ("data", "tag"),
    [
        (whole() + UNB, "UNB"),
        (UNB + whole(), "UNB"),
        (whole() + b"UNZ+1+1'", "UNZ"),
        (UNB + b"BGM+23'" + STATUS, "BGM"),
        (whole(STATUS + b"UNT+4+7'UNT+4+7'"), "UNT"),
        (whole(STATUS + b"UNT+4+7'UNE+1+1'"), "UNE"),
        (whole(b"", tail=b"UNZ+0+1'"), "UNZ"),
        (UNB, "UNB"),
    ],
)
def test_a_service_segment_stands_only_where_it_belongs(data, tag):
    assert refused(data, BrokenEnvelope).place.tag == tag


@pytest.mark.parametrize("name", [b"bgm", b"BG", b"BGMX", b""])
def test_a_tag_is_three_capitals(name):
    assert refused(whole(b"UNH+7+IFTSTA:D:00B:UN'" + name + b"+23'UNT+3+7'"), BrokenSyntax).place.segment == 3


def test_what_nobody_agreed_to_read_is_too_large():
    refused(whole(), InterchangeTooLarge, Profile(most_bytes=50))
    refused(whole(), InterchangeTooLarge, Profile(most_segments=4))
    refused(whole(b"UNH+7+IFTSTA:D:00B:UN'FTX+" + b"A" * 10_001 + b"'UNT+3+7'"), BrokenSyntax)


def test_megabytes_of_release_characters_are_refused_at_once():
    refused(UNB + b"?" * 1_999_000, InterchangeCutShort)
    refused(UNB + b"?+" * 999_000 + b"'", BrokenSyntax)


def test_a_time_of_preparation_that_is_none_is_left_out_and_reported():
    interchange = read_interchange(whole().replace(b"260501:0930", b"00091022:0101"))
    assert interchange.prepared_at is None
    assert [each.oddity for each in interchange.warnings] == [Oddity.PREPARED_AT]


def outcome(data, profile=COMMON):
    """Read or refused with a place and a sentence; anything else is a fault of ours."""
    try:
        return read_interchange(data, profile)
    except MalformedInterchange as refusal:
        return refusal, refusal.place, str(refusal)


@given(st.binary(max_size=120))
@settings(max_examples=60, deadline=None)
def test_whatever_the_bytes_are_they_are_read_or_refused(data):
    for head in (b"", b"UNA", b"UNA:+.? '", b"UNB+UNOY:3+", UNB, UNB + STATUS):
        outcome(head + data)


MARKED = st.text(st.sampled_from("UNBHTZ+:'?. \r\nÄ中\x001729"), max_size=80)


@given(MARKED, st.sampled_from([b"UNB+UNOY", b"UNH+", b"UNA:+.'UNB+UNOY:3+"]))
@settings(max_examples=100, deadline=None)
def test_whatever_the_marks_are_they_are_read_or_refused(text, head):
    outcome(head + text.encode())


def test_cut_anywhere_a_file_is_refused_or_lost_nothing_but_its_trailer():
    everything = read_interchange(GATE_IN).messages[0].segments
    for end in range(len(GATE_IN.rstrip())):
        found = outcome(GATE_IN[:end])
        if not isinstance(found, tuple):
            assert found.messages[0].segments == everything, GATE_IN[:end][-20:]
            assert found.warnings


def test_a_segment_dropped_or_doubled_is_noticed():
    head, _, body = GATE_IN.partition(b"\n")
    lines = body.splitlines(keepends=True)
    for place in range(len(lines)):
        for changed in (lines[:place] + lines[place + 1 :], [*lines[: place + 1], *lines[place:]]):
            found = outcome(head + b"".join(changed))
            assert isinstance(found, tuple) or found.warnings, place
