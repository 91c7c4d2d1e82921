"""Everything that changes visits, holds and permissions.

All take many where bulk makes sense, lock in the order of their numbers, and write their journal rows in the same
transaction. Rights: ``containers.change_visit`` for visits, ``containers.change_hold`` to place holds; who may lift
and override them says ``holds``.
"""

from apps.containers.selectors import match_arrival, match_arrivals
from apps.containers.services.advising import Advice, UnknownKind, advise, cancel_visit
from apps.containers.services.arriving import (
    AlreadyHere,
    Arrived,
    CallIsNotWorked,
    NotOnATruck,
    NotOnTheGround,
    StaysOverlap,
    arrive_visits,
    ground_visits,
)
from apps.containers.services.describing import CallTakesNothingMore, NothingMoreToSay, Papers, describe
from apps.containers.services.history import (
    ReportedHold,
    ReportedMistake,
    ReportedMove,
    take_in_holds,
    take_in_mistakes,
    take_in_moves,
)
from apps.containers.services.holds import (
    AlreadyLifted,
    HoldBelongsTo,
    NewHold,
    NotOneThing,
    Paper,
    VisitIsOver,
    lift_hold,
    place_holds,
)
from apps.containers.services.leaving import (
    LeavesBeforeItCame,
    NoTruck,
    StillAboard,
    departed_with,
    leave_visits,
    put_on_truck,
    require_ready,
    strip_visits,
)
from apps.containers.services.overrides import (
    NotOverridable,
    NotProposed,
    OverrideAlreadyProposed,
    SecondPersonNeeded,
    confirm_override,
    propose_override,
)
from apps.containers.services.permissions import (
    NoSuchPermission,
    PermissionAlreadyGiven,
    grant_permissions,
    revoke_permissions,
)
from apps.containers.services.roles import NoPartOfIt, give_role

__all__ = [
    "Advice",
    "AlreadyHere",
    "AlreadyLifted",
    "Arrived",
    "CallIsNotWorked",
    "CallTakesNothingMore",
    "HoldBelongsTo",
    "LeavesBeforeItCame",
    "NewHold",
    "NoPartOfIt",
    "NoSuchPermission",
    "NoTruck",
    "NotOnATruck",
    "NotOnTheGround",
    "NotOneThing",
    "NotOverridable",
    "NotProposed",
    "NothingMoreToSay",
    "OverrideAlreadyProposed",
    "Paper",
    "Papers",
    "PermissionAlreadyGiven",
    "ReportedHold",
    "ReportedMistake",
    "ReportedMove",
    "SecondPersonNeeded",
    "StaysOverlap",
    "StillAboard",
    "UnknownKind",
    "VisitIsOver",
    "advise",
    "arrive_visits",
    "cancel_visit",
    "confirm_override",
    "departed_with",
    "describe",
    "give_role",
    "grant_permissions",
    "ground_visits",
    "leave_visits",
    "lift_hold",
    "match_arrival",
    "match_arrivals",
    "place_holds",
    "propose_override",
    "put_on_truck",
    "require_ready",
    "revoke_permissions",
    "strip_visits",
    "take_in_holds",
    "take_in_mistakes",
    "take_in_moves",
]
