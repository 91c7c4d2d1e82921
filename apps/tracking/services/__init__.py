"""Taking in what other systems report: history by the file, and what a party's systems say of its boxes elsewhere."""

from apps.tracking.services.flow import FlowReport, Problem, import_flow
from apps.tracking.services.reporting import FIELDS, Outcome, take_reports

__all__ = ["FIELDS", "FlowReport", "Outcome", "Problem", "import_flow", "take_reports"]
