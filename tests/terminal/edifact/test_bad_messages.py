"""What is refused in a message, and where; what is only reported; and that nothing else ever happens."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.edifact.faults import (
    BrokenEnvelope,
    CountsDiffer,
    InterchangeTooLarge,
    MalformedInterchange,
    MissingElement,
    MissingSegment,
    NotAgreed,
    RefusedElement,
    UnknownCode,
    UnknownMessageType,
    WrongElement,
)
from terminal.edifact.oddities import TOLERATED, Oddity
from terminal.edifact.profile import COMMON, MalformedProfile, Profile
from terminal.edifact.reading import read

SAMPLES = {each.stem: each.read_bytes() for each in sorted((Path(__file__).parent / "samples").glob("*.edi"))}
LENIENT = Profile(tolerates=frozenset(Oddity))


def changed(name, old, new):
    data = SAMPLES[name]
    assert old in data
    return data.replace(old, new, 1)


def refused(data, refusal, profile=COMMON):
    with pytest.raises(refusal) as found:
        read(data, profile)
    assert type(found.value) is refusal
    where = found.value.place
    return where.segment, where.tag, where.element, where.component


def warned(data, profile=COMMON):
    return [(each.oddity, each.place.segment) for each in read(data, profile).warnings]


@pytest.mark.parametrize(
    ("name", "old", "new", "refusal", "where"),
    [
        ("codeco_gate_in", b"CSQU3054383", b"CSQU3054384", RefusedElement, (7, "EQD", 2, 1)),
        ("codeco_gate_in", b"CSQU3054383", b"CSQI3054383", RefusedElement, (7, "EQD", 2, 1)),
        ("codeco_gate_in", b"CSQU3054383", b"", MissingElement, (7, "EQD", 2, 1)),
        ("codeco_gate_in", b"BGM+34", b"BGM+35", UnknownCode, (3, "BGM", 1, 1)),
        ("codeco_gate_in", b"0501+9'", b"0501+21'", UnknownCode, (3, "BGM", 3, 1)),
        ("codeco_gate_in", b"++2+5'", b"++77+5'", UnknownCode, (7, "EQD", 5, 1)),
        ("codeco_gate_in", b"++2+5'", b"++2+F'", UnknownCode, (7, "EQD", 6, 1)),
        ("codeco_gate_in", b"JPTYO", b"TOKYO1", RefusedElement, (11, "LOC", 2, 1)),
        ("codeco_gate_in", b"KGM:24350", b"KGM:heavy", WrongElement, (12, "MEA", 3, 2)),
        ("codeco_gate_in", b"KGM:24350", b"KGM:240350", WrongElement, (12, "MEA", 3, 2)),
        ("codeco_gate_in", b"KGM:24350", b"KGM:-5", WrongElement, (12, "MEA", 3, 2)),
        ("codeco_gate_in", b"KGM:24350", b"KGM:1e999999", WrongElement, (12, "MEA", 3, 2)),
        ("codeco_gate_in", b"KGM:24350", b"STN:24", UnknownCode, (12, "MEA", 3, 1)),
        ("codeco_gate_in", b"DTM+7:202605010915:203'", b"", MissingSegment, (7, "EQD", 0, 0)),
        ("codeco_gate_in", b"DTM+7:202605010915:203", b"DTM+7:20260501:102", MissingSegment, (7, "EQD", 0, 0)),
        ("codeco_gate_in", b"CODECO", b"ORDERS", UnknownMessageType, (2, "UNH", 2, 1)),
        ("codeco_gate_in", b"CODECO", b"APERAK", UnknownMessageType, (2, "UNH", 2, 1)),
        ("codeco_gate_in", b"BGM+34+GI-2026-0501+9'", b"", BrokenEnvelope, (3, "TDT", 0, 0)),
        ("codeco_gate_in", b"TCLU5088040", b"CSQU3054383", WrongElement, (19, "EQD", 2, 1)),
        ("coarri_discharge", b"0050382", b"tier9", RefusedElement, (13, "LOC", 2, 1)),
        ("coprar_load", b"45R1", b"ZZ99", RefusedElement, (9, "EQD", 3, 1)),
        ("coprar_load", b"-18.0:CEL", b"-180:CEL", RefusedElement, (14, "TMP", 2, 1)),
        ("coprar_load", b"-18.0:CEL", b"-18.0:KEL", UnknownCode, (14, "TMP", 2, 2)),
        ("coprar_load", b"IMD+8+1760", b"IMD+8.8+1760", RefusedElement, (22, "DGS", 2, 1)),
        ("coprar_load", b"IMD+8+1760", b"IMD+8+176O", RefusedElement, (22, "DGS", 3, 1)),
        ("coparn_release", b"EQN+3", b"EQN+0", WrongElement, (10, "EQN", 1, 1)),
        ("coparn_acceptance", b"SGP+CSQU3054383", b"SGP+CSQU3054388", RefusedElement, (10, "SGP", 1, 1)),
        ("iftsta_rail", b"STS+1+RL", b"STS+1+QQ", UnknownCode, (7, "STS", 2, 1)),
        ("iftsta_rail", b"DTM+334:202605042340:203'", b"", MissingSegment, (7, "STS", 0, 0)),
        ("iftsta_rail", b"RFF+EQ:UACU8175070", b"RFF+EQ:UACU8175071", RefusedElement, (14, "RFF", 1, 2)),
        ("copino_delivery", b"++2+5'", b"++6+5'", UnknownCode, (9, "EQD", 5, 1)),
        ("cusres_release", b"GIS+4", b"GIS+8", UnknownCode, (7, "GIS", 1, 1)),
        ("cusres_release", b"GIS+4'", b"", MissingSegment, (3, "BGM", 0, 0)),
        ("cusres_release", b"RFF+ABT:", b"RFF+ABO:", MissingSegment, (3, "BGM", 0, 0)),
        ("cusres_release", b"RFF+AEG", b"RFF+ABT", WrongElement, (12, "RFF", 1, 2)),
        ("baplie_departure", b"UACU8175070", b"CONTAINER", RefusedElement, (16, "EQD", 2, 1)),
        ("baplie_departure", b"0050382", b"0000000", RefusedElement, (11, "LOC", 2, 1)),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(name, old, new, refusal, where):
    assert refused(changed(name, old, new), refusal) == where


@pytest.mark.parametrize(
    ("name", "old", "new", "oddity", "segment"),
    [
        ("codeco_gate_in", b"D:95B", b"D:04B", Oddity.OTHER_DIALECT, 2),
        ("codeco_gate_in", b"0501+9'", b"0501'", Oddity.NO_FUNCTION, 3),
        ("codeco_gate_in", b"45G1", b"ZZ99", Oddity.UNKNOWN_SIZE_TYPE, 7),
        ("codeco_gate_in", b"45G1", b"4500", Oddity.OLD_SIZE_TYPE, 7),
        ("codeco_gate_in", b"TDT+20+618N", b"TDT+99+618N", Oddity.UNKNOWN_CODE, 4),
        ("codeco_gate_in", b"618N+1+", b"618N+7+", Oddity.UNKNOWN_CODE, 4),
        ("codeco_gate_in", b"CU0091+CU", b"CU0091+QQ", Oddity.UNKNOWN_CODE, 15),
        ("codeco_gate_in", b"SEL+CU0091", b"SEL+NO SEAL/NIL", Oddity.UNREADABLE_SEAL, 15),
        ("codeco_gate_in", b"KGM:3900", b"KGM:0", Oddity.NO_WEIGHT, 13),
        ("codeco_gate_in", b"CNT+16:2", b"CNT+16:5", Oddity.BOX_COUNT, 22),
        ("codeco_gate_in", b"UNT+22", b"UNT+56", Oddity.SEGMENT_COUNT, 23),
        ("codeco_gate_in", b"EQD+CN+TCLU5088040", b"EQD+CH+TCLU5088040", Oddity.OTHER_EQUIPMENT, 19),
        ("codeco_gate_in", b"SEL+CU0091+CU", b"XYZ+1", Oddity.FOREIGN_SEGMENT, 15),
        ("coprar_load", b"202605041800:203", b"20260504:203", Oddity.UNREADABLE_TIME, 7),
        ("coprar_load", b"202605041800:203", b"202605041800:719", Oddity.UNREADABLE_TIME, 7),
        ("coprar_load", b"202605041800:203", b"202605041800CET:303", Oddity.UNREADABLE_TIME, 7),
    ],
)
def test_what_does_not_matter_is_reported_and_left_out(name, old, new, oddity, segment):
    data = changed(name, old, new)
    assert warned(data) == [(oddity, segment)]
    strict = Profile(tolerates=TOLERATED - {oddity})
    with pytest.raises(MalformedInterchange):
        read(data, strict)


def test_another_number_of_boxes_is_refused_where_strict_counting_was_agreed():
    strict = Profile(tolerates=TOLERATED - {Oddity.BOX_COUNT})
    assert refused(changed("coprar_load", b"CNT+16:2", b"CNT+16:3"), CountsDiffer, strict) == (23, "CNT", 1, 2)


def test_a_dialect_that_was_not_agreed_is_refused_where_that_was_agreed():
    strict = Profile(tolerates=TOLERATED - {Oddity.OTHER_DIALECT})
    assert refused(changed("codeco_gate_in", b"D:95B", b"D:04B"), NotAgreed, strict) == (2, "UNH", 2, 3)


def test_a_number_outside_the_standard_passes_only_where_that_was_agreed_and_if_it_has_the_form_of_one():
    data = changed("codeco_gate_in", b"CSQU3054383", b"CSQI3054380")
    received = read(data, LENIENT)
    assert received.told[0].moves[0].box.number == "CSQI3054380"
    assert [each.oddity for each in received.warnings] == [Oddity.NUMBER_OUTSIDE_STANDARD]
    refused(changed("codeco_gate_in", b"CSQU3054383", b"CONTAINER"), RefusedElement, LENIENT)


def test_a_box_listed_twice_with_the_same_facts_is_read_once():
    data = SAMPLES["coprar_load"]
    first = data[data.index(b"EQD") : data.index(b"EQD", data.index(b"EQD") + 1)]
    received = read(data.replace(first, first + first), Profile())
    assert [box.number for box in received.told[0].boxes] == ["CSQU3054383", "TCLU5088040"]
    assert {each.oddity for each in received.warnings} == {
        Oddity.BOX_TWICE, Oddity.BOX_COUNT, Oddity.SEGMENT_COUNT,
    }  # fmt: skip


def test_a_refusal_names_the_reason_of_the_check_for_programs_and_people():
    with pytest.raises(RefusedElement) as found:
        read(changed("codeco_gate_in", b"CSQU3054383", b"CSQU3054384"))
    assert found.value.facts["cause"] == "wrong-check-digit"
    assert str(found.value).startswith("Segment 7 EQD, element 2.1: The check digit of CSQU3054384 is 4")


def test_codes_of_a_partner_are_known_by_the_profile():
    gate = changed("codeco_gate_in", b"BGM+34", b"BGM+35").replace(b"45G1", b"40HC")
    profile = Profile(documents={"CODECO": {"35": "out"}}, size_types={"40HC": "45G1"})
    (report,) = read(gate, profile).told
    assert (report.way.value, report.moves[0].box.size_type) == ("out", "45G1")
    (status,) = (
        read(changed("iftsta_rail", b"STS+1+RL", b"STS+1+QQ"), Profile(statuses={"QQ": "arrived"})).told[0].statuses[:1]
    )
    assert status.status.value == "arrived"


def test_a_profile_is_kept_as_plain_data():
    told = {"dialects": ["D.95B"], "statuses": {"QQ": "arrived"}, "tolerates": ["no-unb"], "turn_reference": "AEG"}
    profile = Profile.of(told, zone=ZoneInfo("Asia/Almaty"))
    assert (profile.dialects, profile.tolerates) == (frozenset({"D.95B"}), frozenset({Oddity.NO_UNB}))
    assert Profile.of({}, zone=COMMON.zone) == COMMON


@pytest.mark.parametrize(
    "told",
    [
        [], {"zone": "UTC"}, {"dialects": "D.95B"}, {"dialects": [1]}, {"documents": {"CODECO": "in"}},
        {"documents": {"CODECO": {"34": 1}}}, {"statuses": []}, {"turn_reference": 5}, {"tolerates": ["everything"]},
    ],
)  # fmt: skip
def test_plain_data_that_is_no_profile_is_refused(told):
    with pytest.raises(MalformedProfile):
        Profile.of(told, zone=COMMON.zone)


@pytest.mark.parametrize(
    "told",
    [
        {"documents": {"ORDERS": {}}},
        {"documents": {"CODECO": {"35": "sideways"}}},
        {"statuses": {"QQ": "lost"}},
        {"customs": {"4": "maybe"}},
        {"tolerates": frozenset({"everything"})},
    ],
)
def test_agreements_nobody_can_keep_are_refused(told):
    with pytest.raises(MalformedProfile):
        Profile(**told)


def test_an_hour_the_clock_skipped_is_no_time_and_one_it_showed_twice_is_the_first():
    berlin = Profile(zone=ZoneInfo("Europe/Berlin"))
    skipped = changed("codeco_gate_in", b"202605010915", b"202603290230")
    assert refused(skipped, MissingSegment, berlin) == (7, "EQD", 0, 0)
    twice = changed("codeco_gate_in", b"202605010915", b"202610250230")
    received = read(twice, berlin)
    assert [each.oddity for each in received.warnings] == [Oddity.TIME_TWICE]
    assert received.told[0].moves[0].at.utcoffset().total_seconds() == 7200


@pytest.mark.parametrize(
    ("name", "behind", "more", "times"),
    [
        ("coprar_load", b"LOC+9+CNLYG:139:6'\n", b"LOC+9+CNLYG:139:6'", 2001),
        ("iftsta_rail", b"RFF+BN:BKG778812'\n", b"RFF+EQ:CSQU3054383'", 101),
        ("iftsta_rail", b"SMGS30117722'\n", b"RFF+BN:1'", 101),
    ],
)
def test_what_is_said_once_for_many_is_kept_short(name, behind, more, times):
    data = changed(name, behind, behind + more * times)
    with pytest.raises(InterchangeTooLarge):
        read(data)
    read(changed(name, behind, behind + more * 50))


@pytest.mark.parametrize(
    ("name", "old", "new", "where"),
    [
        ("coarri_discharge", b"EQD+CN+CSQU3054383+4500:102:5++3+4'", b"", (18, "LOC", 2, 1)),
        ("coprar_load", b"TMP+2", b"MEA+AAE+VGM+KGM:24351'TMP+2", (14, "MEA", 3, 2)),
    ],
)
def test_what_can_only_be_said_of_two_boxes_is_not_said_of_one(name, old, new, where):
    assert refused(changed(name, old, new), WrongElement) == where


def test_a_status_has_an_hour():
    day_only = changed("iftsta_rail", b"334:202605042340:203", b"334:20260504:102")
    assert refused(day_only, MissingSegment) == (7, "STS", 0, 0)


def outcome(data, profile):
    """Read, or refused with a place and a sentence; whatever else happens is a fault of ours."""
    try:
        return read(data, profile)
    except MalformedInterchange as refusal:
        return refusal.place, str(refusal), refusal.facts


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_cut_anywhere_is_refused_or_lost_nothing_but_its_trailer(name):
    data, everything = SAMPLES[name], read(SAMPLES[name]).told
    ends = {at + 1 for at, each in enumerate(data) if each in b"'+:"} - {len(data.rstrip())}
    for end in sorted(ends | set(range(0, len(data) - 2, 7))):
        found = outcome(data[:end], LENIENT)
        assert isinstance(found, tuple) or (found.told == everything and found.warnings)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_segment_dropped_or_doubled_is_noticed(name):
    lines = SAMPLES[name].splitlines(keepends=True)
    for place in range(0 if lines[0].startswith(b"UNB") else 1, len(lines)):
        for other in (lines[:place] + lines[place + 1 :], [*lines[: place + 1], *lines[place:]]):
            found = outcome(b"".join(other), COMMON)
            assert isinstance(found, tuple) or found.warnings, lines[place]


@given(data=st.data(), name=st.sampled_from(sorted(SAMPLES)))
@settings(max_examples=80, deadline=None)
def test_whatever_stands_in_an_element_is_read_or_refused(data, name):
    text = SAMPLES[name]
    start = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 12))
    junk = data.draw(st.one_of(st.binary(max_size=8), st.text("0123456789:+'?-.UNEQDTM ", max_size=8).map(str.encode)))
    for profile in (COMMON, replace(LENIENT, charset="iso8859-1")):
        outcome(text[:start] + junk + text[start + length :], profile)
