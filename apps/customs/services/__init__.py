"""Everything that changes declarations, and through them what boxes may do."""

from apps.customs.services.answering import NothingAsked, answer
from apps.customs.services.drafting import NothingDeclared, draft
from apps.customs.services.history import NoSuchOffice, ReportedDeclaration, TakenDeclarations, take_in_declarations
from apps.customs.services.inspecting import (
    BeingInspected,
    NothingToInspect,
    SaysNothing,
    begin,
    bring_to_inspection,
    call_off,
    finish,
    order_inspections,
    present,
)
from apps.customs.services.officer import (
    HasChannel,
    NoChannelYet,
    NotReleased,
    NotTheOfficers,
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
from apps.customs.services.rights import AnotherOffice, OfficeIsClosed
from apps.customs.services.smuggling import NotAnAntiSmugglingOffice, block, unblock
from apps.customs.services.submitting import NoOfficeTakesDeclarations, submit, withdraw

__all__ = [
    "AnotherOffice",
    "BeingInspected",
    "HasChannel",
    "NoChannelYet",
    "NoOfficeTakesDeclarations",
    "NoSuchOffice",
    "NotAnAntiSmugglingOffice",
    "NotReleased",
    "NotTheOfficers",
    "NothingAsked",
    "NothingDeclared",
    "NothingToInspect",
    "OfficeIsClosed",
    "ReportedDeclaration",
    "SaysNothing",
    "TakenDeclarations",
    "answer",
    "assess",
    "assign_channel",
    "begin",
    "block",
    "bring_to_inspection",
    "call_off",
    "draft",
    "finish",
    "hand_over",
    "move",
    "order_inspections",
    "pay",
    "present",
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
