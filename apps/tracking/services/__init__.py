"""Taking in history that other systems report."""

from apps.tracking.services.flow import FlowReport, Problem, import_flow

__all__ = ["FlowReport", "Problem", "import_flow"]
