"""Trains and a ship: announced, late, worked, gone; and the places on trains."""

from typing import Final

from apps.sandbox.script.cues import cue

LANDED: Final = (
    "smooth", "query", "inspected", "rejected", "withdrawn", "referred", "silent", "expired", "early", "unpaid",
    "disputed", "seized",
)  # fmt: skip
"""Boxes of the train that has been here since the morning."""

CARRIERS: Final = (
    # What was before the day began
    cue(0, "train", "SB-OLD", days=12, comes=-11.9, leaves=-11.5, boxes=("demurrage",)),
    cue(0, "train_comes", "SB-OLD", days=11.9),
    cue(0, "discharge", "SB-OLD", "one box stands here for eleven days already", days=11.8),
    cue(0, "train_leaves", "SB-OLD", days=11.5),
    cue(0, "train", "SB-5", days=6, comes=-5, leaves=-4.6, boxes=("stale",)),
    cue(0, "train_comes", "SB-5", days=5),
    cue(0, "discharge", "SB-5", days=4.9),
    cue(0, "train_leaves", "SB-5", days=4.6),
    # The train of the morning
    cue(0, "train", "SB-1", "a train is announced, and its boxes are advised", days=1, comes=0.05, leaves=0.4,
        boxes=LANDED),
    cue(3, "train_comes", "SB-1", "it arrives: its boxes are here, still on their wagons"),
    cue(4, "discharge", "SB-1", "its boxes are discharged into the yard"),
    cue(15, "train_ready", "SB-1", "it is ready to leave"),
    cue(16, "train_leaves", "SB-1", "it leaves again; later its call is closed"),
    # The late one
    cue(0, "train", "SB-2", "a second train is announced for minute 10", days=0.5, comes=0.17, leaves=0.6,
        boxes=("delayed", "held-with-all")),
    cue(5, "late", "SB-2", "it will be two hours late", comes=0.25),
    cue(9, "late", "SB-2", "and two more", comes=0.33),
    cue(20, "train_comes", "SB-2", "it arrives, four hours late"),
    cue(21, "discharge", "SB-2", "its boxes are discharged"),
    cue(40, "train_leaves", "SB-2"),
    # Outbound: one with a cut-off, one after it, one that never comes
    cue(0, "train", "SB-OUT", "a train to Almaty takes boxes until minute 24 and leaves at minute 40", days=2,
        comes=0.3, leaves=0.66, cut_off=0.4, service="X1"),
    cue(0, "train", "SB-NEXT", "the next train to Almaty leaves at minute 56", days=2, comes=0.75, leaves=0.93,
        cut_off=0.9, service="X1"),
    cue(0, "train", "SB-NEVER", "a train to Almaty that will be cancelled", days=2, comes=0.5, leaves=0.8,
        service="X1"),
    cue(0, "places", "kept", "two places are booked on SB-OUT (confirmed)", days=1, train="SB-OUT", boxes=2),
    cue(0, "places", "given-back", "two more are booked that nobody will use", days=1, train="SB-OUT", boxes=2),
    cue(0, "places", "waiting", "more places than are left: the booking waits", days=0.9, train="SB-OUT", boxes=4),
    cue(2, "places", "cancelled", "a place is booked on SB-NEXT", train="SB-NEXT", boxes=1),
    cue(6, "give_places_up", "cancelled", "and given up (cancelled)"),
    cue(18, "train_comes", "SB-OUT", "the train to Almaty arrives"),
    cue(19, "empty_wagons", "SB-OUT"),
    cue(24, "close_places", "SB-OUT", "the cut-off: places nobody uses are released, and who waited is told"),
    cue(33, "late", "SB-OUT", "it will leave two hours late", leaves=0.75),
    cue(27, "load", "SB-OUT", "boxes are loaded onto it: they are on a carrier", boxes=("export",)),
    cue(45, "train_leaves", "SB-OUT", "it leaves, two hours late; the bookings of its boxes are used"),
    cue(46, "close_places", "SB-OUT"),
    cue(26, "cancel_train", "SB-NEVER", "a train to Almaty is cancelled; its box is stranded"),
    # Boxes that are to leave
    cue(0, "advise", "export", "a box for the train to Almaty is advised", days=1, leaves_by="SB-OUT"),
    cue(0, "advise", "too-late", days=1, leaves_by="SB-OUT"),
    cue(0, "advise", "stranded", days=1, leaves_by="SB-NEVER"),
    cue(0, "advise", "unplanned", days=1),
    cue(0, "advise", "damaged", days=1, leaves_by="SB-NEXT"),
    cue(1, "use_places", "kept", "it uses a booked place", box="export"),
    cue(2, "gate_in", "export", "the box comes in by road"),
    cue(2, "gate_in", "stranded"),
    cue(2, "gate_in", "unplanned", "a box comes in of which nobody knows by what it leaves"),
    cue(2, "gate_in", "damaged"),
    cue(20, "weigh", "export", "it is weighed: before, its gross weight was missing", kg=21_300),
    cue(25, "gate_in", "too-late", "a box comes a minute after its train's cut-off"),
    cue(28, "plan", "too-late", "it rolls over to the next train", leaves_by="SB-NEXT"),
    cue(30, "plan", "stranded", "the stranded box is planned onto the next train", leaves_by="SB-NEXT"),
    cue(31, "plan", "unplanned", "the other one, too", leaves_by="SB-NEXT"),
    cue(50, "train_comes", "SB-NEXT", "the next train to Almaty arrives"),
    cue(51, "empty_wagons", "SB-NEXT"),
    cue(54, "load", "SB-NEXT", boxes=("too-late", "stranded", "unplanned", "damaged")),
    cue(57, "train_leaves", "SB-NEXT", "the next train to Almaty leaves"),
    # A ship
    cue(0, "barge", "SB-BARGE", "a barge is scheduled, and will not come today", days=1, comes=1.2, leaves=1.4),
    cue(0, "ship", "SB-SEA", "a ship is scheduled for minute 30", days=3, comes=0.5, leaves=0.85),
    cue(0, "advise", "seagoing", days=1, leaves_by="SB-SEA"),
    cue(7, "gate_in", "seagoing", "a box for the ship comes in by road"),
    cue(30, "ship_comes", "SB-SEA", "the ship arrives"),
    cue(32, "weigh", "seagoing", "its box gets the verified gross mass that was missing", kg=18_400, verified=True),
    cue(35, "load_ship", "SB-SEA", "it is loaded onto the ship", boxes=("seagoing",)),
    cue(52, "ship_leaves", "SB-SEA", "the ship leaves"),
)  # fmt: skip
