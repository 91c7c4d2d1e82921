"""Customs: its house and officers, what is declared to it, what it looks at, what it says, and what it is told."""

from apps.customs.models.authority import Authority, AuthorityMessage, DutyReport
from apps.customs.models.declarations import (
    Amendment,
    Declaration,
    DeclarationDocument,
    DeclaredContainer,
    DeclaredGoods,
    DeclaredLot,
    Mandate,
)
from apps.customs.models.goods_stops import GoodsStop
from apps.customs.models.guarantees import Guarantee, GuaranteeCharge, RegimeTerms
from apps.customs.models.inspections import Inspection
from apps.customs.models.offices import Jurisdiction, Office, OfficeClosure, Officer
from apps.customs.models.smuggling import Case, CaseNote
from apps.customs.models.work import ClockPeriod, ExpectedMinutes, ReleaseTally, ReleaseTime, RiskRule

__all__ = [
    "Amendment",
    "Authority",
    "AuthorityMessage",
    "Case",
    "CaseNote",
    "ClockPeriod",
    "Declaration",
    "DeclarationDocument",
    "DeclaredContainer",
    "DeclaredGoods",
    "DeclaredLot",
    "DutyReport",
    "ExpectedMinutes",
    "GoodsStop",
    "Guarantee",
    "GuaranteeCharge",
    "Inspection",
    "Jurisdiction",
    "Mandate",
    "Office",
    "OfficeClosure",
    "Officer",
    "RegimeTerms",
    "ReleaseTally",
    "ReleaseTime",
    "RiskRule",
]
