"""Everything that changes declarations, and through them what boxes may do."""

from apps.customs.services.answering import NothingAsked, answer
from apps.customs.services.drafting import NothingDeclared, draft
from apps.customs.services.history import NoSuchOffice, ReportedDeclaration, TakenDeclarations, take_in_declarations
from apps.customs.services.officer import (
    AnotherOffice,
    HasChannel,
    NoChannelYet,
    NotReleased,
    NotTheOfficers,
    OfficeIsClosed,
    assess,
    assign_channel,
    hand_over,
    move,
    pay,
    query,
    register,
    reject,
    release,
    revoke_release,
)
from apps.customs.services.smuggling import NotAnAntiSmugglingOffice, block, unblock
from apps.customs.services.submitting import NoOfficeTakesDeclarations, submit, withdraw

__all__ = [
    "AnotherOffice",
    "HasChannel",
    "NoChannelYet",
    "NoOfficeTakesDeclarations",
    "NoSuchOffice",
    "NotAnAntiSmugglingOffice",
    "NotReleased",
    "NotTheOfficers",
    "NothingAsked",
    "NothingDeclared",
    "OfficeIsClosed",
    "ReportedDeclaration",
    "TakenDeclarations",
    "answer",
    "assess",
    "assign_channel",
    "block",
    "draft",
    "hand_over",
    "move",
    "pay",
    "query",
    "register",
    "reject",
    "release",
    "revoke_release",
    "submit",
    "take_in_declarations",
    "unblock",
    "withdraw",
]
