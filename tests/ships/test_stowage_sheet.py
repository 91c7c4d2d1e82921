"""Reading a discharge or load list: from CSV, XLSX or JSON, every fault with its line, column and remedy."""

import json
import zipfile
from io import BytesIO

import pytest

from apps.common.xlsx import MOST_BYTES
from apps.ships.stowage import COLUMNS, StowageListRefused, read_stowage_list
from tests.factories.ships import stowage_sheet

BOX = "CSQU3054383"
FULL = {
    "container_number": BOX, "size_type": "45R1", "laden": "yes", "gross_kg": 21000, "vgm_kg": 21040,
    "vgm_method": 1, "vgm_by": "Altyn Metals", "seals": "YSL 12345 / KZ777", "un_number": "UN1203",
    "imdg_class": "3", "celsius": "-18,5", "destination": "kzala", "stow": "12 04 82", "onward": "X9014",
    "bill_of_lading": "YSL-0042",
}  # fmt: skip


def csv_of(**line):
    cells = (f'"{line.get(name, "")}"' for name in COLUMNS)
    return "\n".join([",".join(COLUMNS), ",".join(cells)]).encode()


def faults(content):
    with pytest.raises(StowageListRefused) as refused:
        read_stowage_list(content)
    return [(fault.line, fault.column) for fault in refused.value.faults]


def workbook(rows, *, texts=(), extra=""):
    """An XLSX as spreadsheets write it; a cell that is an int points to a shared text."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def cell(column, row, value):
        place = f"{chr(ord('A') + column)}{row}"
        if isinstance(value, int):
            return f'<c r="{place}" t="s"><v>{value}</v></c>'
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""

    body = "".join(
        f'<row r="{n}">{"".join(cell(c, n, value) for c, value in enumerate(row))}</row>'
        for n, row in enumerate(rows, 1)
    )
    parts = {
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{links}"><sheets><sheet r:id="r7"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relation Id="r7" Target="worksheets/list.xml"/></Relationships>',
        "xl/worksheets/list.xml": f"{extra}<worksheet {main}><sheetData>{body}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {main}>{''.join(f'<si><t>{text}</t></si>' for text in texts)}</sst>",
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return file.getvalue()


def test_everything_a_line_can_say_is_read():
    [box] = read_stowage_list(csv_of(**FULL))
    assert (box.number, box.laden, box.gross_kg, box.vgm_kg, box.vgm_method) == (BOX, True, 21000, 21040, 1)
    assert (box.seals, box.un_number, box.imdg_class) == (("YSL", "12345", "KZ777"), "1203", "3")
    assert (str(box.celsius), box.destination, box.stow) == ("-18.5", "KZALA", "012-04-82")
    assert (box.onward, box.bill_of_lading, box.sheet_line) == ("X9014", "YSL-0042", 2)


def test_a_workbook_says_the_same_as_the_csv():
    rows = [COLUMNS, [FULL[name] if name != "container_number" else 0 for name in COLUMNS]]
    content = workbook([[str(c) if c != 0 or n == 0 else 0 for c in row] for n, row in enumerate(rows)], texts=[BOX])
    assert read_stowage_list(content) == read_stowage_list(csv_of(**FULL))


def test_json_says_the_same_as_the_csv():
    told = FULL | {"laden": True, "seals": ["YSL", "12345", "KZ777"], "celsius": -18.5}
    rest = dict.fromkeys(COLUMNS)
    assert read_stowage_list(json.dumps([rest | told]).encode()) == read_stowage_list(csv_of(**FULL))


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"container_number": "CSQU3054384"}, "container_number"),
        ({"size_type": "ZZZZ"}, "size_type"),
        ({"laden": "perhaps"}, "laden"),
        ({"gross_kg": "0"}, "gross_kg"),
        ({"vgm_method": ""}, "vgm_method"),
        ({"vgm_method": "3"}, "vgm_method"),
        ({"vgm_by": ""}, "vgm_by"),
        ({"seals": "пломба"}, "seals"),
        ({"un_number": "12"}, "un_number"),
        ({"imdg_class": "10"}, "imdg_class"),
        ({"imdg_class": ""}, "imdg_class"),
        ({"un_number": ""}, "un_number"),
        ({"celsius": "-200"}, "celsius"),
        ({"size_type": "45G1"}, "celsius"),
        ({"destination": "Almaty"}, "destination"),
        ({"stow": "hatch 4"}, "stow"),
        ({"stow": "000-04-82"}, "stow"),
    ],
)
def test_a_fault_is_told_with_its_line_and_column(changed, column):
    assert faults(csv_of(**FULL | changed)) == [(2, column)]


def test_a_box_is_on_a_list_once():
    assert faults(stowage_sheet(BOX, BOX)) == [(3, "container_number")]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 but no workbook",
        b'[{"container_number": ',
        b"[1, 2]",
        workbook([COLUMNS, [BOX, "45G1", "yes"]], extra='<!DOCTYPE x [<!ENTITY a "b">]>'),
        workbook([["x" * 1000] * 20] * (MOST_BYTES // 20_000 + 1)),
        b"container_number\n" + b"x" * 200_000,
    ],
    ids=["nothing", "no ZIP", "half JSON", "no objects", "with a DOCTYPE", "a bomb", "a cell without end"],
)
def test_what_is_no_list_is_refused_and_not_guessed_at(content):
    assert len(faults(content)) == 1
