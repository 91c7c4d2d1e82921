"""Countries by their two letters, ISO 3166-1: the table that comes with the time zones (``tzdata``), kept by IANA."""

from importlib.resources import files
from typing import Final

_TABLE: Final = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
COUNTRIES: Final = frozenset(line[:2] for line in _TABLE.splitlines() if line and not line.startswith("#"))
"""The codes of all of them, in capitals."""
