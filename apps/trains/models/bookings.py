"""Places on trains that shippers book: what a destination has, and who holds how much of it."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row, choices, one_of
from apps.containers.models import Visit
from apps.parties.models import Party
from apps.trains.models.trains import TrainVisit
from terminal.lifecycle import SlotBookingState


class TrainQuota(models.Model):
    """TEU that a destination has on one train, and how much of it is held. The database refuses more than there is.

    A destination of "" stands for the whole train, where its service divides nothing.
    """

    train = models.ForeignKey(TrainVisit, on_delete=models.CASCADE, related_name="quotas", verbose_name=_("train"))
    destination = models.CharField(_("destination (UN/LOCODE)"), max_length=5, blank=True)
    teu = models.DecimalField(_("TEU"), max_digits=6, decimal_places=2)
    held_teu = models.DecimalField(_("held, TEU"), max_digits=6, decimal_places=2, default=0)

    class Meta:
        verbose_name = _("places of a destination")
        verbose_name_plural = _("places of destinations")
        ordering = ["train_id", "destination"]
        constraints = [
            models.UniqueConstraint(fields=["train", "destination"], name="a_destination_of_a_train_is_counted_once"),
            models.CheckConstraint(condition=Q(held_teu__lte=F("teu")), name="train_places_are_not_oversold"),
            models.CheckConstraint(condition=Q(held_teu__gte=0), name="train_places_are_not_less_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.destination or '*'} {self.held_teu}/{self.teu} TEU"


class SlotBookingQuerySet(models.QuerySet["SlotBooking"]):
    """Questions about bookings that chain."""

    def holding_places(self) -> Self:
        """Bookings whose TEU are taken."""
        return self.filter(state=SlotBookingState.CONFIRMED.value)

    def waiting(self) -> Self:
        """Bookings on the waiting list, the oldest first."""
        return self.filter(state=SlotBookingState.WAITING.value).order_by("booked_at", "pk")


class SlotBooking(Row):
    """A party's right to places on a train, in TEU, for a destination on its route, and the boxes that use it.

    ``confirmed`` holds its TEU; ``waiting`` holds nothing and is served in turn when places come free.
    """

    train = models.ForeignKey(TrainVisit, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("train"))
    number = models.CharField(_("number"), max_length=20, unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="slot_bookings", verbose_name=_("party"))
    destination = models.CharField(_("destination (UN/LOCODE)"), max_length=5)
    teu = models.DecimalField(_("TEU"), max_digits=6, decimal_places=2)
    boxes = models.PositiveSmallIntegerField(_("boxes"))
    state = models.CharField(_("state"), max_length=10, choices=choices(SlotBookingState))
    reference = models.CharField(_("party's reference"), max_length=60, blank=True)
    booked_at = models.DateTimeField(_("booked"))
    booked_by = models.CharField(_("booked by"), max_length=120)
    reason = models.CharField(_("why it ended"), max_length=200, blank=True)

    objects = SlotBookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking of train places")
        verbose_name_plural = _("bookings of train places")
        constraints = [
            one_of("state", SlotBookingState, "slot_booking_state_is_known"),
            models.CheckConstraint(condition=Q(teu__gt=0), name="a_slot_booking_has_teu"),
            models.CheckConstraint(condition=Q(boxes__gt=0), name="a_slot_booking_has_boxes"),
        ]
        indexes = [
            models.Index(fields=["train", "destination", "booked_at"], name="slot_bookings_by_train"),
            models.Index(fields=["party", "-booked_at"], name="slot_bookings_by_party"),
        ]

    def __str__(self) -> str:
        return self.number


class BookedSlot(Row):
    """A box that uses a booking."""

    booking = models.ForeignKey(SlotBooking, on_delete=models.CASCADE, related_name="slots", verbose_name=_("booking"))
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="booked_slot", verbose_name=_("visit"))

    class Meta:
        verbose_name = _("box of a booking")
        verbose_name_plural = _("boxes of bookings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.visit)
