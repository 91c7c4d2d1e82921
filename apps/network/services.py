"""The site's own rows, as its fixtures have them: loaded once, and later what a newer version brings.

# Note [What the site was given]
Staff change, add to and delete what was loaded, so its absence says nothing. Therefore each part that was loaded is
written down (``SitePart``): the rows of a model, a role, a right of a role. A part is given once, at the first start or
at the first one of the version that brings it. Sites that are older than this memory have the parts of which anything
is there; of rights those that existed when a role was last given one.

A further terminal is one part, a file of its own: given whole, where the terminal of the site's fixtures is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import yaml
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.db.models import Max

from apps.network.models import SitePart, Terminal

FIXTURES: Final = ("site", "segregation", "customs")
FURTHER: Final = ("khorgos",)
"""Further terminals, one file each."""

TERMINAL: Final = "network.terminal"
ROLE: Final = "parties.role"

Row = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """What is given as a whole: rows of a model, a role, (``right``) a right of a role, or a further ``terminal``."""

    name: str
    rows: list[Row] = field(default_factory=list)
    role: str = ""
    right: tuple[str, ...] = ()
    terminal: str = ""

    @property
    def model(self) -> Any:
        """Of which its rows are."""
        return apps.get_model(self.name.partition(":")[0])

    @property
    def is_there(self) -> bool:
        """Whether the site, older than its memory, seems to have been given it."""
        if self.terminal:
            return Terminal.objects.filter(code=self.terminal).exists()
        if self.right:
            return bool(self._permission.pk <= _newest_right())
        found = self.model.objects.filter(code=self.role) if self.role else self.model.objects.all()
        return bool(found.exists())

    @property
    def _permission(self) -> Any:
        return apps.get_model("auth.permission").objects.get_by_natural_key(*self.right)

    def give(self) -> int:
        """Load it, unless there is something of the site's own already; how many rows that were."""
        if self.terminal:
            return 0 if self.is_there or not _is_the_fixtures_site() else _load(self.rows)
        if self.right:
            role = self.model.objects.filter(code=self.role).first()
            if role is not None:
                role.permissions.add(self._permission)
            return int(role is not None)
        if self.role:
            return self._give_role()
        return 0 if self.model.objects.exists() else _load([row for row in self.rows if _is_of_this_site(row)])

    def _give_role(self) -> int:
        """A role of its own number: the one in the fixture may be somebody else's here."""
        _role, new = self.model.objects.get_or_create(
            code=self.role, defaults={name: value for name, value in self.rows[0]["fields"].items() if name not in MANY}
        )
        return int(new)


MANY: Final = ("code", "permissions")


@transaction.atomic
def set_up_site() -> dict[str, int]:
    """Load what the site has not been given yet; how many rows by what they are. See Note [What the site was given]."""
    parts = list(_parts())
    if not Terminal.objects.exists():
        call_command("loaddata", *FIXTURES, verbosity=0)
        call_command("loaddata", *FURTHER, verbosity=0)  # rows without numbers: after those that have them
        _remember(parts)
        return {TERMINAL: Terminal.objects.count()}
    given = set(SitePart.objects.values_list("name", flat=True))
    if not given:
        there = [part for part in parts if part.is_there]
        _remember(there)
        given = {part.name for part in there}
    new = [part for part in parts if part.name not in given]
    rows = [("rights of roles" if part.right else part.name, part.give()) for part in new]
    _remember(new)
    counted = {name: sum(many for each, many in rows if each == name) for name, _many in rows}
    return {name: many for name, many in counted.items() if many}


def _parts() -> Iterator[Part]:
    """Every part of the fixtures, in their order: roles before their rights."""
    models: dict[str, list[Row]] = {}
    for row in _rows(*FIXTURES):
        models.setdefault(row["model"], []).append(row)
    for model, rows in models.items():
        if model != ROLE:
            yield Part(model, rows)
    for row in models.get(ROLE, ()):
        code = row["fields"]["code"]
        yield Part(f"{ROLE}:{code}", [row], role=code)
        for right in row["fields"]["permissions"]:
            yield Part(f"{ROLE}:{code}:{'.'.join(right)}", role=code, right=tuple(right))
    for name in FURTHER:
        rows = list(_rows(name))
        code = next(row["fields"]["code"] for row in rows if row["model"] == TERMINAL)
        yield Part(f"{TERMINAL}:{code}", rows, terminal=code)


def _rows(*files: str) -> Iterator[Row]:
    for name in files:
        yield from yaml.safe_load((Path(settings.ROOT) / "fixtures" / f"{name}.yaml").read_text())


def _newest_right() -> int:
    """The number of the youngest right that any role has."""
    held = apps.get_model(ROLE).permissions.through.objects
    return held.aggregate(newest=Max("permission_id"))["newest"] or 0


def _is_the_fixtures_site() -> bool:
    """Whether the terminal is here for which the fixtures are made."""
    own = [row["fields"]["code"] for row in _rows(*FIXTURES) if row["model"] == TERMINAL]
    return Terminal.objects.filter(code__in=own).exists()


def _is_of_this_site(row: Row) -> bool:
    """Whether the terminal it names is known; the site may have another one than the fixtures'."""
    named = row["fields"].get("terminal") or row["fields"].get("office")
    return named is None or Terminal.objects.filter(code=named[0]).exists()


def _load(rows: list[Row]) -> int:
    with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        yaml.safe_dump(rows, file, allow_unicode=True)
        file.flush()
        call_command("loaddata", file.name, verbosity=0)
    return len(rows)


def _remember(parts: Iterable[Part]) -> None:
    SitePart.objects.bulk_create([SitePart(name=part.name) for part in parts], ignore_conflicts=True)
