"""Ships and barges: their calls, and the lists of what comes off and what goes on."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.calls.models import Call
from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.parties.models import Party
from terminal.lifecycle import LineState
from terminal.seals import LONGEST
from terminal.stowage import StowageList


class ShipCall(Row):
    """What a call by sea or barge has beyond a call: the ship, its voyages, and when its lists came (facts, no phases).

    ``line`` is the shipping line for which it calls. A barge may have no IMO number.
    """

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="ship", verbose_name=_("call"))
    name = models.CharField(_("ship"), max_length=80)
    imo = models.CharField(_("IMO number"), max_length=7, blank=True)
    voyage_in = models.CharField(_("voyage in"), max_length=20, blank=True)
    voyage_out = models.CharField(_("voyage out"), max_length=20, blank=True)
    line = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="ships", verbose_name=_("shipping line")
    )
    discharge_list_at = models.DateTimeField(_("discharge list received"), null=True, blank=True)
    load_list_at = models.DateTimeField(_("load list received"), null=True, blank=True)

    class Meta:
        verbose_name = _("ship call")
        verbose_name_plural = _("ship calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(imo="") | Q(imo__regex=r"^[0-9]{7}$"), name="an_imo_number_has_seven_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.call.number}"


class StowageLineQuerySet(models.QuerySet["StowageLine"]):
    """Questions about lines of lists that chain."""

    def of_list(self, which: StowageList) -> Self:
        """Lines of one list."""
        return self.filter(listed_in=which.value)

    def listed(self) -> Self:
        """Lines that are still to be worked."""
        return self.filter(state=LineState.LISTED.value)

    def in_hand(self) -> Self:
        """With all that a page or a report shows of each."""
        return self.select_related("ship__call__terminal", "ship__line", "visit__container", "onward_call")


class StowageLine(Row):
    """One box on a ship's discharge or load list, as it was listed, and what the tally saw of it.

    ``unlisted``: it came off, or went on, and stood in no list. ``visit`` None: no box here could be found for it.
    ``onward``: by what it goes on, as listed ("truck", a train or a train service); ``onward_call`` where that train is
    known. Fields that end in ``_seen`` are the tally's: empty, nobody looked.
    """

    ship = models.ForeignKey(ShipCall, on_delete=models.PROTECT, related_name="lines", verbose_name=_("ship"))
    listed_in = models.CharField(_("list"), max_length=10, choices=choices(StowageList))
    state = models.CharField(_("state"), max_length=10, choices=choices(LineState), default=LineState.LISTED.value)
    number = models.CharField(_("container number"), max_length=11)
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="stowage_lines", verbose_name=_("visit")
    )
    size_type = models.CharField(_("size-type"), max_length=4, blank=True)
    laden = models.BooleanField(_("laden"), null=True, blank=True)
    gross_kg = models.PositiveIntegerField(_("gross weight, kg"), null=True, blank=True)
    vgm_kg = models.PositiveIntegerField(_("verified gross mass, kg"), null=True, blank=True)
    vgm_method = models.PositiveSmallIntegerField(_("VGM method"), null=True, blank=True)
    vgm_by = models.CharField(_("VGM verified by"), max_length=120, blank=True)
    seals = ArrayField(models.CharField(max_length=LONGEST), verbose_name=_("seals"), default=list, blank=True)
    un_number = models.CharField(_("UN number"), max_length=4, blank=True)
    imdg_class = models.CharField(_("IMDG class"), max_length=4, blank=True)
    celsius = models.DecimalField(_("°C to keep"), max_digits=4, decimal_places=1, null=True, blank=True)
    destination = models.CharField(_("destination (UN/LOCODE)"), max_length=5, blank=True)
    stow = models.CharField(_("place on board"), max_length=10, blank=True)
    onward = models.CharField(_("goes on by"), max_length=40, blank=True)
    onward_call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("onward train")
    )
    bill_of_lading = models.CharField(_("bill of lading"), max_length=60, blank=True)
    unlisted = models.BooleanField(_("not listed"), default=False)
    reason = models.CharField(_("why it is not worked"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.CharField(_("done by"), max_length=120, blank=True)
    seals_seen = ArrayField(
        models.CharField(max_length=LONGEST), verbose_name=_("seals seen"), default=list, blank=True
    )
    gross_kg_seen = models.PositiveIntegerField(_("weighed, kg"), null=True, blank=True)
    stow_seen = models.CharField(_("really stowed at"), max_length=10, blank=True)
    remark = models.CharField(_("remark of the tally"), max_length=200, blank=True)
    tallied_at = models.DateTimeField(_("tallied"), null=True, blank=True)
    tallied_by = models.CharField(_("tallied by"), max_length=120, blank=True)

    objects = StowageLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a stowage list")
        verbose_name_plural = _("lines of stowage lists")
        constraints = [
            one_of("listed_in", StowageList, "stowage_list_is_known"),
            one_of("state", LineState, "stowage_line_state_is_known"),
            models.UniqueConstraint(fields=["ship", "listed_in", "number"], name="a_box_is_on_a_list_once"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="a_line_is_done_when_it_was_done",
            ),
            models.CheckConstraint(condition=~Q(state="cancelled") | ~Q(reason=""), name="a_line_given_up_says_why"),
            models.CheckConstraint(condition=Q(unlisted=False) | Q(state="done"), name="what_is_not_listed_was_worked"),
        ]
        indexes = [models.Index(fields=["number"], name="stowage_lines_by_number")]

    def __str__(self) -> str:
        return self.number
