"""What is noted of a box: each thing a row, corrected by a further row, withdrawn by one too.

See Note [A note is never edited] in ``apps.containers.models.notes``.
"""

from apps.containers.services.notes.kinds import (
    NewDamage,
    NewHazard,
    NewNote,
    NewSeal,
    NewTemperature,
    NewWeight,
    NotOnThisBox,
    SealAlreadyOn,
)
from apps.containers.services.notes.photos import TooManyPhotos
from apps.containers.services.notes.repairs import AlreadyRepaired, repair_damage
from apps.containers.services.notes.writing import (
    NotTheLatestWord,
    OnlyWeights,
    note,
    withdraw_note,
    write_notes,
)

__all__ = [
    "AlreadyRepaired",
    "NewDamage",
    "NewHazard",
    "NewNote",
    "NewSeal",
    "NewTemperature",
    "NewWeight",
    "NotOnThisBox",
    "NotTheLatestWord",
    "OnlyWeights",
    "SealAlreadyOn",
    "TooManyPhotos",
    "note",
    "repair_damage",
    "withdraw_note",
    "write_notes",
]
