"""Reading a consist: every fault with its line, column and remedy."""

import pytest

from apps.trains.consist import COLUMNS, LONGEST, ConsistRefused, read_consist

HEADING = ",".join(COLUMNS)
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


def test_a_sheet_that_is_no_train_is_refused_at_its_limit():
    found = faults(*[f"{n % 200 + 1},CN7,{5200000 + n % 200},,,,,,,,," for n in range(100_000)])
    assert [fault.line for fault in found] == [LONGEST + 2]


def test_another_encoding_is_refused_with_its_line():
    with pytest.raises(ConsistRefused) as refused:
        read_consist(sheet(GOOD) + "\nвагон".encode("cp1251"))
    assert refused.value.faults[0].line == 3
