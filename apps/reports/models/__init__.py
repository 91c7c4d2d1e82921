"""Figures counted from the journal."""

from apps.reports.models.dwell import DailyDwell
from apps.reports.models.throughput import Bookmark, Crossings, DailyThroughput, HourlyThroughput
from apps.reports.models.trade import TradeStatement

__all__ = ["Bookmark", "Crossings", "DailyDwell", "DailyThroughput", "HourlyThroughput", "TradeStatement"]
