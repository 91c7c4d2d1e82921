"""The first sheet of an XLSX workbook as rows of text, read with the standard library alone.

A workbook is a ZIP of XML parts. Only what a list needs is read: texts, numbers, yes and no; formulas by the value that
was saved with them. No part is unpacked beyond ``MOST_BYTES``, so that a small file cannot fill the memory.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from xml.etree import ElementTree

MAGIC: Final = b"PK\x03\x04"
MOST_BYTES: Final = 16 * 1024 * 1024
MOST_COLUMNS: Final = 200
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
            rows = list(_part(book, _first_sheet(book)).iter(f"{MAIN}row"))
        yield from _numbered(rows, texts)
    except (
        zipfile.BadZipFile, ElementTree.ParseError, KeyError, IndexError, ValueError, EOFError, NotImplementedError,
        RuntimeError,
    ) as broken:  # fmt: skip
        raise NotAWorkbook(str(broken)) from broken


def _numbered(rows: list[ElementTree.Element], texts: list[str]) -> Iterator[tuple[int, list[str]]]:
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
    return [_text(each) for each in _part(book, "xl/sharedStrings.xml").iter(f"{MAIN}si")]


def _text(holder: ElementTree.Element) -> str:
    """All runs of a text, without the reading aids that Asian spreadsheets keep beside them."""
    aids = {part for aid in holder.iter(f"{MAIN}rPh") for part in aid.iter()}
    return "".join(part.text or "" for part in holder.iter(f"{MAIN}t") if part not in aids)


def _first_sheet(book: zipfile.ZipFile) -> str:
    sheet = next(_part(book, "xl/workbook.xml").iter(f"{MAIN}sheet"), None)
    links = _part(book, "xl/_rels/workbook.xml.rels")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    target = targets[sheet.get(LINK) if sheet is not None else None]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _part(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with book.open(name) as part:
        content = part.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES or b"<!DOCTYPE" in content:
        raise NotAWorkbook(name)
    return ElementTree.fromstring(content)
