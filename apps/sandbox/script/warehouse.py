"""Bookings of area, orders to unpack, appointments at dock doors: each in every status."""

from typing import Final

from apps.sandbox.script.cues import cue

WAREHOUSE: Final = (
    cue(0, "book", "stored", "area is booked and confirmed", days=3, zone="gen", area=200, starts=-1, ends=0.9),
    cue(0, "goods_come", "stored", "its goods are in (checked in)", days=0.9),
    cue(44, "goods_go", "stored", "and gone (completed)"),
    cue(1, "book", "asked", "area is asked for", zone="cfs", area=60, starts=1, ends=3),
    cue(5, "confirm", "asked", "and confirmed"),
    cue(2, "book", "full", "the chilled store is full: the booking waits", zone="cold", area=40, starts=1, ends=2,
        wait=True),
    cue(0, "book", "fills", days=1, zone="cold", area=80, starts=0.5, ends=3),
    cue(0, "confirm", "fills", days=0.9),
    cue(20, "give_area_up", "fills", "area becomes free (cancelled), and who waited has a request"),
    cue(22, "confirm", "full", "which is confirmed"),
    cue(3, "book", "refused", "area is asked for that is needed otherwise", zone="cfs", area=20, starts=2, ends=4),
    cue(6, "refuse", "refused", "and rejected", reason="The area is needed for a stocktaking"),
    cue(0, "book", "unanswered", "a request nobody answers", days=0.1, zone="cfs", area=10, starts=1, ends=2),
    cue(27, "say", "", "after twelve hours it has run out (expired)"),
    cue(0, "book", "absent", days=2, zone="cfs", area=10, starts=0.05, ends=2),
    cue(0, "confirm", "absent", days=1.9),
    cue(16, "say", "", "goods that were booked for minute 3 have not come (no-show)"),
    # A box is unpacked
    cue(0, "advise", "unpacked", days=2),
    cue(0, "gate_in", "unpacked", days=1),
    cue(0, "advise", "at-the-dock", days=0.5),
    cue(5, "to_the_dock", "at-the-dock", "a box comes straight to the dock: it is in the warehouse"),
    cue(4, "unpack", "unpacked", "a box is to be unpacked", packages=120),
    cue(7, "accept", "unpacked", "the order is accepted"),
    cue(12, "begin", "unpacked", "work begins"),
    cue(18, "count", "unpacked", "two packages are missing", packages=118),
    cue(20, "unpacked", "unpacked", "the box is empty, its goods are in stock; it begins an empty stay"),
    cue(6, "unpack", "at-the-dock", "another is to be unpacked", packages=40),
    cue(10, "refuse_order", "at-the-dock", "which is rejected", reason="No packing list"),
    cue(11, "unpack", "at-the-dock-2", "asked for again", packages=40, box="at-the-dock"),
    cue(15, "cancel_order", "at-the-dock-2", "and cancelled"),
    cue(30, "hand_out", "lots", "half of the goods are to be handed out", of="unpacked"),
    cue(32, "accept", "lots"),
    cue(34, "begin", "lots"),
    cue(36, "stop", "lots", "which is stopped: nobody came for them", reason="Nobody came for the goods"),
    # Doors
    cue(1, "door", "worked", "a door is booked", work="receive", hour=4),
    cue(10, "at_door", "worked", "the truck is at the door"),
    cue(11, "door_opens", "worked", "work begins there"),
    cue(12, "door_closes", "worked", "and is done"),
    cue(1, "door", "skipped", "another is booked, and nobody comes (no-show)", work="hand_out", hour=4),
    cue(2, "door", "dropped", work="receive", hour=9),
    cue(8, "cancel_door", "dropped", "a third is given up"),
)  # fmt: skip
