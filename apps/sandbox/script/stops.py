"""Holds of every owner, notes, and what was wrong and is put right."""

from typing import Final

from apps.sandbox.script.cues import cue

STOPS: Final = (
    cue(6, "hold", "unpaid", "a carrier's hold: freight is not paid", owner="carrier", reason="Freight not paid"),
    cue(30, "lift", "unpaid", "lifted", owner="carrier"),
    cue(7, "hold", "disputed", "a shipper's hold", owner="shipper", reason="Buyer has not paid", step="gate_out"),
    cue(35, "lift", "disputed", "lifted", owner="shipper"),
    cue(8, "hold", "seized", "customs seizes a box", owner="customs", reason="Undeclared goods", kind="seizure"),
    cue(43, "lift", "seized", "and lets it go", owner="customs"),
    cue(10, "damage", "damaged", "an unsafe damage is found: a rule of the terminal holds the box"),
    cue(29, "lift", "damaged", "surveyed, and lifted", owner="terminal"),
    cue(22, "hold_all", "SB-2", "all boxes of the late train are held", reason="Manifest is missing"),
    cue(38, "lift_all", "SB-2", "and let go"),
    # A wrong number, an arrival that was none
    cue(0, "advise", "misread", days=0.5),
    cue(12, "misread", "misread", "a box comes in under a wrong number, and so under no advice"),
    cue(16, "put_right", "misread", "the number is put right: the advised visit is joined to the one that is here"),
    cue(0, "advise", "retracted", days=0.5),
    cue(13, "gate_in", "retracted", "a box is said to have come in"),
    cue(15, "retract", "retracted", "it had not: the arrival is retracted"),
    cue(21, "gate_in", "retracted", "now it comes"),
    cue(0, "advise", "given-up", "a box is advised", days=0.5),
    cue(4, "give_up", "given-up", "and its visit is cancelled"),
    # A reefer, dangerous goods
    cue(0, "advise", "chilled", days=0.5),
    cue(0, "advise", "hazardous", days=0.5),
    cue(9, "gate_in", "chilled", "a reefer comes in"),
    cue(9, "hazard", "hazardous", "dangerous goods are declared", un_number="1993", imdg_class="3"),
    cue(10, "gate_in", "hazardous"),
    cue(10, "temperature", "chilled", "it is to keep -18 °C", celsius="-18.0", reading="set_point"),
    cue(14, "temperature", "chilled", "a round reads -17.6 °C", celsius="-17.6", reading="measured"),
    cue(23, "temperature", "chilled", "another -9.2 °C: too warm", celsius="-9.2", reading="measured"),
    cue(32, "temperature", "chilled", "and -17.9 °C again", celsius="-17.9", reading="measured"),
    cue(0, "advise", "empty", days=0.5),
    cue(11, "gate_in", "empty", "an empty box comes in: it needs nobody's permission"),
)  # fmt: skip
