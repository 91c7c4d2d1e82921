"""Of what a rule or a silence speaks: the whole site, or one block, track, zone or office of it."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.customs.models import Office
from apps.network.models import Terminal
from apps.trains.models import Track
from apps.warehouse.models import Zone
from apps.yard.models import Block

PARTS: Final = ("block", "track", "zone", "office")
"""The parts of a site that can be watched by themselves; none of them: the whole site."""

ELSEWHERE: Final = _("%(part)s is at another terminal.")
ONE_ONLY: Final = _("Choose one block, track, zone or office, or none for the whole site.")


class Scoped(models.Model):
    """A terminal, and at most one part of it."""

    terminal = models.ForeignKey(Terminal, on_delete=models.PROTECT, verbose_name=_("terminal"))
    block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("block"))
    track = models.ForeignKey(Track, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("track"))
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("zone"))
    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("office"))

    class Meta:
        abstract = True

    @property
    def part(self) -> Any:
        """The one part it speaks of; None: the whole site."""
        return next((getattr(self, name) for name in PARTS if getattr(self, f"{name}_id")), None)

    @property
    def part_id(self) -> int | None:
        """The number of the part, without reading it."""
        return next((number for name in PARTS if (number := getattr(self, f"{name}_id"))), None)

    def clean(self) -> None:
        """Refuse a part of another terminal, and more parts than one."""
        named = [name for name in PARTS if getattr(self, f"{name}_id")]
        if len(named) > 1:
            raise ValidationError(dict.fromkeys(named[1:], ONE_ONLY))
        for name in named:
            if getattr(self, name).terminal_id != self.terminal_id:
                raise ValidationError({name: ELSEWHERE % {"part": getattr(self, name)}})


def one_part_only(name: str) -> models.CheckConstraint:
    """The database's own word that at most one part is named."""
    none_of: Any = {f"{part}__isnull": True for part in PARTS}
    alone = [Q(**{key: True for key in none_of if not key.startswith(f"{part}_")}) for part in PARTS]
    return models.CheckConstraint(condition=alone[0] | alone[1] | alone[2] | alone[3], name=name)
