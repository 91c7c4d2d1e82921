"""What a deed of the script works with: the stage at one moment of its day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import models

from apps.containers.models import Visit
from apps.network.models import Terminal
from apps.parties.actors import Actor
from apps.parties.models import Party, User
from apps.sandbox.models import Stage
from apps.sandbox.script import BOXES, Cue
from terminal.sandbox import opening

BY: Final = Actor.itself("sandbox")
OFFICER: Final = "officer"
HAULIER: Final = "haulage"
LINE: Final = "line"

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Scene:
    """The stage while a cue is enacted. ``at``: when it happens, by the sandbox's clock; ``wall``: in truth."""

    stage: Stage
    cue: Cue
    at: datetime
    wall: datetime
    by: Actor = BY

    @property
    def terminal(self) -> Terminal:
        """Where it is played."""
        return self.stage.terminal

    @property
    def party(self) -> Party:
        """Whose boxes these are."""
        return self.stage.party

    def said(self, name: str, default: Any = None) -> Any:
        """What the cue says beside."""
        return self.cue.said.get(name, default)

    def helper(self, what: str) -> Party:
        """Another party of the sandbox: its haulier, its shipping line."""
        return Party.objects.get(code=named(self.terminal, what))

    @property
    def program(self) -> Actor:
        """The party itself, where only it can."""
        return Actor.program(self.party, "sandbox")

    @property
    def officer(self) -> Actor:
        """Nobody else decides for customs, the terminal's own machinery least of all."""
        return Actor.person(User.objects.get(username=named(self.terminal, OFFICER)))

    def day(self, days: float) -> datetime:
        """So many days after the sandbox's day began."""
        began: Any = self.terminal.day_began_at
        return opening(began) + timedelta(days=days)

    def keep(self, kind: str, row: M, name: str = "") -> M:
        """Remember a row under what the script calls it."""
        self.stage.cast[f"{kind}:{name or self.cue.about}"] = row.pk
        return row

    def known(self, kind: str, model: type[M], name: str = "") -> M:
        """The row as it is now. Raises ``KeyError`` where the script never had it."""
        number = self.stage.cast[f"{kind}:{name or self.cue.about}"]
        return model._default_manager.get(pk=number)

    def number(self, name: str = "") -> str:
        """The container number of a box of the cast, today."""
        return BOXES[name or self.cue.about].number(self.stage.day)

    def visit(self, name: str = "") -> Visit:
        """The visit of a box of the cast."""
        number = self.stage.cast[f"box:{name or self.cue.about}"]
        return Visit.objects.select_related("container", "terminal", "arrival_call", "departure_call").get(pk=number)


def named(terminal: Terminal, what: str) -> str:
    """The code of a party or person that belongs to a sandbox."""
    return f"{terminal.code}-{what}"
