"""What a run knows of its datasets, as the events tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.lineage.columns import ColumnLineage
    from bottleneck_tasks.month import Month

__all__ = ["Measured", "RunFacts"]


class Measured(Struct, frozen=True, kw_only=True):
    """One dataset of a run. `fields` are (name, type, meaning); `size` is in bytes; unknown values are None."""

    name: str
    text: str
    file: str
    version: str
    rows: int | None = None
    size: int | None = None
    fields: tuple[tuple[str, str, str | None], ...] = ()
    nulls: Mapping[str, int] = field(default_factory=dict)
    columns: ColumnLineage | None = None


class RunFacts(Struct, frozen=True, kw_only=True):
    """One run: its identity, its checks of every stage, its datasets by name, its deliverables in order."""

    run_id: str
    month: Month | None
    checks: tuple[Check, ...]
    datasets: Mapping[str, Measured]
    deliverables: tuple[str, ...]
