"""Everything that changes a call: announcing, arriving, working, departing, cancelling, its times, its history.

A person needs the right ``calls.change_call`` at the call's terminal. See ``refusals`` for what can be refused.
"""

from apps.calls.services.announcing import NewCall, announce_calls
from apps.calls.services.history import ReportedCall, take_in_calls
from apps.calls.services.phases import arrive, cancel, close, depart, departing, finish_work, start_work
from apps.calls.services.refusals import (
    AlreadyHappened,
    CallIsOver,
    DepartureBeforeArrival,
    InTheFuture,
    NamelessCall,
    messages_about,
)
from apps.calls.services.times import change_times

__all__ = [
    "AlreadyHappened",
    "CallIsOver",
    "DepartureBeforeArrival",
    "InTheFuture",
    "NamelessCall",
    "NewCall",
    "ReportedCall",
    "announce_calls",
    "arrive",
    "cancel",
    "change_times",
    "close",
    "depart",
    "departing",
    "finish_work",
    "messages_about",
    "start_work",
    "take_in_calls",
]
