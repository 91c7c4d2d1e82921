"""Trucks: booked, in trouble, turned away, too late, never come."""

from typing import Final

from apps.sandbox.script.cues import cue

_ROAD: Final = ("called-for", "missed", "turned-away")

GATE: Final = (
    *(cue(0, "advise", name, days=2) for name in _ROAD),
    *(cue(0, "gate_in", name, days=1) for name in _ROAD),
    cue(8, "order", "smooth", "a haulier may collect the released box"),
    cue(9, "truck", "smooth", "its truck is booked for minute 13", hour=5),
    cue(13, "truck_comes", "smooth", "the truck is at the gate"),
    cue(14, "truck_in", "smooth", "let in"),
    cue(15, "lift_on", "smooth", "the box is on the truck"),
    cue(16, "truck_out", "smooth", "and gone: the visit is over"),
    cue(3, "order", "called-for", "a right to collect is given for three hours", hours=3),
    cue(4, "truck", "called-for", "a truck is booked", hour=5),
    cue(13, "truck_comes", "called-for", "it comes when the right has run out: held at the desk"),
    cue(18, "solve", "called-for", "its driver names a PIN that was given meanwhile, and goes on"),
    cue(19, "truck_in", "called-for"),
    cue(20, "lift_on", "called-for"),
    cue(21, "truck_out", "called-for", "the box is collected"),
    cue(3, "order", "missed"),
    cue(5, "truck", "missed", "a truck is booked for minute 10", hour=4),
    cue(21, "truck", "missed-again", "it never came (no-show); another is booked for minute 40", hour=16, box="missed"),
    cue(39, "cancel_truck", "missed-again", "its haulier gives that up (cancelled)"),
    cue(3, "order", "turned-away"),
    cue(6, "truck", "turned-away", "a truck is booked for minute 10", hour=4),
    cue(11, "truck_comes", "turned-away", plate="苏G88888"),
    cue(14, "turn_away", "turned-away", "another truck comes than was booked, and is turned away"),
    cue(22, "order", "delayed-order", box="delayed"),
    cue(23, "truck", "delayed", "a truck is booked for minute 50", hour=20),
    cue(32, "close_hour", "delayed", "the gate closes in that hour: its turn is closed, other hours are offered"),
)  # fmt: skip
