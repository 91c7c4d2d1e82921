"""Numbers people read aloud, one series for all kinds of document: ``WB-2026-000123``.

What comes to be in a sandbox has a series of its own, and looks it: ``WB-2026-S000123``.
"""

from datetime import datetime

from django.db import connection

from apps.common import clock


def next_number(kind: str, at: datetime) -> str:
    """The next document number of a kind (two or three letters). Never given twice; gaps are possible."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", ["sandbox_number" if clock.is_apart() else "document_number"])
        (value,) = cursor.fetchone()
    return f"{kind}-{at.year}-{'S' if clock.is_apart() else ''}{value:06d}"


def next_numbers(kind: str, at: str) -> str:
    """SQL for the next number of a kind, one a row; ``at`` is SQL for its moment. The year is that of UTC."""
    year = f"to_char(({at}) AT TIME ZONE 'UTC', 'FMYYYY')"
    return f"'{kind}-' || {year} || '-' || to_char(nextval('document_number'), 'FM999999999000000')"
