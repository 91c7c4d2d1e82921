"""Boxes whose position nobody has seen for a while."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DAYS = (("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days")))


class NotVerifiedFor(admin.SimpleListFilter):
    """Positions not verified for so many days; one that never was counts from when the box was put there."""

    title = _("not verified for")
    parameter_name = "unverified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        """So many days, or never."""
        return (*DAYS, ("never", _("never verified")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The positions that fit."""
        asked = self.value()
        if asked == "never":
            return queryset.filter(verified_at=None)
        if asked not in dict(DAYS):
            return queryset
        before = timezone.now() - timedelta(days=int(asked))
        return queryset.filter(Q(verified_at__lt=before) | Q(verified_at=None, placed_at__lt=before))
