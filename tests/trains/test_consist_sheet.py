"""Reading a consist: every fault with its line, column and remedy."""

import time
import tracemalloc
import zipfile
from decimal import Decimal
from io import BytesIO

import pytest

from apps.common.xlsx import MOST_BYTES, workbook_of
from apps.trains.consist import COLUMNS, LONGEST, ConsistRefused, read_consist, read_wagons

HEADING = ",".join(COLUMNS[:12])
GOOD = "1,CN7,5200107,X70,22000,13.4,1,CSQU3054383,22G1,yes,21000,KZALA"


def sheet(*lines, heading=HEADING):
    return "\n".join([heading, *lines]).encode()


def faults(*lines, **more):
    with pytest.raises(ConsistRefused) as refused:
        read_consist(sheet(*lines, **more))
    return refused.value.faults


def test_wagons_come_in_their_order_with_what_stands_on_them():
    consist = read_consist(
        sheet("2,CIS8,24548885,,,,,,,,,", GOOD, "1,CN7,5200107,X70,22000,13.4,2,TCLU5088040,22G1,no,,")
    )
    assert [wagon.number for wagon in consist.wagons] == ["5200107", "24548885"]
    assert [box.number for box in consist.boxes] == ["CSQU3054383", "TCLU5088040"]
    assert consist.boxes[1].laden is False
    assert consist.boxes[1].gross_kg is None


@pytest.mark.parametrize("mangle", [lambda b: b"\xef\xbb\xbf" + b, lambda b: b.replace(b",", b";")])
def test_a_sheet_as_spreadsheets_save_it_is_read(mangle):
    assert len(read_consist(mangle(sheet(GOOD))).boxes) == 1


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (GOOD.replace("CSQU3054383", "CSQU3054384"), "container_number", "CSQU3054384"),
        (GOOD.replace("CSQU3054383", "СSQU3054383"), "container_number", "СSQU3054383"),
        (GOOD.replace("5200107", "520010"), "wagon_number", "520010"),
        (GOOD.replace("CN7", "CN9"), "wagon_scheme", "CN9"),
        (GOOD.replace("CN7,5200107", "CIS8,24548884"), "wagon_number", "24548884"),
        (GOOD.replace("22G1", "ZZZZ"), "size_type", "ZZZZ"),
        (GOOD.replace("yes", "maybe"), "laden", "maybe"),
        (GOOD.replace("21000", "-5"), "gross_kg", "-5"),
        (GOOD.replace("13.4,1,", "13.4,3,"), "position", "3"),
        (GOOD.replace("13.4", "NaN"), "length_m", "NaN"),
        ("x" + GOOD[1:], "wagon_sequence", "x"),
        (GOOD.replace("21000", "²"), "gross_kg", "²"),
    ],
)
def test_a_fault_is_told_with_line_column_value_and_remedy(line, column, value):
    [fault] = faults(line)
    assert (fault.line, fault.column, fault.value) == (2, column, value)
    assert fault.reason
    assert fault.remedy


def test_a_wrong_check_digit_names_the_right_one():
    [fault] = faults(GOOD.replace("CSQU3054383", "MSKU1234567"))
    assert "5" in fault.reason


def test_every_fault_of_a_sheet_is_told_at_once():
    found = faults(GOOD.replace("yes", "?").replace("22G1", "??"), GOOD.replace("CSQU3054383", "MSKU1234567"))
    assert [(fault.line, fault.column) for fault in found] == [(2, "size_type"), (2, "laden"), (3, "container_number")]


def test_a_box_stands_on_one_wagon():
    [fault] = faults(GOOD, "2,CN7,5200114,X70,22000,13.4,1,CSQU3054383,22G1,yes,21000,KZALA")
    assert (fault.line, fault.column) == (3, "container_number")


def test_a_wagon_is_in_the_train_once():
    [fault] = faults(GOOD, "2,CN7,5200107,X70,22000,13.4,1,TCLU5088040,22G1,yes,21000,KZALA")
    assert (fault.line, fault.column) == (3, "wagon_number")


def test_a_place_in_the_train_has_one_wagon():
    [fault] = faults(GOOD, "1,CN7,5200114,X70,22000,13.4,2,TCLU5088040,22G1,yes,21000,KZALA")
    assert (fault.line, fault.column) == (3, "wagon_number")


def test_a_40_foot_box_does_not_fit_on_a_half_occupied_wagon():
    [fault] = faults(GOOD, "1,CN7,5200107,X70,22000,13.4,2,TCLU5088040,42G1,yes,21000,KZALA")
    assert (fault.line, fault.column) == (3, "position")


def test_a_missing_column_is_named():
    [fault] = faults("1", heading=HEADING.replace(",laden", ""))
    assert (fault.line, fault.column) == (1, "laden")


def test_a_sheet_without_wagons_is_refused():
    assert len(faults()) == 1
    assert len(faults(heading="")) == 1


def lines(count):
    return [(n % 200 + 1, "CN7", 5_200_000 + n % 200, *[""] * 9) for n in range(count)]


def refused(content):
    with pytest.raises(ConsistRefused) as refusal:
        read_consist(content)
    return refusal.value.faults


def as_csv(rows):
    return sheet(*[",".join(map(str, row)) for row in rows])


def as_workbook(rows):
    return workbook_of([COLUMNS[:12], *rows])


@pytest.mark.parametrize("pack", [as_csv, as_workbook])
def test_a_hundred_thousand_lines_are_one_fault_at_the_limit_told_at_once_and_in_little_memory(pack):
    content = pack(lines(100_000))
    start = time.perf_counter()
    [fault] = refused(content)
    assert time.perf_counter() - start < 2
    assert fault.line == LONGEST + 2
    assert "one train" in fault.remedy
    tracemalloc.start()
    refused(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * len(content) + 8_000_000


def test_a_sheet_too_long_and_full_of_faults_is_told_its_length_alone():
    assert len(refused(as_csv([("x", *row[1:]) for row in lines(LONGEST + 1)]))) == 1


def test_empty_lines_are_no_lines():
    assert len(read_consist(sheet(GOOD, *[","] * 2 * LONGEST, "2,CIS8,24548885,,,,,,,,,")).wagons) == 2


def test_another_encoding_is_refused_with_its_line_and_how_to_save_it():
    for encoding, word in (("cp1251", "вагон"), ("gb18030", "车皮"), ("utf-16-le", "вагон")):
        [fault] = refused(sheet(GOOD) + ("\n" + word).encode(encoding) + b"\xff")
        assert "UTF-8" in fault.reason
        assert "CSV UTF-8" in fault.remedy
    assert refused(sheet(GOOD) + "\nвагон".encode("cp1251"))[0].line == 3


def test_unicode_text_as_spreadsheets_save_it_is_read():
    for order, mark in (("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")):
        content = mark + sheet(GOOD).decode().replace(",", "\t").encode(order)
        assert read_consist(content).boxes[0].number == "CSQU3054383"


@pytest.mark.parametrize(
    ("content", "word"), [(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS")]
)
def test_what_is_no_sheet_is_called_what_it_is_whatever_its_name(content, word):
    [fault] = refused(content + b"\0" * 100)
    assert word in fault.reason


def test_a_workbook_that_unpacks_beyond_measure_is_refused_in_little_memory():
    rows = "".join(f"<row><c><v>{n}</v></c></row>" for n in range(3))
    bomb = BytesIO()
    with zipfile.ZipFile(BytesIO(as_workbook([]))) as good, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        for name in good.namelist():
            more = rows + " " * 4 * MOST_BYTES if name == "xl/sheet.xml" else ""
            book.writestr(name, good.read(name).replace(b"</sheetData>", more.encode() + b"</sheetData>"))
    content = bomb.getvalue()
    assert len(content) < MOST_BYTES / 50
    tracemalloc.start()
    faults = refused(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert any("unpacks to more" in fault.reason for fault in faults)
    assert peak < 2 * MOST_BYTES


def test_a_broken_workbook_is_refused():
    [fault] = refused(as_workbook([])[:200])
    assert "broken" in fault.reason


def test_a_workbook_is_read_as_it_was_written():
    row = (1, "CN7", 5200107, "X70", 22000, Decimal("13.4"), 1, "CSQU3054383", "22G1", "yes", 21000, "KZALA")
    assert read_consist(as_workbook([row])) == read_consist(sheet(GOOD))


FULL = ",".join(COLUMNS)


def test_seals_and_dangerous_goods_are_read_where_there_are_columns_for_them():
    [box] = read_consist(sheet(GOOD + ",CN771 kz903,1203,3,", heading=FULL)).boxes
    assert (box.seals, box.un_number, box.imdg_class) == (("CN771", "KZ903"), "1203", "3")


def test_a_sheet_without_those_columns_says_nothing_of_them():
    [box] = read_consist(sheet(GOOD)).boxes
    assert (box.seals, box.un_number, box.imdg_class) == ((), "", "")


@pytest.mark.parametrize(
    ("more", "column"),
    [(",A B C D E F G,,", "seals"), (",,12,3", "un_number"), (",,1203,99", "imdg_class"), (",,1203,", "imdg_class")],
)
def test_a_fault_in_those_columns_is_told(more, column):
    [fault] = refused(sheet(f"{GOOD}{more},", heading=FULL))
    assert fault.column == column


@pytest.mark.parametrize(
    ("said", "notes"),
    [
        ("398-0114", (("smgs", "398-0114"),)),
        (" smgs  398-0114 ", (("smgs", "398-0114"),)),
        ("CIM 398-0114", (("cim", "398-0114"),)),
        ("CIM/SMGS 398-0114", (("cim", "398-0114"), ("smgs", "398-0114"))),
        ("", ()),
    ],
)
def test_a_consignment_note_is_known_by_its_kind_and_number(said, notes):
    [box] = read_consist(sheet(f"{GOOD},,,,{said}", heading=FULL)).boxes
    assert box.notes == notes


def test_a_consignment_note_of_sixty_one_characters_is_told():
    [fault] = refused(sheet(f"{GOOD},,,,CIM {'9' * 61}", heading=FULL))
    assert fault.column == "consignment_note"


def test_a_destination_that_is_no_place_is_told():
    [fault] = faults(GOOD.replace("KZALA", "Almaty"))
    assert fault.column == "destination"


BOX = {"position": 1, "container": "CSQU3054383", "size_type": "22G1", "laden": True}
WAGON = {"scheme": "CN7", "number": "5200107"}


def pointers(*wagons):
    with pytest.raises(ConsistRefused) as refusal:
        read_wagons(wagons)
    return [fault["pointer"] for fault in refusal.value.facts["faults"]]


def test_json_says_the_same_as_a_sheet():
    box = {**BOX, "gross_kg": 21000, "destination": "KZALA", "seals": ["CN771", "KZ903"]}
    wagon = {**WAGON, "wagon_type": "X70", "tare_kg": 22000, "length_m": Decimal("13.4"), "boxes": [box]}
    assert read_wagons([wagon]) == read_consist(sheet(GOOD + ",CN771 KZ903,,,", heading=FULL))


def test_faults_of_json_stand_at_their_members_each_once():
    wrong = {**WAGON, "number": "520010", "boxes": [{**BOX, "container": "CSQU3054384"}, {**BOX, "size_type": "?"}]}
    assert pointers(wrong, {**WAGON, "boxes": [{**BOX, "un_number": "12", "imdg_class": "3"}]}) == [
        "/wagons/0/number", "/wagons/0/boxes/0/container", "/wagons/0/boxes/1/size_type",
        "/wagons/1/boxes/0/un_number",
    ]  # fmt: skip


def test_json_has_a_wagon_once_a_box_once_and_no_more_than_fits():
    long = {**BOX, "size_type": "42G1", "container": "TCLU5088040", "position": 2}
    assert pointers({**WAGON, "boxes": []}, {**WAGON, "boxes": []}) == ["/wagons/1/number"]
    assert pointers({**WAGON, "boxes": [BOX, {**BOX, "position": 2}]}) == ["/wagons/0/boxes/1/container"]
    assert pointers({**WAGON, "boxes": [BOX, long]}) == ["/wagons/0/boxes/1/position"]
