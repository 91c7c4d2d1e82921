"""From bytes to facts: an interchange is read as a whole or refused as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from terminal.edifact.customs import read_customs_answer
from terminal.edifact.elements import Reading
from terminal.edifact.envelope import Interchange, Message, read_interchange
from terminal.edifact.facts import MessageType, Told
from terminal.edifact.faults import UnknownMessageType
from terminal.edifact.lists import read_announcement, read_bay_plan, read_ship_list, read_truck_notice
from terminal.edifact.moves import read_gate_report, read_ship_report
from terminal.edifact.oddities import Notes, Oddity, Warned
from terminal.edifact.opening import message_type
from terminal.edifact.profile import COMMON, Profile
from terminal.edifact.statuses import read_status_report

READERS: Final[Mapping[MessageType, Callable[[Message, Reading], Told]]] = {
    MessageType.CODECO: read_gate_report,
    MessageType.COARRI: read_ship_report,
    MessageType.COPRAR: read_ship_list,
    MessageType.COPARN: read_announcement,
    MessageType.IFTSTA: read_status_report,
    MessageType.COPINO: read_truck_notice,
    MessageType.CUSRES: read_customs_answer,
    MessageType.BAPLIE: read_bay_plan,
}


@dataclass(frozen=True, slots=True)
class Received:
    """An interchange, what its messages say (in their order), and everything that was put right on the way."""

    interchange: Interchange
    told: tuple[Told, ...]
    warnings: tuple[Warned, ...]


def read(data: bytes, profile: Profile = COMMON) -> Received:
    """What an interchange says. Raises a ``MalformedInterchange`` at the first place that cannot be read."""
    interchange = read_interchange(data, profile)
    reading = Reading(profile, Notes(profile.tolerates))
    told = tuple(read_message(message, reading) for message in interchange.messages)
    return Received(interchange, told, (*interchange.warnings, *reading.notes.warnings))


def read_message(message: Message, reading: Reading) -> Told:
    """What one message says. Raises ``UnknownMessageType``, and whatever is wrong in it."""
    reader = READERS.get(message_type(message))
    if reader is None:
        raise UnknownMessageType.at(message.header.place(2), message.type, ", ".join(READERS))
    if message.dialect not in reading.profile.dialects:
        agreed = ", ".join(sorted(reading.profile.dialects))
        reading.notes.warn(Oddity.OTHER_DIALECT, message.header.place(2, 3), message.dialect, agreed)
    return reader(message, reading)
