"""Questions about customs' work."""

from apps.customs.selectors.clocks import Clocks, clocks_of
from apps.customs.selectors.declarations import declarations_of
from apps.customs.selectors.durations import minutes_worked
from apps.customs.selectors.jurisdiction import offices_with_jurisdiction, uncovered
from apps.customs.selectors.offices import (
    IN_TREE,
    OPEN,
    OfficeQueue,
    is_inspector,
    is_officer,
    offices_of,
    queue,
    with_queue,
)
from apps.customs.selectors.opening import opening_of, opening_of_house, openings
from apps.customs.selectors.risk import Share, channel_shares, proposal
from apps.customs.selectors.statistics import ClockShare, ReleaseStatistics, release_statistics
from apps.customs.selectors.workload import OfficeLoad, loads, mean_given, minutes_expected

__all__ = [
    "IN_TREE",
    "OPEN",
    "ClockShare",
    "Clocks",
    "OfficeLoad",
    "OfficeQueue",
    "ReleaseStatistics",
    "Share",
    "channel_shares",
    "clocks_of",
    "declarations_of",
    "is_inspector",
    "is_officer",
    "loads",
    "mean_given",
    "minutes_expected",
    "minutes_worked",
    "offices_of",
    "offices_with_jurisdiction",
    "opening_of",
    "opening_of_house",
    "openings",
    "proposal",
    "queue",
    "release_statistics",
    "uncovered",
    "with_queue",
]
