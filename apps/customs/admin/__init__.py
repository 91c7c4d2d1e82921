"""Customs' pages, a module for each thing."""

from apps.customs.admin import declarations, inspections, offices

__all__ = ["declarations", "inspections", "offices"]
