"""What revenue_report.xlsx can hold, known without loading what writes it."""

from __future__ import annotations

__all__ = ["REJECT_LIMIT"]

REJECT_LIMIT = 100_000
"""Rejected cells shown in the workbook; quarantine.csv has them all."""
