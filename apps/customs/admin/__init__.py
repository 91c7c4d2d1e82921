"""Customs' pages, a module for each thing."""

from apps.customs.admin import declarations, guarantees, inspections, mandates, offices, risk

__all__ = ["declarations", "guarantees", "inspections", "mandates", "offices", "risk"]
