"""A paper as a PDF of A4 pages with the site's own font, which knows Chinese, Russian and Kazakh."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

FONT: Final = Path(__file__).resolve().parent / "fonts" / "LandbridgeSans-Regular.ttf"
NAME: Final = "LandbridgeSans"
GREY: Final = (100, 116, 139)
SHADE: Final = (233, 237, 240)
RULE: Final = (190, 198, 208)
PICTURE_MM: Final = 150
ROW_MM: Final = 6
FEW_ROWS: Final = 8
"""So many rows of a table with a title are not torn apart by the end of a page."""


@dataclass(frozen=True)
class Column:
    """A column: its title, its width in mm, and whether figures stand in it."""

    title: str
    width_mm: int
    figures: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under columns. ``none``: what is said where there is no row; ``title``: what stands over it."""

    columns: list[Column]
    rows: list[list[str]]
    none: str = ""
    title: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper for whoever prints it: title, whose it is, the facts at its head, its tables, and what they come to.

    ``zone``: in which it is said when it was printed. ``picture``: a PNG between the facts and the tables.
    """

    title: str
    terminal: str
    zone: str
    facts: list[tuple[str, str]]
    tables: list[Table]
    totals: list[tuple[str, str]] = field(default_factory=list)
    picture: bytes | None = None


class Sheet(FPDF):
    """Pages that each say what paper they are of, whose, when and by whom it was printed, and how many there are."""

    def __init__(self, paper: Paper, foot: str) -> None:
        super().__init__(format="A4")
        self.paper, self.foot = paper, foot
        self.set_title(paper.title)
        self.add_font(NAME, "", str(FONT))
        self.set_margins(10, 10)
        self.set_auto_page_break(auto=True, margin=16)
        self.add_page()

    def header(self) -> None:
        self.set_text_color(*GREY)
        self.set_font(NAME, size=9)
        self.cell(0, 5, self.paper.terminal, new_x="LMARGIN", new_y="NEXT")
        self.set_text_color(0, 0, 0)
        self.set_font(NAME, size=14 if self.page_no() == 1 else 10)
        self.multi_cell(0, 7, self.paper.title, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(2)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_text_color(*GREY)
        self.set_font(NAME, size=8)
        self.cell(0, 5, self.foot)
        pages = _("page %(page)s of %(pages)s") % {"page": self.page_no(), "pages": "{nb}"}
        self.cell(0, 5, pages, align="R")
        self.set_text_color(0, 0, 0)


def printed(paper: Paper, *, at: datetime, by: str) -> bytes:
    """The paper as a PDF, in the language that is active; ``by``: the name of whoever prints it."""
    when = f"{timezone.localtime(at, ZoneInfo(paper.zone)):%Y-%m-%d %H:%M} ({paper.zone})"
    sheet = Sheet(paper, _("Printed %(when)s by %(who)s") % {"when": when, "who": by})
    _lines(sheet, paper.facts)
    if paper.picture:
        sheet.image(BytesIO(paper.picture), w=PICTURE_MM)
        sheet.ln(4)
    for table in paper.tables:
        _table(sheet, table)
    _lines(sheet, paper.totals)
    return bytes(sheet.output())


def _lines(sheet: Sheet, lines: Iterable[tuple[str, str]]) -> None:
    for title, value in lines:
        sheet.set_font(NAME, size=9)
        sheet.set_text_color(*GREY)
        sheet.cell(42, 5.5, title)
        sheet.set_text_color(0, 0, 0)
        sheet.multi_cell(0, 5.5, value, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(3)


def _title(sheet: Sheet, table: Table) -> None:
    """On the page of its rows where they are few, else of the first ones; never alone at the foot of one."""
    together = len(table.rows) + 2 if len(table.rows) <= FEW_ROWS else 4
    if sheet.will_page_break(ROW_MM * together):
        sheet.add_page()
    sheet.set_font(NAME, size=10)
    sheet.multi_cell(0, 6, table.title, align="L", new_x="LMARGIN", new_y="NEXT")


def _table(sheet: Sheet, table: Table) -> None:
    """The rows, their heading again on every page; a row is never torn in two."""
    if table.title:
        _title(sheet, table)
    sheet.set_font(NAME, size=8)
    sheet.set_draw_color(*RULE)
    with sheet.table(
        width=sum(column.width_mm for column in table.columns),
        col_widths=tuple(column.width_mm for column in table.columns),
        text_align=tuple("RIGHT" if column.figures else "LEFT" for column in table.columns),
        align="LEFT",
        line_height=4.2,
        padding=(0.7, 1.2),
        v_align="TOP",
        headings_style=FontFace(emphasis="", color=GREY, fill_color=SHADE),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
    ) as grid:
        grid.row([column.title for column in table.columns])
        for row in table.rows:
            grid.row(row)
    if not table.rows:
        sheet.multi_cell(0, 6, table.none, align="L", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(4)
