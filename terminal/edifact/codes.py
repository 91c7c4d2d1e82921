"""The code lists: D.95B and D.00B, and what terminals and lines use beside them. A partner's own are in the profile."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from terminal.customs.word import MessageKind
from terminal.edifact.facts import Errand, Function, Gate, MessageType, Order, ShipWork, Stage, Standing, Status
from terminal.seals import SealOwner
from terminal.stowage import StowageList
from terminal.throughput import Mode

DOCUMENTS: Final[Mapping[MessageType, Mapping[str, str]]] = {
    MessageType.CODECO: {"34": Gate.IN, "36": Gate.OUT, "109": Gate.IN, "111": Gate.OUT},
    MessageType.COARRI: {
        "44": ShipWork.DISCHARGED,
        "46": ShipWork.LOADED,
        "98": ShipWork.DISCHARGED,
        "270": ShipWork.LOADED,
        "119": ShipWork.DISCHARGED,
        "122": ShipWork.LOADED,
    },
    MessageType.COPRAR: {
        "43": StowageList.DISCHARGE,
        "45": StowageList.LOAD,
        "118": StowageList.DISCHARGE,
        "121": StowageList.LOAD,
        "145": StowageList.DISCHARGE,
        "146": StowageList.LOAD,
    },
    MessageType.COPARN: {
        "11": Order.ACCEPTANCE,
        "126": Order.ACCEPTANCE,
        "12": Order.RELEASE,
        "108": Order.RELEASE,
        "129": Order.RELEASE,
        "27": Order.PRE_ADVICE,
        "104": Order.PRE_ADVICE,
    },
    MessageType.COPINO: {"405": Errand.DELIVERY, "661": ""},
}
"""BGM 1001 by type of message: the guides wrote small numbers before the directory had its own, above 100.

Empty: the code does not say, each box does.
"""

FUNCTIONS: Final = {
    "1": Function.CANCELLATION,
    "2": Function.ADDITION,
    "3": Function.DELETION,
    "4": Function.CHANGE,
    "5": Function.REPLACEMENT,
    "6": Function.CONFIRMATION,
    "7": Function.DUPLICATE,
    "9": Function.ORIGINAL,
}
"""BGM 1225."""

STANDINGS: Final = {str(code): standing for code, standing in enumerate(Standing, start=1)}
"""EQD 8249, 1 to 10 in the order of the enumeration."""

LADEN: Final = {"4": False, **dict.fromkeys(("1", "2", "3", "5", "6", "7", "8"), True)}
"""EQD 8169: empty, or how full."""

STAGES: Final = {"1": Stage.INLAND, "10": Stage.PRE_CARRIAGE, "20": Stage.MAIN, "30": Stage.ON_CARRIAGE}
"""TDT 8051."""

MODES: Final = {"1": Mode.SEA, "2": Mode.RAIL, "3": Mode.ROAD, "8": Mode.BARGE}
"""TDT 8067."""

ISSUERS: Final = {
    "CA": SealOwner.CARRIER,
    "CU": SealOwner.CUSTOMS,
    "SH": SealOwner.SHIPPER,
    "TO": SealOwner.TERMINAL,
}
"""SEL 9303."""

SIDES: Final = {"5": "front", "6": "back", "7": "right", "8": "left", "9": "height"}
"""DIM 6145, off standard."""

KG: Final = {"KGM": Decimal(1), "KG": Decimal(1), "TNE": Decimal(1000), "LBR": Decimal("0.45359237")}
"""MEA 6411."""

CM: Final = {"CMT": Decimal(1), "MTR": Decimal(100), "MMT": Decimal("0.1"), "INH": Decimal("2.54")}
"""DIM 6411."""

WEIGHTS: Final = {
    "VGM": "vgm_kg",
    "G": "gross_kg",
    "AET": "gross_kg",
    "WT": "gross_kg",
    "T": "tare_kg",
    "TAR": "tare_kg",
}
"""MEA 6313, or 6311 where that names the weight."""

STATUSES: Final = {
    "1": Status.ARRIVED, "40": Status.ARRIVED, "VA": Status.ARRIVED, "AR": Status.ARRIVED,
    "24": Status.DEPARTED, "VD": Status.DEPARTED, "RL": Status.DEPARTED, "P": Status.DEPARTED,
    "29": Status.DISCHARGED, "UV": Status.DISCHARGED, "UR": Status.DISCHARGED,
    "AE": Status.LOADED, "AL": Status.LOADED, "AM": Status.LOADED,
    "I": Status.GATED_IN, "OA": Status.GATED_OUT,
    "13": Status.COLLECTED, "AF": Status.COLLECTED,
    "21": Status.DELIVERED, "D": Status.DELIVERED,
    "31": Status.EN_ROUTE, "16": Status.CROSSED_BORDER, "28": Status.STRIPPED,
    "AV": Status.AVAILABLE, "RD": Status.EMPTY_RETURNED,
    "12": Status.CUSTOMS_RELEASED, "CT": Status.CUSTOMS_RELEASED, "PA": Status.CUSTOMS_HELD,
}  # fmt: skip
"""STS: numbers are Recommendation 24's, letters those that carriers use."""

STATUS_CODES: Final[Mapping[tuple[Status, Mode | None], str]] = {
    (Status.ARRIVED, Mode.RAIL): "AR",
    (Status.ARRIVED, Mode.SEA): "VA",
    (Status.DEPARTED, Mode.RAIL): "RL",
    (Status.DEPARTED, Mode.SEA): "VD",
    (Status.DISCHARGED, Mode.RAIL): "UR",
    (Status.DISCHARGED, Mode.SEA): "UV",
    (Status.LOADED, Mode.RAIL): "AL",
    (Status.LOADED, Mode.SEA): "AE",
    (Status.LOADED, Mode.ROAD): "AM",
    (Status.GATED_IN, Mode.ROAD): "I",
    (Status.GATED_OUT, Mode.ROAD): "OA",
    (Status.STRIPPED, None): "28",
    (Status.AVAILABLE, None): "AV",
    (Status.CUSTOMS_RELEASED, None): "CT",
    (Status.CUSTOMS_HELD, None): "PA",
}
"""What we write for a status by a mode."""

CUSTOMS: Final = {
    "1": MessageKind.REGISTERED,
    "2": MessageKind.REJECTED,
    "3": MessageKind.REJECTED,
    "4": MessageKind.RELEASED,
    "5": MessageKind.INSPECTION_ORDERED,
    "6": MessageKind.QUERY,
    "7": MessageKind.HOLD,
    "9": MessageKind.REGISTERED,
}
"""GIS 7365."""

BODY_TAGS: Final = {
    "BGM", "DTM", "FTX", "RFF", "TDT", "LOC", "NAD", "CTA", "COM", "GID", "EQD", "EQN", "EQA", "TMD", "TSR", "MEA",
    "DIM", "SEL", "DGS", "TMP", "RNG", "DAM", "COD", "HAN", "GDS", "PAC", "PCI", "SGP", "CNI", "STS", "CNT", "GIS",
    "GEI", "ERP", "ERC", "MOA", "TAX", "DOC", "PIA", "QTY", "GOR", "CST", "CUX", "AUT", "CPI", "TCC", "TOD", "IMD",
    "PNA", "VLI",
}  # fmt: skip
"""What the directories know in these messages, whether it is read here or not."""
