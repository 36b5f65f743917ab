"""What revenue_report.xlsx can hold and says of what it cannot, known without loading what writes it."""

from __future__ import annotations

__all__ = ["NOT_COMPUTED", "REJECT_LIMIT"]

NOT_COMPUTED = "non calculé"

REJECT_LIMIT = 100_000
"""Rejected cells shown in the workbook; quarantine.csv has them all."""
