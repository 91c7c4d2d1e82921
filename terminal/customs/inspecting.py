"""What customs looks at, how, and what came of it."""

from enum import StrEnum


class InspectionKind(StrEnum):
    """How closely: an image of the box, its papers at the box, its goods, a sample of them."""

    SCAN = "scan"
    DOCUMENTARY = "documentary"
    PHYSICAL = "physical"
    SAMPLING = "sampling"


class InspectionResult(StrEnum):
    """What was found. Seized goods stay, whatever else is decided."""

    AS_DECLARED = "as_declared"
    DISCREPANCY = "discrepancy"
    SEIZED = "seized"
