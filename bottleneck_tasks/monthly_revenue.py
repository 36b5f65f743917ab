"""The month in one process: the stages in order, on a run directory named after their content.

The flow `flows/monthly_revenue.yml` does the same on Kestra, task by task, and writes the same files byte for byte.
"""

from __future__ import annotations

import importlib
import threading
from typing import TYPE_CHECKING

from bottleneck_tasks.analytics.stage import analytics
from bottleneck_tasks.atomic import sha256_of
from bottleneck_tasks.delivery.stage import delivery
from bottleneck_tasks.errors import DataError, UsageError, from_os_error
from bottleneck_tasks.history.read_history import read_history
from bottleneck_tasks.history.stage import history as compare
from bottleneck_tasks.history.stale import refuse_stale
from bottleneck_tasks.ingest.find import find
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.quality.stage import quality
from bottleneck_tasks.run import Run, run_id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Check
    from bottleneck_tasks.contracts.facts import SourceFacts
    from bottleneck_tasks.delivery.stage import Delivery
    from bottleneck_tasks.history.past import Past
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.settings import Settings
    from bottleneck_tasks.store import Store

__all__ = ["check_month", "monthly_revenue"]


def monthly_revenue(
    *,
    source: Path,
    month: Month | None,
    out: Path | None,
    work: Path,
    settings: Settings,
    history: Store | None = None,
    on_stage: Callable[[str], None] = lambda _: None,
    on_open: Callable[[dict[str, str]], Run | None] = lambda _: None,
    on_delivered: Callable[[Run, Delivery], None] = lambda *_: None,
) -> tuple[Run, Delivery]:
    """Run a month from the exports in `source` to the deliverables in `out` (None: a dry run).

    The run directory is `work/<month>/<run id>`; `on_stage` is called with the name of each stage as it begins, `on_open`
    before the first with the SHA-256 of each export, `on_delivered` at the end, while nobody else may use the directory.
    `on_open` may return a directory where these exports have passed the stages up to analytics: they are taken over.
    With a `history` the month is compared with those published there; its own snapshot is left to `on_delivered`.
    Raises what the stages raise; nothing is placed in `out` unless every blocking check holds.
    """
    past = read_history(history, repairing=month) if history else None
    run, files, digests, month = _open(source, month, work, settings, past)
    ready = on_open(digests)
    with run.lock():
        _analyse(run, files, digests, month=month, settings=settings, past=past, ready=ready, on_stage=on_stage)
        if past:
            on_stage("history")
            compare(run, past=past, settings=settings)
        on_stage("delivery")
        delivered = delivery(run, out=out, settings=settings)
        on_delivered(run, delivered)
        return run, delivered


def _analyse(
    run: Run, files: Mapping[str, Path], digests: dict[str, str], *, month: Month | None, settings: Settings,
    past: Past | None, ready: Run | None, on_stage: Callable[[str], None],
) -> None:  # fmt: skip
    """The stages up to analytics, taken over from `ready` when they have ended there."""
    on_stage("ingest")
    if ready:
        run.discard("quality", "analytics", "history", "delivery")
        run.adopt(ready, *(f"ingest/{name}" for name in files))
    else:
        _hold_still(ingest(run, files=files, month=month, settings=settings), digests)
    if past:
        refuse_stale(run, past=past, settings=settings)
    threading.Thread(target=_load_report_libraries, daemon=True).start()
    for name, stage in (("quality", quality), ("analytics", analytics)):
        on_stage(name)
        run.adopt(ready, name) if ready else stage(run, settings=settings)


def check_month(
    *, source: Path, month: Month | None, work: Path, settings: Settings, history: Store | None = None
) -> tuple[Check, ...]:
    """Judge every rule up to the mart and, with one, the history; deliver nothing, stop at no broken rule."""
    past = read_history(history, repairing=month) if history else None
    run, files, _, month = _open(source, month, work, settings, past)
    with run.lock():
        ingest(run, files=files, month=month, settings=settings)
        checks = quality(run, settings=settings, enforce=False)
        _, more = analytics(run, settings=settings, enforce=False)
        if past:
            more += compare(run, past=past, settings=settings, enforce=False)
    return checks + more


def _hold_still(facts: Mapping[str, SourceFacts], digests: dict[str, str]) -> None:
    """Raise DataError (65) when an export is no longer the one that the run is named after."""
    if any(facts[name].sha256 != digest for name, digest in digests.items()):
        raise DataError("SRC-01", "an export changed while it was read", "wait for the export to end, then run again")


def _load_report_libraries() -> None:
    """What only the reports need (100 ms of imports), loaded while DuckDB works on the other core."""
    for module in ("jinja2", "openpyxl", "openpyxl.chart", "xlwt"):
        importlib.import_module(module)


def _open(
    source: Path, month: Month | None, work: Path, settings: Settings, past: Past | None
) -> tuple[Run, dict[str, Path], dict[str, str], Month | None]:
    files, month = find(source, settings.sources.to_dict(), month=month)
    try:
        digests = {name: sha256_of(file) for name, file in files.items()}
    except OSError as error:
        raise from_os_error(error, doing="read the exports") from error
    known = None
    if past:
        if month is None:
            raise UsageError("MONTH", "a history needs to know the month", "give --month YYYY-MM")
        matches = past.matches(month, {name: (digest, None) for name, digest in digests.items()})
        known = past.identity(month, window=settings.history.window_months, matches=matches)
    run_id = run_id_of(month, digests, settings, history=known)
    return Run(work / str(month or "undated") / run_id), files, digests, month
