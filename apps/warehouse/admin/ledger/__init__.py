"""Goods in bond."""

from apps.warehouse.admin.ledger.entries import BondedEntryAdmin

__all__ = ["BondedEntryAdmin"]
