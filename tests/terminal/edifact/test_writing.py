"""What we write: counted, referred to, and read back as the same facts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.dangerous_goods import CLASSES
from terminal.edifact.acknowledging import Objection, Receipt, read_answers, receipt_for, who_wrote
from terminal.edifact.drafting import Letter
from terminal.edifact.envelope import Address, read_interchange
from terminal.edifact.facts import (
    Box,
    Function,
    Gate,
    GateReport,
    Hazard,
    Head,
    Location,
    Means,
    MessageType,
    Move,
    Overhang,
    Party,
    Reference,
    Seal,
    ShipReport,
    ShipWork,
    Stage,
    Standing,
    Status,
    StatusReport,
    StatusTold,
    Time,
)
from terminal.edifact.faults import MalformedInterchange, Place, UnknownMessageType, WrongElement
from terminal.edifact.profile import STRICT
from terminal.edifact.reading import read
from terminal.edifact.writing import status_code, write
from terminal.seals import SealOwner
from terminal.throughput import Mode

SAMPLES = {each.stem: each.read_bytes() for each in sorted((Path(__file__).parent / "samples").glob("*.edi"))}
SHANGHAI = ZoneInfo("Asia/Shanghai")
STRICTLY = replace(STRICT, zone=SHANGHAI)
"""What we write gives nobody reason for a warning."""

NOON = datetime(2026, 5, 1, 12, tzinfo=SHANGHAI)
LETTER = Letter(
    sender=Address("RAILTERM", "ZZZ"), recipient=Address("LINEAGENT", "ZZZ"), reference="OUT1", prepared_at=NOON
)

WORDS = st.text("ABCabcÄЖ中 '+:?.,-/09", min_size=1, max_size=30).map(str.strip).filter(bool)
CODES = st.text("ABCXYZ0123456789", min_size=1, max_size=12)
MOMENTS = st.integers(0, 500_000).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
SOME = {"max_size": 2}


def some(each):
    return st.lists(each, **SOME).map(tuple)


TIMES = st.builds(Time, st.sampled_from(["132", "133", "178"]), MOMENTS) | st.builds(
    Time, st.just("132"), st.just(datetime(2026, 5, 1, tzinfo=SHANGHAI)), st.just(True)
)
REFERENCES = st.builds(Reference, st.sampled_from(["BN", "BM", "ABT"]), WORDS)
PLACES = st.builds(Location, st.sampled_from(["9", "11", "165"]), st.just("KZHOR"), WORDS, CODES, st.booleans())
PLACES_OF_MEANS = st.builds(Location, st.just("7"), st.just("CNLYG"), times=some(TIMES))
PARTIES = st.builds(Party, st.sampled_from(["CA", "CF", "MS"]), CODES, WORDS, st.just("172"), st.just("20"))
MEANS = st.builds(
    Means,
    stage=st.sampled_from(Stage),
    mode=st.sampled_from([None, *Mode]),
    journey=CODES,
    identity=CODES,
    scheme=st.sampled_from(["146", "103"]),
    name=WORDS,
    carrier=CODES,
    carrier_name=WORDS,
    references=some(REFERENCES),
    locations=some(PLACES_OF_MEANS),
    times=some(TIMES),
)
KG = st.none() | st.integers(1, 40_000)
BOXES = st.builds(
    Box,
    number=st.sampled_from(["CSQU3054383", "TCLU5088040", "UACU8175070"]),
    size_type=st.sampled_from(["22G1", "45R1", "L5G1", ""]),
    laden=st.sampled_from([None, True, False]),
    standing=st.sampled_from([None, *Standing]),
    stow=st.sampled_from(["", "012-04-82"]),
    gross_kg=KG,
    vgm_kg=KG,
    tare_kg=KG,
    celsius=st.none() | st.decimals(-80, 60, places=1),
    seals=some(st.builds(Seal, CODES, st.sampled_from([None, *SealOwner]))),
    hazards=some(st.builds(Hazard, st.sampled_from(list(CLASSES)), st.sampled_from(["", "1263"]))),
    overhangs=some(st.builds(Overhang, st.sampled_from(["front", "right", "height"]), st.integers(0, 200))),
    references=some(REFERENCES),
    times=some(TIMES),
    locations=some(PLACES),
    parties=some(PARTIES),
    means=some(MEANS),
    remarks=some(WORDS),
)
DIALECTS = st.sampled_from(["D.95B", "D.00B"])


def heads(kind, code):
    return st.builds(
        Head,
        type=st.just(kind),
        dialect=DIALECTS,
        association=st.sampled_from(["", "SMDG16"]),
        reference=CODES,
        document=CODES,
        code=st.just(code),
        function=st.sampled_from(Function),
        issued_at=st.none() | MOMENTS,
        references=some(REFERENCES),
        times=some(TIMES),
        locations=some(PLACES),
        parties=some(PARTIES),
        remarks=some(WORDS),
    )


MOVES = st.lists(st.builds(Move, BOXES, MOMENTS), min_size=1, max_size=3, unique_by=lambda move: move.box.number).map(
    tuple
)
GATE_REPORTS = st.builds(
    GateReport, head=heads(MessageType.CODECO, "109"), way=st.just(Gate.IN), moves=MOVES, means=some(MEANS)
)
SHIP_REPORTS = st.builds(
    ShipReport, head=heads(MessageType.COARRI, "46"), work=st.just(ShipWork.LOADED), moves=MOVES, means=some(MEANS)
)
STATUSES = st.builds(
    StatusTold,
    status=st.just(Status.DEPARTED),
    code=st.just("RL"),
    at=MOMENTS,
    said=WORDS,
    boxes=st.lists(BOXES, min_size=1, max_size=2).map(tuple),
    references=some(REFERENCES),
    times=some(TIMES),
    locations=some(PLACES),
    parties=some(PARTIES),
    means=some(MEANS),
    remarks=some(WORDS),
)
STATUS_REPORTS = st.builds(
    StatusReport,
    head=heads(MessageType.IFTSTA, "44"),
    statuses=st.lists(STATUSES, min_size=1, max_size=2).map(tuple),
)


def gate_report(**head):
    box = Box(number="CSQU3054383", size_type="45G1", laden=True, seals=(Seal("CN1", SealOwner.CARRIER),))
    return GateReport(
        head=Head(type=MessageType.CODECO, document="GO-1", **head), way=Gate.OUT, moves=(Move(box, NOON),)
    )


def test_a_gate_report_is_written_as_its_dialect_has_it():
    data = write([gate_report()], LETTER, STRICTLY)
    assert data.decode("latin-1").split("'")[1:] == [
        "UNB+UNOC:3+RAILTERM:ZZZ+LINEAGENT:ZZZ+260501:1200+OUT1",
        "UNH+1+CODECO:D:95B:UN",
        "BGM+36+GO-1+9",
        "EQD+CN+CSQU3054383+45G1:102:5+++5",
        "DTM+7:202605011200:203",
        "SEL+CN1+CA",
        "CNT+16:1",
        "UNT+7+1",
        "UNZ+1+OUT1",
        "",
    ]
    later = write([gate_report(dialect="D.00B")], LETTER, STRICTLY)
    assert b"BGM+111+" in later
    assert b"DTM+203:" in later


def test_several_messages_of_one_interchange_are_counted_and_numbered():
    interchange = read_interchange(write([gate_report(), gate_report(), gate_report()], LETTER), STRICT)
    assert [each.reference for each in interchange.messages] == ["1", "2", "3"]


def test_letters_beyond_the_shared_alphabet_are_written_in_the_one_that_has_all():
    report = replace(gate_report(), means=(Means(stage=Stage.MAIN, name="新莲云"),))
    data = write([report], LETTER, STRICTLY)
    assert b"UNOY" in data
    assert read(data, STRICTLY).told[0].means == report.means


def test_marks_within_a_text_are_released():
    report = replace(gate_report(), means=(Means(stage=Stage.MAIN, name="O'NEIL+CO: WHY?"),))
    data = write([report], LETTER, STRICTLY)
    assert b"O?'NEIL?+CO?: WHY??" in data
    assert read(data, STRICTLY).told[0].means == report.means


def test_signs_nobody_can_see_become_blanks():
    report = replace(gate_report(), means=(Means(stage=Stage.MAIN, name="XIN\nLIAN\x00YUN"),))
    assert read(write([report], LETTER, STRICTLY), STRICTLY).told[0].means[0].name == "XIN LIAN YUN"


@pytest.mark.parametrize(
    ("status", "mode", "code"),
    [
        (Status.LOADED, Mode.RAIL, "AL"),
        (Status.LOADED, Mode.SEA, "AE"),
        (Status.DISCHARGED, Mode.RAIL, "UR"),
        (Status.GATED_OUT, Mode.ROAD, "OA"),
        (Status.CUSTOMS_RELEASED, None, "CT"),
        (Status.STRIPPED, Mode.ROAD, "28"),
        (Status.DELIVERED, None, "21"),
    ],
)
def test_a_status_has_the_code_that_carriers_use_by_its_mode(status, mode, code):
    means = (Means(stage=Stage.MAIN, mode=mode),) if mode else ()
    assert status_code(StatusTold(status=status, code="", at=NOON, means=means)) == code


def test_every_status_can_be_written():
    for status in Status:
        assert status_code(StatusTold(status=status, code="", at=NOON))


def test_an_interchange_that_was_read_is_acknowledged():
    receipt = receipt_for(SAMPLES["codeco_gate_in"])
    assert receipt == Receipt(
        interchange="IC0001", sender=Address("RAILTERM", "ZZZ"), recipient=Address("LINEAGENT", "ZZZ"), accepted=True
    )
    data = write([receipt], LETTER)
    assert b"UCI+IC0001+RAILTERM:ZZZ+LINEAGENT:ZZZ+7'UNT+3+1'" in data
    assert read_answers(data) == (replace(receipt, reference="1"),)


def test_a_refusal_is_acknowledged_with_the_place_in_its_message():
    data = SAMPLES["codeco_gate_in"].replace(b"CSQU3054383", b"CSQU3054384")
    with pytest.raises(MalformedInterchange) as refusal:
        read(data)
    receipt = receipt_for(data, refusal=refusal.value)
    assert (receipt.message, receipt.message_type, receipt.dialect) == ("M1", "CODECO", "D.95B")
    assert (receipt.place, receipt.error) == (Place(6, "", 2, 1), "12")
    answer = write([receipt], LETTER)
    assert b"UCI+IC0001+RAILTERM:ZZZ+LINEAGENT:ZZZ+4+12'UCM+M1+CODECO:D:95B:UN+4'UCS+6'UCD+12+2:1'UNT+6+1'" in answer
    assert read_answers(answer) == (replace(receipt, reference="1"),)


def test_what_is_wrong_outside_all_messages_is_said_of_the_service_segment():
    data = SAMPLES["codeco_gate_in"].replace(b"UNZ+1", b"UNZ+2")
    with pytest.raises(MalformedInterchange) as refusal:
        read(data)
    answer = write([receipt_for(data, refusal=refusal.value)], LETTER)
    assert b"+4+29+UNZ+1:1'" in answer
    assert read_answers(answer)[0].place == Place(0, "UNZ", 1, 1)


def test_a_file_that_breaks_off_can_still_be_answered_and_one_without_header_cannot():
    data = SAMPLES["codeco_gate_in"]
    broken = data[:300] + b"\x00\xff"
    assert who_wrote(broken).reference == "IC0001"
    with pytest.raises(MalformedInterchange) as refusal:
        read(broken)
    assert receipt_for(broken, refusal=refusal.value).accepted is False
    assert receipt_for(data[data.index(b"UNH") :]) is None
    assert receipt_for(b"hello") is None


@given(st.binary(max_size=60), st.integers(0, 400))
@settings(max_examples=60, deadline=None)
def test_whatever_is_refused_can_be_answered_or_not_but_never_fails(junk, place):
    data = SAMPLES["coparn_release"][:place] + junk + SAMPLES["coparn_release"][place:]
    try:
        read(data)
    except MalformedInterchange as refusal:
        receipt = receipt_for(data, refusal=refusal)
        if receipt is not None:
            read_answers(write([receipt], LETTER))


@given(st.builds(
    Objection, document=CODES, answers=CODES, accepted=st.booleans(), issued_at=MOMENTS, error=CODES,
    text=st.lists(CODES, min_size=1, max_size=20).map(" ".join), dialect=DIALECTS, reference=CODES,
))  # fmt: skip
@settings(max_examples=30, deadline=None)
def test_an_objection_is_read_back_as_it_was_written(objection):
    assert read_answers(write([objection], LETTER, STRICTLY), STRICTLY) == (objection,)


def test_what_is_no_answer_is_not_read_as_one():
    with pytest.raises(UnknownMessageType):
        read_answers(SAMPLES["codeco_gate_in"])
    with pytest.raises(WrongElement):
        read_answers(b"UNH+1+CONTRL:D:3:UN'UCI+1+A+B+5'UNT+3+1'")


def test_a_temperature_keeps_its_tenth():
    report = gate_report()
    box = replace(report.moves[0].box, celsius=Decimal("-18.5"))
    written = write([replace(report, moves=(Move(box, NOON),))], LETTER, STRICTLY)
    assert read(written, STRICTLY).told[0].moves[0].box.celsius == Decimal("-18.5")


@given(st.one_of(GATE_REPORTS, SHIP_REPORTS, STATUS_REPORTS))
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_back_as_the_same_facts_without_a_warning(told):
    received = read(write([told], LETTER, STRICTLY), STRICTLY)
    assert received.told == (told,)
    assert received.warnings == ()
