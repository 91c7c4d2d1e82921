"""What trains take: plans are drawn up, changed by hand, and approved."""

from apps.trains.services.loading.approving import approve_plan
from apps.trains.services.loading.changing import Edit, change_plan, faults_of
from apps.trains.services.loading.drawing import draw_up_day, draw_up_plan
from apps.trains.services.loading.refusals import (
    LoadedAlready,
    NotForThisTrain,
    NothingMoreToPlan,
    NotOnThePlan,
    NoWagonsYet,
    PlanIsApproved,
    PlanIsReplaced,
    PlanOvertaken,
    WagonOfAnother,
)

__all__ = [
    "Edit",
    "LoadedAlready",
    "NoWagonsYet",
    "NotForThisTrain",
    "NotOnThePlan",
    "NothingMoreToPlan",
    "PlanIsApproved",
    "PlanIsReplaced",
    "PlanOvertaken",
    "WagonOfAnother",
    "approve_plan",
    "change_plan",
    "draw_up_day",
    "draw_up_plan",
    "faults_of",
]
