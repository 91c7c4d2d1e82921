"""What is played in a sandbox's hour, as data: the boxes, and what happens to them at which minute.

``SCRIPT`` is in the order in which it is enacted. ``docs/sandbox.md`` shows it as a table, made by
``manage.py sandbox script``.
"""

from typing import Final

from apps.sandbox.script.boxes import BOXES, Box
from apps.sandbox.script.carriers import CARRIERS
from apps.sandbox.script.cues import Cue
from apps.sandbox.script.customs import CUSTOMS
from apps.sandbox.script.evening import EVENING
from apps.sandbox.script.gate import GATE
from apps.sandbox.script.messages import MESSAGES
from apps.sandbox.script.money import MONEY
from apps.sandbox.script.stops import STOPS
from apps.sandbox.script.warehouse import WAREHOUSE

__all__ = ["BOXES", "SCRIPT", "Box", "Cue"]

ROUNDS: Final = tuple(Cue(minute, "rounds") for minute in range(1, 60, 3))
"""What the worker does for other terminals every minute."""

_PARTS: Final = (CARRIERS, CUSTOMS, STOPS, GATE, WAREHOUSE, MONEY, MESSAGES, EVENING, ROUNDS)

SCRIPT: Final = tuple(sorted((cue for part in _PARTS for cue in part), key=lambda cue: (cue.minute, -cue.days)))
"""Every cue, the first first; of one minute in the order of the parts."""
