"""Whose rows are whose, as PostgreSQL itself keeps it: a second net under every question a party's program asks."""

from apps.parties.rows.reading import everybodys_rows, look_as, own_rows, reading_as
from apps.parties.rows.securing import secure

__all__ = ["everybodys_rows", "look_as", "own_rows", "reading_as", "secure"]
