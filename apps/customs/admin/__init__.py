"""Customs' pages, a module for each thing."""

from apps.customs.admin import (
    authority,
    declarations,
    duty,
    goods_stops,
    guarantees,
    inspections,
    mandates,
    offices,
    risk,
    smuggling,
)

__all__ = [
    "authority",
    "declarations",
    "duty",
    "goods_stops",
    "guarantees",
    "inspections",
    "mandates",
    "offices",
    "risk",
    "smuggling",
]
