"""Customs' pages, a module for each thing."""

from apps.customs.admin import authority, declarations, guarantees, inspections, mandates, offices, risk, smuggling

__all__ = [
    "authority",
    "declarations",
    "guarantees",
    "inspections",
    "mandates",
    "offices",
    "risk",
    "smuggling",
]
