"""The first sheet of an XLSX workbook as rows of text, read and written with the standard library alone.

A workbook is a ZIP of XML parts. Only what a list needs is read: texts, numbers, yes and no; formulas by the value that
was saved with them. Parts are read piece by piece as their rows are asked for, and none beyond ``MOST_BYTES``, so that
a small file cannot fill the memory and a long one costs no more than the rows that are wanted.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import BytesIO
from typing import IO, Any, Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

MAGIC: Final = b"PK\x03\x04"
MOST_BYTES: Final = 16 * 1024 * 1024
MOST_COLUMNS: Final = 200
PIECE: Final = 64 * 1024
UNWANTED: Final = b"<!DOCTYPE"
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PLACE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class NotAWorkbook(ValueError):
    """The bytes are no workbook this reader knows, or unpack to more than it takes."""


def rows_of_workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row that is there, with its number as the spreadsheet shows it. Raises ``NotAWorkbook``."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as book:
            texts = _shared_texts(book)
            yield from _numbered(_each(book, _first_sheet(book), f"{MAIN}row"), texts)
    except (
        zipfile.BadZipFile, ElementTree.ParseError, KeyError, IndexError, ValueError, EOFError, NotImplementedError,
        RuntimeError,
    ) as broken:  # fmt: skip
        raise NotAWorkbook(str(broken)) from broken


def _numbered(rows: Iterable[ElementTree.Element], texts: list[str]) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for row in rows:
        number = int(row.get("r") or number + 1)
        yield number, _cells(row, texts)


def _cells(row: ElementTree.Element, texts: list[str]) -> list[str]:
    cells: list[str] = []
    for cell in row.iter(f"{MAIN}c"):
        column = _column(cell.get("r"), len(cells))
        if column < MOST_COLUMNS:
            cells += [""] * (column + 1 - len(cells))
            cells[column] = _said(cell, texts)
    return cells


def _column(place: str | None, following: int) -> int:
    """Which column a cell such as ``C5`` stands in, counted from 0; the next one where it does not say."""
    found = PLACE.fullmatch(place or "")
    if found is None:
        return following
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _said(cell: ElementTree.Element, texts: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return _text(cell)
    value = cell.findtext(f"{MAIN}v") or ""
    if cell.get("t") == "s":
        return texts[int(value)]
    if cell.get("t") == "b":
        return "yes" if value == "1" else "no"
    return value


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(each) for each in _each(book, "xl/sharedStrings.xml", f"{MAIN}si")]


def _text(holder: ElementTree.Element) -> str:
    """All runs of a text, without the reading aids that Asian spreadsheets keep beside them."""
    aids = {part for aid in holder.iter(f"{MAIN}rPh") for part in aid.iter()}
    return "".join(part.text or "" for part in holder.iter(f"{MAIN}t") if part not in aids)


def _first_sheet(book: zipfile.ZipFile) -> str:
    sheet = next(_whole(book, "xl/workbook.xml").iter(f"{MAIN}sheet"), None)
    links = _whole(book, "xl/_rels/workbook.xml.rels")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    target = targets[sheet.get(LINK) if sheet is not None else None]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


class _Part:
    """A part of the workbook as it is unpacked, and never beyond ``MOST_BYTES``."""

    def __init__(self, part: IO[bytes]) -> None:
        self.part = part
        self.left = MOST_BYTES
        self.seam = b""

    def read(self, size: int = PIECE) -> bytes:
        """The next piece."""
        piece = self.part.read(min(size, PIECE))
        self.left -= len(piece)
        if self.left < 0 or UNWANTED in self.seam + piece:
            raise NotAWorkbook
        self.seam = piece[-len(UNWANTED) :]
        return piece


def _whole(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with book.open(name) as part:
        return ElementTree.parse(_Part(part)).getroot()


def _each(book: zipfile.ZipFile, name: str, tag: str) -> Iterator[ElementTree.Element]:
    """The elements of that tag, one after the other; what was read is let go."""
    with book.open(name) as part:
        for _event, element in ElementTree.iterparse(_Part(part)):
            if element.tag == tag:
                yield element
                element.clear()


OFFICE: Final = "http://schemas.openxmlformats.org"
PARTS: Final = {
    "[Content_Types].xml": f"""<Types xmlns="{OFFICE}/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{MEDIA_TYPE}.main+xml"/>
<Override PartName="/xl/sheet.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="r1"
 Type="{OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{OFFICE}/package/2006/relationships"><Relationship Id="r1"
 Type="{OFFICE}/officeDocument/2006/relationships/worksheet" Target="sheet.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{MAIN[1:-1]}" xmlns:r="{OFFICE}/officeDocument/2006/relationships">
<sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>""",
}
"""What a workbook of one sheet needs beside it."""


def workbook_of(rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook of one sheet: whole numbers and decimals as numbers, anything else as text."""
    lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    sheet = f'<worksheet xmlns="{MAIN[1:-1]}"><sheetData>{lines}</sheetData></worksheet>'
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in {**PARTS, "xl/sheet.xml": sheet}.items():
            book.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{content}')
    return file.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
