"""What was noted of a box, as tables on the visit's page and as pages on which a note is corrected or withdrawn."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from apps.common.admin import Acting, ServiceOwned, linked, row_action, terminals_with
from apps.common.models import Attachment
from apps.containers import services
from apps.containers.admin.noting import (
    FORMS,
    RIGHT,
    DamageForm,
    HazardForm,
    NoteForm,
    SealForm,
    TemperatureForm,
    WeightForm,
)
from apps.containers.admin.parts import ByNumber, Shown
from apps.containers.admin.stops import WhyForm
from apps.containers.models import Damage, FormerNumber, Hazard, Seal, Temperature, Weight
from apps.parties.actors import Actor

WHEN = ("noted_at", "noted_by", "holds_now")


def holds(note: Any) -> bool:
    """Whether nothing corrected or withdrew it."""
    return not note.withdrawn and getattr(note, "corrected_by", None) is None


def photos(damage: Damage) -> str:
    """Links to the photos of a damage."""
    links = [(reverse("attachment", args=[each.public_id]), each.name) for each in _kept_with(damage)]
    return format_html_join(", ", '<a class="text-primary-600 font-medium" href="{}">{}</a>', links) or "–"


def _kept_with(damage: Damage) -> list[Attachment]:
    """The damage's photos; those of all damages of the visit in hand are read at once."""
    visit: Any = damage.visit
    if not hasattr(visit, "photos_read"):
        damages = Damage.objects.filter(visit=visit).values("pk")
        kept = Attachment.objects.filter(subject_kind="containers.damage", subject_id__in=damages)
        visit.photos_read = list(kept.order_by("pk"))
    return [each for each in visit.photos_read if each.subject_id == damage.pk]


class NoteInline(Shown):
    """Notes of a visit, the latest first; what no longer holds is marked."""

    ordering = ("-noted_at", "-pk")
    readonly_fields: Any = ("holds_now",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("containers.view_visit"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        notes: QuerySet[Any] = super().get_queryset(request)
        return notes.select_related("corrected_by")

    @display(description=_("in force"), boolean=True)
    def holds_now(self, note: Any) -> bool:
        return holds(note)


class SealInline(NoteInline):
    model = Seal
    fields = ("number", "owner", "act", *WHEN)


class WeightInline(NoteInline):
    model = Weight
    fields = ("gross_kg", "how", "verified_by", "certificate", *WHEN)


class HazardInline(NoteInline):
    model = Hazard
    fields = ("un_number", "imdg_class", *WHEN)


class TemperatureInline(NoteInline):
    model = Temperature
    fields = ("reading", "celsius", "tolerance", "plugged", *WHEN)


class DamageInline(NoteInline):
    model = Damage
    fields = ("side", "harm", "severity", "remark", "shown_photos", "repaired", *WHEN)
    readonly_fields = ("holds_now", "shown_photos", "repaired")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("repair")

    @display(description=_("Photos"))
    def shown_photos(self, damage: Damage) -> str:
        return photos(damage)

    @display(description=_("Repaired"))
    def repaired(self, damage: Damage) -> Any:
        repair = getattr(damage, "repair", None)
        return repair.repaired_at if repair else None


class FormerNumberInline(Shown):
    model = FormerNumber
    fields = ("container", "reason", "joined_at", "joined_by")
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("containers.view_visit"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("container")


class NotePage(ByNumber, Acting, ServiceOwned):
    """Notes of one kind. Whoever sees the visit sees what was noted of it."""

    terminal_path = "visit__terminal"
    ordering = ("-noted_at", "-pk")
    list_select_related: Any = ("visit__container", "visit__terminal", "corrected_by")
    search_fields = ("visit__container__number",)
    actions: Any = ("correct", "withdraw")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        seen = request.user.has_perm("containers.view_visit")
        return bool(seen) and self._here(request, obj, "view", "change")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("containers.view_visit"))

    def _terminals(self, request: HttpRequest, verb: str) -> set[int] | None:
        return terminals_with(request.user, f"containers.{verb}_visit")

    @display(description=_("Container"), ordering="visit__container__number")
    def container(self, note: Any) -> str:
        return linked(note.visit)

    @display(description=_("in force"), boolean=True)
    def holds_now(self, note: Any) -> bool:
        return holds(note)

    @row_action(_("Withdraw …"), right=RIGHT, form=WhyForm, when=holds)
    def withdraw(self, note: Any, *, by: Actor, at: datetime, reason: str) -> None:
        services.withdraw_note(note, reason=reason, by=by, at=at)


def correcting(form: type[NoteForm]) -> Any:
    """The action that writes a further note in the place of one."""

    def correct(self: Any, note: Any, *, by: Actor, at: datetime, **said: Any) -> None:
        _form, make = FORMS[type(note)]
        services.note([make(note.visit, {**said, "corrects": note})], by=by, at=at)

    return row_action(_("Correct …"), right=RIGHT, form=form, when=holds)(correct)


@admin.register(Seal)
class SealAdmin(NotePage):
    """Seals put on and taken off."""

    number_path = "number"
    search_help_text = _("the beginning of a seal number")
    list_display = ("number", "owner", "act", "container", *WHEN)
    list_filter = ("owner", "act")
    correct = correcting(SealForm)


@admin.register(Weight)
class WeightAdmin(NotePage):
    """Weights, and how they are known."""

    list_display = ("container", "gross_kg", "how", "verified_by", *WHEN)
    list_filter = ("how",)
    correct = correcting(WeightForm)


@admin.register(Hazard)
class HazardAdmin(NotePage):
    """Dangerous goods in boxes."""

    list_display = ("container", "un_number", "imdg_class", *WHEN)
    list_filter = ("imdg_class",)
    correct = correcting(HazardForm)


@admin.register(Temperature)
class TemperatureAdmin(NotePage):
    """Set-points and temperature rounds."""

    list_display = ("container", "reading", "celsius", "plugged", *WHEN)
    list_filter = ("reading", "plugged")
    correct = correcting(TemperatureForm)


@admin.register(Damage)
class DamageAdmin(NotePage):
    """Damages found on boxes, with their photos."""

    list_display = ("container", "side", "harm", "severity", "repaired", *WHEN)
    list_filter = ("severity", "side", "harm")
    list_select_related = ("visit__container", "visit__terminal", "corrected_by", "repair")
    readonly_fields = ("shown_photos",)
    actions = ("repair", "correct", "withdraw")
    correct = correcting(DamageForm)

    @display(description=_("Photos"))
    def shown_photos(self, damage: Damage) -> str:
        return photos(damage)

    @display(description=_("Repaired"), boolean=True)
    def repaired(self, damage: Damage) -> bool:
        return getattr(damage, "repair", None) is not None

    @row_action(
        _("Repaired …"),
        right=RIGHT,
        form=NoteForm,
        when=lambda damage: holds(damage) and getattr(damage, "repair", None) is None,
    )
    def repair(self, damage: Damage, *, by: Actor, at: datetime, remark: str) -> None:
        services.repair_damage(damage, by=by, at=at, remark=remark)
