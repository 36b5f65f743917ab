"""The second process of a backfill: ingest, quality and analytics of the months it is asked for, each in its own folder.

Whatever fails here is left to the first process, which runs the month again by itself and says why.
"""

from __future__ import annotations

import gc
import shutil
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.ingest.find import find
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.settings import Settings

__all__ = ["serve"]


def serve(descriptor: int) -> None:
    """Answer requests on an inherited pipe until its other end closes, also because that process was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(300_000)  # as the command line does
    folders: list[Path] = []
    with Connection(descriptor) as pipe, suppress(EOFError, OSError):
        while True:
            month, source, folder, settings = pipe.recv()
            folders.append(folder)
            try:
                found = _prepare(Run(folder), source, month=month, settings=settings)
            except Exception:  # noqa: BLE001 - the first process meets it too, and tells
                found = None
            pipe.send((month, found))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(run: Run, source: Path, *, month: Month, settings: Settings) -> dict[str, str]:
    """Run the stages; the SHA-256 of each export that was read."""
    files, _ = find(source, settings.sources.to_dict(), month=month)
    facts = ingest(run, files=files, month=month, settings=settings)
    quality(run, settings=settings)
    analytics(run, settings=settings)
    return {name: fact.sha256 for name, fact in facts.items()}
