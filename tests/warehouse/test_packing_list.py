"""A packing list is read to its end, and every fault in it is told with where it stands and what would be right."""

from decimal import Decimal

import pytest

from apps.common.xlsx import workbook_of
from apps.warehouse.packing import COLUMNS, PackingListRefused, read_lots, read_packing_list

HEADING = "line,goods,packages,package_kind,gross_kg,volume_m3,hs_code,marks,origin,customs_status"
YARN = "1,Cotton yarn,100,bale,1000,2.5,5205 12,ALM 1-100,uz,free"
FRUIT = '2,Dried apricots,40,carton,"402,5",,08131000,,KZ,'


def sheet(*lines, heading=HEADING):
    return "\n".join([heading, *lines]).encode()


def faults(*lines, **more):
    """Line, column and remedy of every fault."""
    with pytest.raises(PackingListRefused) as refused:
        read_packing_list(sheet(*lines, **more))
    return [(fault.line, fault.column) for fault in refused.value.faults]


def test_a_list_says_what_is_in_the_box_line_by_line():
    yarn, fruit = read_packing_list(sheet(YARN, FRUIT))
    assert (yarn.goods, yarn.packages, yarn.gross_kg, yarn.volume_m3) == ("Cotton yarn", 100, 1_000, Decimal("2.5"))
    assert (yarn.hs_code, yarn.origin, yarn.customs_status) == ("520512", "UZ", "free")
    assert (fruit.line, fruit.gross_kg, fruit.volume_m3, fruit.customs_status) == (2, Decimal("402.5"), 0, "unknown")


def test_a_workbook_says_the_same():
    rows = [COLUMNS, (1, "Cotton yarn", 100, "bale", 1000, 2.5, "520512", "", "UZ", "free", "no", "")]
    assert read_packing_list(workbook_of(rows))[0].packages == 100


def test_right_totals_are_taken_and_wrong_ones_told_each_where_it_stands():
    assert len(read_packing_list(sheet(YARN, FRUIT, "total,,140,,1402.5,2.5,,,,"))) == 2
    assert len(read_packing_list(sheet(YARN, FRUIT, "Total,,140,,,,,,,"))) == 2
    with pytest.raises(PackingListRefused) as refused:
        read_packing_list(sheet(YARN, FRUIT, "total,,141,,1400,2.5,,,,"))
    told = [(fault.line, fault.column, fault.value, fault.reason) for fault in refused.value.faults]
    assert told == [
        (4, "packages", "141", "The lines above add up to 140."),
        (4, "gross_kg", "1400", "The lines above add up to 1402.5."),
    ]


def test_totals_stated_twice_are_a_fault():
    assert faults(YARN, "total,,100,,,,,,,", "total,,100,,,,,,,") == [(4, "line")]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("line", "0"),
        ("goods", ""),
        ("package_kind", ""),
        ("packages", "0"),
        ("packages", "-3"),
        ("packages", "2.5"),
        ("packages", ""),
        ("gross_kg", "0"),
        ("gross_kg", "-1"),
        ("gross_kg", ""),
        ("gross_kg", "NaN"),
        ("gross_kg", "heavy"),
        ("volume_m3", "-0.1"),
        ("hs_code", ""),
        ("hs_code", "5205"),
        ("hs_code", "77"),
        ("hs_code", "770101"),
        ("hs_code", "990101"),
        ("hs_code", "52051"),
        ("hs_code", "52O512"),
        ("origin", "UZB"),
        ("customs_status", "cleared"),
        ("chilled", "perhaps"),
        ("imdg_class", "12"),
    ],
)
def test_what_cannot_be_is_told_with_its_line_and_column(column, value):
    said = dict(zip(HEADING.split(","), YARN.split(","), strict=True)) | {"chilled": "no", "imdg_class": ""}
    line = ",".join((said | {column: value}).values())
    assert faults(YARN, line.replace("1,", "2,", 1) if column != "line" else line, heading=",".join(said)) == [
        (3, column)
    ]


def test_every_fault_is_told_at_once():
    found = faults("1,,0,bale,0,,77,,,free", "1,Raisins,5,bag,-2,,080620,,,")
    assert found == [(2, "goods"), (2, "packages"), (2, "gross_kg"), (2, "hs_code"), (3, "gross_kg")]


def test_two_lines_of_one_number_are_a_fault():
    assert faults(YARN, YARN) == [(3, "line")]


def test_a_list_of_no_goods_is_none():
    assert len(faults()) == 1


def test_a_malformed_code_is_told_with_what_would_be_right():
    with pytest.raises(PackingListRefused) as refused:
        read_packing_list(sheet(YARN.replace("5205 12", "770101")))
    (fault,) = refused.value.faults
    assert "no chapter 77" in fault.reason
    assert "6, 8 or 10 digits" in fault.remedy


LOT = {"goods": "Cotton yarn", "packages": 100, "package_kind": "bale", "gross_kg": "1000.5", "hs_code": "520512"}


def test_a_list_in_json_is_read_as_the_sheet_it_could_have_been():
    (yarn,) = read_lots([{**LOT, "chilled": True}], {"packages": 100, "gross_kg": "1000.5"})
    assert (yarn.line, yarn.packages, yarn.gross_kg, yarn.chilled) == (1, 100, Decimal("1000.5"), True)


def test_faults_of_json_stand_at_their_members():
    with pytest.raises(PackingListRefused) as refused:
        read_lots([LOT, {**LOT, "packages": 0, "hs_code": "77"}])
    assert [fault.pointer for fault in refused.value.faults] == ["/lots/1/packages", "/lots/1/hs_code"]
    with pytest.raises(PackingListRefused) as refused:
        read_lots([LOT], {"packages": 99})
    assert [fault.pointer for fault in refused.value.faults] == ["/totals/packages"]
