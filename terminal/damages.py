"""Damages of a box: where, what, and how bad."""

from enum import StrEnum


class Side(StrEnum):
    """Where on the box, seen from its doors."""

    DOORS = "doors"
    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    ROOF = "roof"
    FLOOR = "floor"
    UNDERSIDE = "underside"
    CORNERS = "corners"
    INSIDE = "inside"
    MACHINE = "machine"


class Harm(StrEnum):
    """What is wrong there."""

    DENT = "dent"
    HOLE = "hole"
    CUT = "cut"
    CRACK = "crack"
    BENT = "bent"
    CORROSION = "corrosion"
    MISSING_PART = "missing_part"
    LEAK = "leak"
    DIRT = "dirt"
    SEAL_BROKEN = "seal_broken"
    OTHER = "other"


class Severity(StrEnum):
    """How bad: to be noted, to be repaired, or not to be lifted and stacked."""

    MINOR = "minor"
    MAJOR = "major"
    UNSAFE = "unsafe"
