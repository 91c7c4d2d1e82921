"""The equipment interchange receipt (EIR) as a paper: what it says, and how it is printed."""

from apps.gate.receipts.facts import Receipt, receipt_of
from apps.gate.receipts.printing import printed

__all__ = ["Receipt", "printed", "receipt_of"]
