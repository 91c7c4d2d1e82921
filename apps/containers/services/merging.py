"""What was known of an advised visit belongs to the visit that goes on: see Note [Two histories of one box]."""

from typing import Any, Final

from django.db.models import F

from apps.containers.models import (
    CLAIMABLE,
    Hazard,
    Hold,
    Note,
    Permission,
    Question,
    Reference,
    Seal,
    Temperature,
    Visit,
    VisitRole,
    Weight,
)
from apps.containers.services.rows import refreshed
from terminal.lifecycle import VisitState
from terminal.regimes import Goods

COPIED: Final[tuple[type[Note], ...]] = (Seal, Weight, Hazard, Temperature)
"""Notes of papers. Damages are seen, and nobody has seen a box that was only advised."""

SAID: Final = ("departure_call_id", "consignment_id", "destination", "gross_kg")
"""What a visit that says nothing of it takes over."""


def merge(merged: Visit, visit: Visit) -> None:
    """Give ``visit`` what ``merged`` has; both are locked. What stops or permits goes over, the rest is copied."""
    _copy_parts(merged, visit)
    for model in COPIED:
        _copy_notes(model, merged, visit)
    Hold.objects.filter(visit=merged, lifted_at=None).update(visit=visit, version=F("version") + 1)
    _move_permissions(merged, visit)
    _move_questions(merged, visit)
    _take_over(merged, visit)


def _copy_parts(merged: Visit, visit: Visit) -> None:
    roles = [
        VisitRole(
            visit=visit,
            party_id=each.party_id,
            role=each.role,
            since=each.since,
            until=each.until,
            given_by=each.given_by,
        )
        for each in merged.roles.all()
    ]
    references = [Reference(visit=visit, kind=each.kind, value=each.value) for each in merged.references.all()]
    VisitRole.objects.bulk_create(roles, ignore_conflicts=True)
    Reference.objects.bulk_create(references, ignore_conflicts=True)


def _copy_notes(model: Any, merged: Visit, visit: Visit) -> None:
    fields = [each.name for each in model._meta.fields if each.name not in _OWN]
    rows = model.objects.standing().filter(visit=merged).order_by("noted_at", "pk")
    model.objects.bulk_create([model(visit=visit, **{name: getattr(row, name) for name in fields}) for row in rows])


_OWN: Final = frozenset({"id", "public_id", "version", "visit", "corrects", "withdrawn"})


def _move_permissions(merged: Visit, visit: Visit) -> None:
    """All but those the visit has already: one reference gives one permission once."""
    given = {(each.owner, each.step, each.reference) for each in visit.permissions.all()}
    moved = [each.pk for each in merged.permissions.all() if (each.owner, each.step, each.reference) not in given]
    Permission.objects.filter(pk__in=moved).update(visit=visit, version=F("version") + 1)


def _move_questions(merged: Visit, visit: Visit) -> None:
    """All but those asked about the visit already: under one reference an owner is asked once."""
    asked = set(visit.questions.values_list("owner", "reference"))
    moved = [each.pk for each in merged.questions.all() if (each.owner, each.reference) not in asked]
    Question.objects.filter(pk__in=moved).update(visit=visit, version=F("version") + 1)


def _take_over(merged: Visit, visit: Visit) -> None:
    values: dict[str, Any] = {
        name: getattr(merged, name) for name in SAID if not getattr(visit, name) and getattr(merged, name)
    }
    claimed = set(visit.claimed)
    for name in CLAIMABLE:
        if not visit.knows(name) and (merged.knows(name) or getattr(visit, name) in _UNSAID):
            values[name] = getattr(merged, name)
            claimed = (claimed - {name}) | ({name} & set(merged.claimed))
    if merged.goods == Goods.DANGEROUS_GOODS:
        values["goods"] = merged.goods
    values |= {"claimed": sorted(claimed)}
    if merged.state == VisitState.ADVISED and visit.unannounced:
        values["unannounced"] = merged.unannounced
    Visit.objects.filter(pk=visit.pk).update(**values, version=F("version") + 1)
    refreshed(visit, **values)


_UNSAID: Final = (None, "unknown")
