"""Figures counted from the journal."""

from apps.reports.models.dwell import DailyDwell
from apps.reports.models.throughput import Bookmark, Crossings, DailyThroughput, HourlyThroughput

__all__ = ["Bookmark", "Crossings", "DailyDwell", "DailyThroughput", "HourlyThroughput"]
