"""The right to collect a box: a delivery order that names the haulier, or a PIN that whoever knows it may show.

# Note [A PIN is kept as a keyed digest]
A PIN has few digits, so that any plain hash of it is undone in a moment by trying them all. Kept is an HMAC under the
site's secret key and the PIN's own name: without the key the rows tell nothing, and equal PINs look different. Mistakes
are counted on the row, whatever becomes of the request, and too many of them lock it.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.common.models import Row
from apps.containers.models import Visit
from apps.parties.models import Party


def standing(at: object) -> Q:
    """Rights that can be used at that moment: neither revoked, used nor run out."""
    return Q(revoked_at=None, used_at=None, issued_at__lte=at, valid_until__gt=at)


class Right(Row):
    """Somebody's yes to the collection of one box, from ``issued_at`` until ``valid_until``, revoked or used.

    ``issued_by`` is the party that gave it, ``issued_label`` who did it. ``used_at``: the box has left under it.
    """

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="%(class)ss", verbose_name=_("visit"))
    issued_by = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="%(class)ss_issued", verbose_name=_("issued by")
    )
    issued_at = models.DateTimeField(_("issued"))
    issued_label = models.CharField(_("entered by"), max_length=120)
    valid_until = models.DateTimeField(_("valid until"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    used_at = models.DateTimeField(_("used"), null=True, blank=True)

    class Meta:
        abstract = True


class DeliveryOrder(Right):
    """A party's word that this haulier may collect this box."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    reference = models.CharField(_("issuer's reference"), max_length=60, blank=True)
    haulier = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="delivery_orders", verbose_name=_("haulier")
    )

    class Meta:
        verbose_name = _("delivery order")
        verbose_name_plural = _("delivery orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("issued_at")), name="a_delivery_order_ends_after_it_was_issued"
            ),
        ]
        indexes = [models.Index(fields=["issued_by", "-issued_at"], name="delivery_orders_by_issuer")]

    def __str__(self) -> str:
        return self.number


class ReleasePin(Right):
    """A PIN for one box, told once to the party that asked for it. See Note [A PIN is kept as a keyed digest]."""

    digest = models.CharField(max_length=64, editable=False)
    mistakes = models.PositiveSmallIntegerField(_("mistaken"), default=0)
    locked_at = models.DateTimeField(_("locked after too many mistakes"), null=True, blank=True)

    class Meta:
        verbose_name = _("PIN for a box")
        verbose_name_plural = _("PINs for boxes")
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gt=F("issued_at")), name="a_pin_ends_after_it_was_issued"),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(revoked_at=None, used_at=None), name="a_box_has_one_pin"
            ),
        ]
        indexes = [models.Index(fields=["issued_by", "-issued_at"], name="pins_by_issuer")]

    def __str__(self) -> str:
        return f"PIN {self.visit}"
