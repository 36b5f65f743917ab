"""The figures of a month, from the mart of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.facts import Figures
from bottleneck_tasks.database import read_sql
from bottleneck_tasks.errors import InternalError

if TYPE_CHECKING:
    from bottleneck_tasks.session.interface import Session
__all__ = ["compute_figures"]


def compute_figures(session: Session, *, threshold: float) -> Figures:
    """Counts and exact amounts (EUR including tax, to date) of the table `mart`. Raises InternalError (70) without a row."""
    cursor = session.execute(read_sql("bottleneck_tasks.analytics", "figures"))
    row = cursor.fetchone()
    if row is None:
        raise InternalError("FIGURES", "the figures came out empty", "report this as a fault of the library")
    names = [column[0] for column in cursor.description or ()]
    return Figures(premium_threshold=threshold, **dict(zip(names, row, strict=True)))
