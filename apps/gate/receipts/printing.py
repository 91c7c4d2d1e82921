"""A receipt on paper: a PDF of A4 pages with the site's own font, which knows Chinese, Russian and Kazakh."""

from io import BytesIO
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from fpdf import FPDF
from PIL import Image

from apps.common.models import Attachment
from apps.gate.receipts.facts import Receipt
from terminal.pictures import require_picture

FONT: Final = Path(__file__).resolve().parents[2] / "common" / "fonts" / "LandbridgeSans-Regular.ttf"
NAME: Final = "LandbridgeSans"
MOST_PIXELS: Final = 40_000_000
"""Larger photos are named on the paper and not printed: unpacking them would take the memory of everybody else."""

ACROSS, PHOTO_MM, SHARP = 3, 58, (900, 900)
GREY: Final = (100, 116, 139)


def printed(receipt: Receipt) -> bytes:
    """The receipt as a PDF, in the language that is active."""
    paper = FPDF(format="A4")
    paper.set_title(receipt.number)
    paper.add_font(NAME, "", str(FONT))
    paper.set_auto_page_break(auto=True, margin=18)
    paper.add_page()
    _head(paper, receipt)
    _table(paper, receipt)
    _damages(paper, receipt)
    _signatures(paper, receipt)
    _photos(paper, receipt.photos)
    return bytes(paper.output())


def _head(paper: FPDF, receipt: Receipt) -> None:
    paper.set_font(NAME, size=16)
    paper.cell(0, 9, receipt.title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font(NAME, size=11)
    paper.cell(0, 7, f"{receipt.number} · {receipt.terminal}", new_x="LMARGIN", new_y="NEXT")
    paper.ln(4)


def _table(paper: FPDF, receipt: Receipt) -> None:
    for title, value in receipt.lines:
        paper.set_font(NAME, size=9)
        paper.set_text_color(*GREY)
        paper.cell(45, 6.5, title)
        paper.set_font(NAME, size=11)
        paper.set_text_color(0, 0, 0)
        paper.multi_cell(0, 6.5, value, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(4)


def _damages(paper: FPDF, receipt: Receipt) -> None:
    paper.set_font(NAME, size=12)
    paper.cell(0, 8, _("Damages"), new_x="LMARGIN", new_y="NEXT")
    paper.set_font(NAME, size=10)
    told = [" · ".join(part for part in parts if part) for parts in receipt.damages]
    for line in told or [_("none seen")]:
        paper.multi_cell(0, 6, line, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.ln(14)


def _signatures(paper: FPDF, receipt: Receipt) -> None:
    paper.set_font(NAME, size=9)
    paper.set_text_color(*GREY)
    for who in receipt.signatures:
        paper.cell(85, 6, who, border="T")
        paper.cell(8, 6, "")
    paper.set_text_color(0, 0, 0)
    paper.ln(12)


def _photos(paper: FPDF, photos: list[Attachment]) -> None:
    unprinted = []
    place = 0
    for photo in photos:
        picture = _small(photo)
        if picture is None:
            unprinted.append(photo.name)
            continue
        if place % ACROSS == 0:
            paper.ln(0 if place == 0 else PHOTO_MM + 4)
            if paper.will_page_break(PHOTO_MM):
                paper.add_page()
        left = paper.l_margin + (place % ACROSS) * (PHOTO_MM + 4)
        paper.image(picture, x=left, y=paper.get_y(), w=PHOTO_MM, h=PHOTO_MM, keep_aspect_ratio=True)
        place += 1
    if unprinted:
        paper.ln(PHOTO_MM + 4 if place else 0)
        paper.multi_cell(0, 6, _("Not printed: %(names)s") % {"names": ", ".join(unprinted)})


def _small(photo: Attachment) -> Image.Image | None:
    """The photo at the size of the paper; None where it is too large or does not unpack."""
    try:
        with photo.file.open("rb") as file:
            content = file.read()
        found = require_picture(content, photo.name)
        if found.width * found.height > MOST_PIXELS:
            return None
        picture = Image.open(BytesIO(content))
        picture.draft("RGB", SHARP)
        picture.thumbnail(SHARP)
        return picture.convert("RGB")
    except Exception:  # whatever a broken picture makes its readers raise, the paper is printed without it
        return None
