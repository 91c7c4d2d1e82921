"""Declarations in every status, through all three channels, and what can be wrong with a permission."""

from typing import Final

from apps.sandbox.script.cues import cue

_EXPORTS: Final = ("export", "too-late", "stranded", "unplanned", "damaged", "seagoing")

CUSTOMS: Final = (
    cue(0, "guarantee", days=2),
    *(cue(0, "allow", name, days=0.5, steps=("load", "gate_out")) for name in _EXPORTS),
    # Green
    cue(5, "declare", "smooth", "one box is declared"),
    cue(6, "register", "smooth", "customs has registered it"),
    cue(7, "channel", "smooth", "the green channel: assessed, paid and released at once", channel="green"),
    # Yellow, with a question
    cue(5, "declare", "query", "another is declared"),
    cue(8, "channel", "query", "the yellow channel: its papers are looked at", channel="yellow"),
    cue(12, "ask", "query", "customs asks something", question="Which of the invoices is meant?"),
    cue(19, "answer", "query", "the question is answered (answer it before: POST declarations/{id}/answer/)",
        reply="The one of 3 May."),
    cue(24, "clear", "query", "released"),
    # Red
    cue(5, "declare", "inspected", "a third is declared"),
    cue(9, "channel", "inspected", "the red channel: an inspection is ordered", channel="red"),
    cue(14, "present", "inspected", "the box is presented"),
    cue(17, "inspect", "inspected", "it is being looked at"),
    cue(22, "seal", "inspected", "customs seals it anew: its seals differ from those of the papers",
        number="CN77120", owner="customs"),
    cue(23, "inspected", "inspected", "the inspection is done; the goods were as declared"),
    cue(26, "assess", "inspected", "assessed"),
    cue(27, "pay_duty", "inspected", "paid"),
    cue(29, "release", "inspected", "released"),
    # Refused
    cue(5, "declare", "rejected", "a fourth is declared"),
    cue(10, "channel", "rejected", channel="yellow"),
    cue(15, "reject", "rejected", "it is rejected", reason="Value not plausible"),
    cue(36, "declare", "rejected", "it is declared anew"),
    cue(38, "channel", "rejected", "an inspection is ordered", channel="red"),
    cue(41, "other_channel", "rejected", "and called off: the green channel, released", channel="green"),
    # Withdrawn
    cue(6, "declare", "withdrawn", "a fifth is drafted", submit=False),
    cue(9, "submit", "withdrawn", "handed in"),
    cue(13, "withdraw", "withdrawn", "and withdrawn: nobody asks for the permission any more"),
    # Another authority, and a release taken back
    cue(5, "declare", "referred", "a sixth is declared"),
    cue(8, "channel", "referred", channel="yellow"),
    cue(11, "refer", "referred", "quarantine has it", agency="plant quarantine"),
    cue(18, "look_on", "referred", "it is back with customs"),
    cue(20, "clear", "referred", "released"),
    cue(25, "take_back", "referred", "the release is revoked", reason="Certificate is not genuine"),
    # No answer
    cue(5, "declare", "silent", "a seventh is declared; customs does not answer"),
    cue(15, "close_office", "temporary", "its office goes out of service"),
    cue(25, "open_office", "temporary", "the office is back"),
    cue(28, "unreadable", "silent", "an answer comes that nobody can read"),
    cue(37, "channel", "silent", "released at last", channel="green"),
    # What runs out, what is to come, what is old
    cue(6, "declare", "expired"),
    cue(10, "channel", "expired", "a box is released for four hours, until minute 20", channel="green", hours=4),
    cue(33, "allow", "expired", "its permission is renewed", steps=("gate_out",)),
    cue(11, "allow", "early", "a permission is given that is in force from minute 31 on", steps=("gate_out",),
        in_hours=8),
    cue(0, "allow", "stale", days=4, steps=("load", "gate_out")),
    cue(0, "say", "", "one box has a permission that is older than counts"),
    cue(39, "allow", "stale", "it gets a fresh one", steps=("load", "gate_out")),
    # Of which nobody said what it is
    cue(0, "advise", "unruled", days=0.2),
    cue(8, "gate_in", "unruled", "a box comes in of which nobody stated the regime"),
    cue(34, "allow", "unruled", "customs permits it nevertheless", steps=("load", "gate_out", "strip", "release")),
)  # fmt: skip
