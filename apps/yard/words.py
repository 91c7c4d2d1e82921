"""What pages say of how the yard is used."""

from decimal import Decimal

from django.utils.translation import ngettext

from apps.common.figures import figure


def without_cell_said(boxes: int, teu: Decimal) -> str:
    """What is in the yard's figure and in no block's, so that blocks come to less; nothing where there is none."""
    if not boxes:
        return ""
    said = ngettext(
        "%(boxes)s box, %(teu)s TEU, stands without a known cell: it is in the figure of the yard and in no block.",
        "%(boxes)s boxes, %(teu)s TEU, stand without a known cell: they are in the figure of the yard and in no block.",
        boxes,
    )
    return said % {"boxes": figure(boxes), "teu": figure(teu)}
