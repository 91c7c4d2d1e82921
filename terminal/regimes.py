"""Under which customs regime a box is here, which way it goes, and what is in it."""

from enum import StrEnum


class Regime(StrEnum):
    """Customs regimes. ``UNKNOWN`` is not "none": it requires every permission. ``DOMESTIC`` never meets customs."""

    UNKNOWN = "unknown"
    DOMESTIC = "domestic"
    IMPORT = "import"
    EXPORT = "export"
    TRANSIT = "transit"
    BONDED_ENTRY = "bonded_entry"
    BONDED_PROCESSING = "bonded_processing"
    BONDED_REMOVAL = "bonded_removal"
    TEMPORARY = "temporary"
    RETURN = "return"


class Direction(StrEnum):
    """Which way over the terminal: into the country, out of it, or through."""

    UNKNOWN = "unknown"
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    THROUGH = "through"


class Goods(StrEnum):
    """What a box carries, as far as it changes how the box is handled."""

    STANDARD = "standard"
    EMPTY = "empty"
    REEFER = "reefer"
    DANGEROUS_GOODS = "dangerous_goods"
