"""Numbers that are not what they should be: taken in all the same, or joined to the right one."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.containers.models.boxes import Container
from apps.containers.models.visits import Visit
from apps.network.models import Terminal


class AllowedNumber(Row):
    """Somebody answered for a number outside ISO 6346. No row: the number must be right, or it is refused."""

    container = models.OneToOneField(
        Container, on_delete=models.PROTECT, related_name="allowed", verbose_name=_("container")
    )
    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    wrong = models.CharField(_("what is wrong with it"), max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    allowed_at = models.DateTimeField(_("allowed"))
    allowed_by = models.CharField(_("allowed by"), max_length=120)

    class Meta:
        verbose_name = _("number outside ISO 6346")
        verbose_name_plural = _("numbers outside ISO 6346")
        permissions = [("allow_number", "Take in a container number outside ISO 6346")]

    def __str__(self) -> str:
        return self.container.number


class FormerNumber(Row):
    """The wrong number under which a visit was known before it was joined to the right one. Both find it."""

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="former_numbers", verbose_name=_("visit"))
    container = models.ForeignKey(
        Container, on_delete=models.PROTECT, related_name="former_visits", verbose_name=_("wrong number")
    )
    reason = models.CharField(_("reason"), max_length=200)
    joined_at = models.DateTimeField(_("joined"))
    joined_by = models.CharField(_("joined by"), max_length=120)

    class Meta:
        verbose_name = _("former number")
        verbose_name_plural = _("former numbers")
        permissions = [("join_visit", "Join a visit under a wrong number to the right one")]
        constraints = [
            models.UniqueConstraint(fields=["visit", "container"], name="a_former_number_is_noted_once"),
        ]

    def __str__(self) -> str:
        return self.container.number
