"""What room is booked for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BookingWork(models.TextChoices):
    STORAGE = "storage", _("storage")
    STRIP = "strip", _("unpacking")
    STUFF = "stuff", _("stuffing")
