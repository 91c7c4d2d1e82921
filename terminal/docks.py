"""Dock doors: what is worked at one, how a truck stands at it, and where the next appointment fits best."""

from enum import StrEnum


class DockWork(StrEnum):
    """What is done at a door."""

    STRIP = "strip"
    """A container is unpacked."""
    STUFF = "stuff"
    """A container is filled."""
    RECEIVE = "receive"
    """Goods are taken off a truck into the warehouse."""
    HAND_OUT = "hand_out"
    """Goods are put out of the warehouse onto a truck."""


class Handover(StrEnum):
    """How the box or the truck stands at the door."""

    LIVE = "live"
    """The truck waits while it is worked."""
    DROP = "drop"
    """It is left at the door and fetched when the work is done."""
