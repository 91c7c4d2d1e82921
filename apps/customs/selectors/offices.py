"""Questions about customs' work: who has how much to do, and who may decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from apps.customs.models import Office, Officer
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import User
from terminal.lifecycle import DeclarationStatus

OPEN = sorted(
    each.value
    for each in set(DeclarationStatus)
    - {
        DeclarationStatus.DRAFT,
        DeclarationStatus.RELEASED,
        DeclarationStatus.REJECTED,
        DeclarationStatus.WITHDRAWN,
    }
)
"""Submitted and not decided."""

_OPEN_ONES = Q(declarations__status__in=OPEN)


IN_TREE = (Coalesce("parent__code", "code"), F("parent__code").asc(nulls_first=True), "code")
"""The order of the customs house: each branch followed by what belongs to it."""


def with_queue(offices: QuerySet[Office]) -> QuerySet[Office]:
    """Offices with the number of their open declarations as ``length``."""
    return offices.annotate(length=Count("declarations", filter=_OPEN_ONES))


@dataclass(frozen=True, slots=True)
class OfficeQueue:
    """The open declarations of one office. ``oldest_age`` since submission; None when nothing is open."""

    office: Office
    length: int
    oldest_age: timedelta | None


def queue(terminal: Terminal, at: datetime) -> list[OfficeQueue]:
    """How much waits at each office that takes declarations or still has some, and for how long."""
    waiting = Office.objects.filter(terminal=terminal).annotate(
        length=Count("declarations", filter=_OPEN_ONES),
        oldest=Min("declarations__submitted_at", filter=_OPEN_ONES),
    )
    with_work = waiting.filter(Q(clears=True) | Q(length__gt=0)).order_by("code")
    return [OfficeQueue(each, each.length, at - each.oldest if each.oldest else None) for each in with_work]


def is_officer(by: Actor, office: Office) -> bool:
    """Whether the actor is a person who decides for the office. Nobody else does, whatever their other rights."""
    theirs = Officer.objects.filter(office=office).exclude(role=Officer.Role.INSPECTOR)
    return by.user is not None and theirs.filter(user=by.user).exists()


def is_inspector(by: Actor, office: Office) -> bool:
    """Whether the actor is a person who works inspections of the office: its inspectors and its officers."""
    return by.user is not None and Officer.objects.filter(user=by.user, office=office).exists()


def offices_of(user: User) -> QuerySet[Officer, int]:
    """The offices for which the user decides, as numbers."""
    return Officer.objects.filter(user=user).values_list("office_id", flat=True)
