"""Wagons, in their trains and without one."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.admin import Acting, Question, ServiceOwned, row_action, said_once
from apps.parties.actors import Actor
from apps.trains import services
from apps.trains.admin.inlines import boxes_of
from apps.trains.models import Track, TrainVisit, Wagon, WagonLoad
from terminal.lifecycle import ON_SITE

RIGHT = "trains.change_trainvisit"


class SetOutForm(Question):
    """Why a wagon is set out, and where it stands."""

    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=Wagon.SetOut.choices)
    track = forms.ModelChoiceField(
        label=gettext_lazy("Stands on"),
        queryset=Track.objects.order_by("code"),
        required=False,
        help_text=gettext_lazy("Its length is taken off what the track has for trains. Empty: not on a working track."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class TakeForm(Question):
    """Which train takes the wagons."""

    train = forms.ModelChoiceField(
        label=gettext_lazy("Train"),
        queryset=TrainVisit.objects.none(),
        help_text=gettext_lazy("Trains that stand here. The wagons become its last, in the order of the list."),
    )

    def about(self, rows: list[Any]) -> None:
        """Trains on site at the wagons' terminal."""
        field: Any = self.fields["train"]
        here = TrainVisit.objects.filter(call__terminal__in={row.train.call.terminal_id for row in rows})
        field.queryset = here.filter(call__phase__in=ON_SITE).select_related("call").order_by("call__number")


class WithoutTrain(admin.SimpleListFilter):
    """Wagons that stand here without a train."""

    title = gettext_lazy("without a train")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [("yes", _("stands here")), ("defective", _("defective, not mended"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Wagon]) -> QuerySet[Wagon]:
        standing = queryset.filter(set_out_at__isnull=False, taken_at=None)
        if self.value() == "yes":
            return standing
        if self.value() == "defective":
            return standing.filter(set_out_for=Wagon.SetOut.DEFECTIVE, mended_at=None)
        return queryset


def stands(wagon: Wagon) -> bool:
    """Whether it stands here without a train."""
    return wagon.set_out_at is not None and wagon.taken_at is None


def is_defective(wagon: Wagon) -> bool:
    """Whether it waits to be mended."""
    return stands(wagon) and wagon.set_out_for == Wagon.SetOut.DEFECTIVE and wagon.mended_at is None


@admin.register(Wagon)
class WagonAdmin(Acting, ServiceOwned):
    """Every wagon that was ever in a train here, the latest trains first."""

    terminal_path = "train__call__terminal"
    list_display = ("number", "scheme", "train", "sequence", "wagon_type", "tare_kg", "state", "boxes")
    list_filter = (WithoutTrain, "scheme")
    list_select_related = ("train__call__terminal", "stands_on", "taken_as__train__call")
    search_fields = ("number__startswith",)
    search_help_text = gettext_lazy("the beginning of a wagon number")
    ordering = ("-train_id", "sequence")
    actions = ("set_out", "empty", "mend", "take")
    fields = (
        ("number", "scheme", "wagon_type"),
        ("train", "sequence"),
        ("tare_kg", "length_m", "axles", "places"),
        ("came", "leaves"),
        ("state", "set_out_note"),
        ("set_out_at", "mended_at", "taken_at"),
    )
    readonly_fields = ("state", "came", "leaves")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        on_it = Q(loads__leg=WagonLoad.Leg.ARRIVING, loads__done_at=None)
        wagons: QuerySet[Any] = super().get_queryset(request)
        shown: QuerySet[Any] = wagons.annotate(waiting=Count("loads", filter=on_it))
        return shown

    @admin.display(description=gettext_lazy("without a train"))
    def state(self, wagon: Wagon) -> str:
        if wagon.taken_at is not None:
            taken_as = wagon.taken_as
            return _("taken by %(train)s") % {"train": taken_as.train.call.number if taken_as else "–"}
        if wagon.set_out_at is None:
            return "–"
        why = _("mended") if wagon.mended_at else wagon.get_set_out_for_display()
        where = wagon.stands_on.code if wagon.stands_on else ""
        return " · ".join(filter(None, [str(why), where, f"{localtime(wagon.set_out_at):%m-%d %H:%M}"]))

    @admin.display(description=gettext_lazy("boxes to come off"), ordering="waiting")
    def boxes(self, wagon: Any) -> str:
        return str(wagon.waiting or "–")

    @admin.display(description=gettext_lazy("came with"))
    @said_once
    def came(self, wagon: Wagon) -> SafeString | str:
        return boxes_of(wagon, WagonLoad.Leg.ARRIVING, _("discharged"))

    @admin.display(description=gettext_lazy("leaves with"))
    @said_once
    def leaves(self, wagon: Wagon) -> SafeString | str:
        return boxes_of(wagon, WagonLoad.Leg.DEPARTING, _("loaded"))

    @row_action(
        gettext_lazy("Set out of the train …"),
        right=RIGHT,
        form=SetOutForm,
        when=lambda wagon: wagon.set_out_at is None and wagon.train.call.phase in ON_SITE,
    )
    def set_out(self, wagon: Wagon, *, by: Actor, at: datetime, reason: str, track: Track | None, note: str) -> None:
        services.set_out(wagon, by=by, at=at, reason=reason, track=track, note=note)

    @row_action(
        gettext_lazy("Discharge what is on it"),
        right=RIGHT,
        when=lambda wagon: stands(wagon) and wagon.waiting,
        sure=gettext_lazy("Every box that came on it goes into the yard, each into the best free cell."),
    )
    def empty(self, wagon: Wagon, *, by: Actor, at: datetime) -> None:
        services.empty(wagon, by=by, at=at)

    @row_action(gettext_lazy("Is mended"), right=RIGHT, when=is_defective, sure=gettext_lazy("A train may take it."))
    def mend(self, wagon: Wagon, *, by: Actor, at: datetime) -> None:
        services.mend(wagon, by=by, at=at)

    @row_action(gettext_lazy("Goes with a train …"), right=RIGHT, form=TakeForm, when=stands)
    def take(self, wagon: Wagon, *, by: Actor, at: datetime, train: TrainVisit) -> None:
        services.take(wagon, train, by=by, at=at)
