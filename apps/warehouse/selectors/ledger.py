"""Questions to the bonded ledgers: their rows as customs read them, and what lies under an entry."""

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet

from apps.warehouse.models import BondedEntry, LedgerRow, Lot

COLUMNS: Final = (
    "row", "happened_at", "recorded_at", "what", "lot", "goods", "hs_code", "packages", "gross_kg", "packages_after",
    "gross_kg_after", "customs_document", "amends_row", "processing", "period_ends_on", "note", "by",
)  # fmt: skip
"""Columns of a ledger that is handed out, in their order; the same in every language, for programs."""


def rows_of(entry: BondedEntry) -> QuerySet[LedgerRow]:
    """The rows of an entry's ledger from the first to the last, with what they are about."""
    return entry.rows.select_related("lot", "run", "amends").order_by("number")


def ledger_lines(entry: BondedEntry) -> Iterator[list[object]]:
    """The ledger as lines of ``COLUMNS``: times on the site's clock, figures as signed differences and balances."""
    zone = entry.terminal.zone
    for row in rows_of(entry):
        yield [
            row.number,
            row.happened_at.astimezone(zone).isoformat(timespec="seconds"),
            row.recorded_at.astimezone(zone).isoformat(timespec="seconds"),
            row.kind,
            row.lot.number if row.lot else "",
            row.lot.goods if row.lot else "",
            row.lot.hs_code if row.lot else "",
            row.packages,
            row.gross_kg,
            row.packages_after,
            row.gross_kg_after,
            row.document,
            row.amends.number if row.amends else "",
            row.run.number if row.run else "",
            row.ends_on.isoformat() if row.ends_on else "",
            row.note,
            row.by,
        ]


def lots_to_take_in(entry: BondedEntry) -> QuerySet[Lot]:
    """Lots of the entry's owner that could come under it: in stock, under no entry, bonded or of unknown status."""
    own = Lot.objects.in_stock().filter(terminal=entry.terminal_id, owner=entry.owner_id, entry=None)
    return own.filter(customs_status__in=["bonded", "unknown"]).order_by("pk")
