"""The figures of a month, from the mart of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.facts import Figures
from bottleneck_tasks.database import read_sql

if TYPE_CHECKING:
    from bottleneck_tasks.session.interface import Session
__all__ = ["compute_figures"]


def compute_figures(session: Session, *, threshold: float) -> Figures:
    """Counts and exact amounts (EUR including tax, to date) of the table `mart`."""
    cursor = session.execute(read_sql("bottleneck_tasks.analytics", "figures"))
    [row] = cursor.fetchall()
    names = [column[0] for column in cursor.description]
    return Figures(premium_threshold=threshold, **dict(zip(names, row, strict=True)))
