"""Countries by their two letters, ISO 3166: the table that comes with the time zones (``tzdata``), kept by IANA."""

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """The codes of all of them, in capitals."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


def is_country(code: str) -> bool:
    """Whether it is the code of one."""
    return code in countries()
