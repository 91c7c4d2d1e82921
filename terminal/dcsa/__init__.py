"""What happened at the terminal, in the words of DCSA Track & Trace: versions 2.2 and 3.0, each as it knows the world.

``facts.Happened`` is one row of the journal in plain terms; ``codes`` says which version knows such a thing and under
which code; ``two`` and ``three`` write the event, or nothing where the version has no word for it.
"""

from terminal.dcsa.codes import Code, EventType, Version, code_of, kinds_of
from terminal.dcsa.facts import Carriage, Happened, Paper, PaperKind, Place, SealSeen
from terminal.dcsa.three import event_3_0
from terminal.dcsa.two import event_2_2

__all__ = [
    "Carriage",
    "Code",
    "EventType",
    "Happened",
    "Paper",
    "PaperKind",
    "Place",
    "SealSeen",
    "Version",
    "code_of",
    "event_2_2",
    "event_3_0",
    "kinds_of",
]
