"""The yard on the screen: its blocks, and where each box stands."""

from apps.yard.admin.blocks import BlockAdmin
from apps.yard.admin.standings import StandingAdmin

__all__ = ["BlockAdmin", "StandingAdmin"]
