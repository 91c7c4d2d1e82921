"""What tells apart: types of message, what they ask for, what a box is to its transport."""

from enum import StrEnum

LOADING, DISCHARGE, DELIVERY, DESTINATION = "9", "11", "7", "8"
DEPARTURE, NEXT_CALL, ACTIVITY, HERE = "5", "61", "175", "165"
"""Roles of a location (data element 3227)."""

BOOKING, BILL_OF_LADING, EQUIPMENT, DECLARATION, PREVIOUS = "BN", "BM", "EQ", "ABT", "ACW"
"""Kinds of reference (1153)."""

IMO, CALL_SIGN, MEANS_NUMBER = "11", "103", "146"
"""Whose number of a ship or vehicle it is (1131). 146 is the register's number of a ship, and a truck's plate."""


class MessageType(StrEnum):
    """What is read and written here."""

    CODECO = "CODECO"
    COARRI = "COARRI"
    COPRAR = "COPRAR"
    COPARN = "COPARN"
    IFTSTA = "IFTSTA"
    COPINO = "COPINO"
    CUSRES = "CUSRES"
    BAPLIE = "BAPLIE"
    CONTRL = "CONTRL"
    APERAK = "APERAK"


class Function(StrEnum):
    """What a message is to an earlier one."""

    ORIGINAL = "original"
    ADDITION = "addition"
    DELETION = "deletion"
    CHANGE = "change"
    REPLACEMENT = "replacement"
    CANCELLATION = "cancellation"
    CONFIRMATION = "confirmation"
    DUPLICATE = "duplicate"


class Gate(StrEnum):
    """Which way through the gate, by road or by rail."""

    IN = "in"
    OUT = "out"


class ShipWork(StrEnum):
    """What was done between ship and quay."""

    DISCHARGED = "discharged"
    LOADED = "loaded"


class Order(StrEnum):
    """What a COPARN asks for: boxes are to be given out, to be taken in, or are only said to come."""

    RELEASE = "release"
    ACCEPTANCE = "acceptance"
    PRE_ADVICE = "pre_advice"


class Errand(StrEnum):
    """What a truck comes for."""

    DELIVERY = "delivery"
    PICK_UP = "pick_up"


class Standing(StrEnum):
    """What a box is to the transport (8249)."""

    CONTINENTAL = "continental"
    EXPORT = "export"
    IMPORT = "import"
    REMAIN_ON_BOARD = "remain_on_board"
    SHIFTER = "shifter"
    TRANSHIPMENT = "transhipment"
    SHORTLANDED = "shortlanded"
    OVERLANDED = "overlanded"
    DOMESTIC = "domestic"
    POSITIONING = "positioning"


class Stage(StrEnum):
    """Which part of the journey a means of transport serves (8051)."""

    INLAND = "inland"
    PRE_CARRIAGE = "pre_carriage"
    MAIN = "main"
    ON_CARRIAGE = "on_carriage"


class Status(StrEnum):
    """What is reported to have happened to a box."""

    ARRIVED = "arrived"
    DEPARTED = "departed"
    DISCHARGED = "discharged"
    LOADED = "loaded"
    GATED_IN = "gated_in"
    GATED_OUT = "gated_out"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    EN_ROUTE = "en_route"
    CROSSED_BORDER = "crossed_border"
    STRIPPED = "stripped"
    AVAILABLE = "available"
    EMPTY_RETURNED = "empty_returned"
    CUSTOMS_RELEASED = "customs_released"
    CUSTOMS_HELD = "customs_held"
