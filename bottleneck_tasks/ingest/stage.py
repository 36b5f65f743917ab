"""The ingest stage: the three exports of a month, found and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.errors import BottleneckError, DataError
from bottleneck_tasks.ingest.ingest_source import ingest_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Settings

__all__ = ["ingest"]


def ingest(run: Run, *, files: Mapping[str, Path], month: Month | None, settings: Settings) -> dict[str, SourceFacts]:
    """Ingest each file by its source name, and forget the later steps of the run.

    All files are tried before the first fault is raised, so that a person mends them in one go: one fault keeps its
    own error, several become one DataError (65) that names each.
    """
    run.discard("quality", "analytics", "history", "delivery")
    facts: dict[str, SourceFacts] = {}
    faults: list[BottleneckError] = []
    for source, file in files.items():
        try:
            facts[source] = ingest_source(run, source, file=file, month=month, settings=settings)
        except DataError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise DataError(
            faults[0].code,
            f"{len(faults)} exports are refused: "
            + "; ".join(f"{fault.facts.get('file')}: {fault.what}" for fault in faults),
            "; ".join(dict.fromkeys(fault.next_step for fault in faults)),
        )
    return facts
