"""Customs' pages, a module for each thing."""

from apps.customs.admin import declarations, offices

__all__ = ["declarations", "offices"]
