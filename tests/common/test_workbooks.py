"""A small file may not unpack to more than is taken: none of its parts."""

import zipfile
from io import BytesIO

import pytest

from apps.common.xlsx import MOST_BYTES, NotAWorkbook, rows_of_workbook

OFFICE = "http://schemas.openxmlformats.org"
MAIN = f'xmlns="{OFFICE}/spreadsheetml/2006/main"'
LINKS = f'xmlns:r="{OFFICE}/officeDocument/2006/relationships"'
PARTS = {
    "xl/workbook.xml": f'<workbook {MAIN} {LINKS}><sheets><sheet r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relation Id="r1" Target="list.xml"/></Relationships>',
    "xl/sharedStrings.xml": f"<sst {MAIN}><si><t>KZALA</t></si></sst>",
    "xl/list.xml": f'<worksheet {MAIN}><row r="1"><c t="s"><v>0</v></c></row></worksheet>',
}


def packed(filled=""):
    """A workbook of one cell; the part ``filled`` is followed by nothing but blanks beyond all measure."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in PARTS.items():
            book.writestr(name, content + " " * (MOST_BYTES if name == filled else 0))
    return file.getvalue()


def test_a_workbook_of_one_cell_is_read():
    assert list(rows_of_workbook(packed())) == [(1, ["KZALA"])]


@pytest.mark.parametrize("part", PARTS)
def test_a_small_file_with_a_part_that_unpacks_to_too_much_is_no_workbook(part):
    content = packed(part)
    assert len(content) < 100_000
    with pytest.raises(NotAWorkbook):
        list(rows_of_workbook(content))
