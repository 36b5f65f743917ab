"""Read the history of a store: for each month the snapshot of the run that CURRENT.json names, its bytes verified."""

from __future__ import annotations

import functools
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.errors import DataError
from bottleneck_tasks.history.facts import SCHEMA, MonthFacts
from bottleneck_tasks.history.past import Past, Recorded
from bottleneck_tasks.publish import current, months, read_file
from bottleneck_tasks.publish.current import point_at
from bottleneck_tasks.run import read_json, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pyarrow as pa

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.publish import Current
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.store import Store

__all__ = ["of_run", "read_history"]

_AT_ONCE = 8
"""Requests under way: a store far away answers each in tens of milliseconds."""

_read: dict[tuple[str, str, str] | None, Recorded] = {}
"""Months read by this process, by store, run folder and digest of its manifest: what is published never changes."""


def read_history(store: Store, *, repairing: Month | None = None) -> Past:
    """Every published month that has a snapshot; one published without (before a history was kept) is passed over.

    The month that is run again, `repairing`, is passed over too when its publication is damaged: it will be replaced.

    Raises DataError (65) when the bytes of a snapshot are not those that were published, or its schema is newer than
    this version knows, and what the store raises.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(functools.partial(_month, store, repairing), months(store)))
    return Past(uri=store.uri, months={record.month: record for record in found if record is not None})


def _month(store: Store, repairing: Month | None, month: Month) -> Recorded | None:
    try:
        return _published(store, month)
    except DataError:
        if month == repairing:
            return None
        raise


def _published(store: Store, month: Month) -> Recorded | None:
    pointer = point_at(store, month)
    key = (store.uri, pointer.folder, pointer.manifest_sha256) if pointer else None
    if key in _read:
        return _read[key]
    published = current(store, month)
    if published is None or "snapshot.json" not in published.files:
        return None
    record = _of_store(store, published, month)
    _read[store.uri, published.pointer.folder, published.pointer.manifest_sha256] = record
    return record


def of_run(run: Run, *, run_id: str) -> Recorded:
    """The month of a run whose history stage is done, as it will be read once it is published."""
    folder = run.folder("history")
    return _recorded(read_json(folder / "snapshot.json"), run_id, lambda: read_table(folder / "snapshot.parquet"))


def _of_store(store: Store, published: Current, month: Month) -> Recorded:
    entry = json.loads(read_file(store, published, "snapshot.json"))
    if entry["schema"] != SCHEMA:
        raise DataError(
            "HISTORY", f"the snapshot of {month} has schema {entry['schema']}, this version reads {SCHEMA}",
            "use the version of bottleneck-tasks that wrote it, or run the month again with this one", store=store.uri,
        )  # fmt: skip
    return _recorded(entry, published.pointer.run_id, functools.partial(_products, store, published))


def _recorded(entry: Mapping[str, Any], run_id: str, read_products: Callable[[], pa.Table]) -> Recorded:
    facts = MonthFacts.from_dict(entry["facts"])
    return Recorded(
        month=facts.month,
        run_id=run_id,
        facts=facts,
        digest=facts.digest,
        compared=entry["history"]["compared"],
        read_products=functools.cache(read_products),
    )


def _products(store: Store, published: Current) -> pa.Table:
    import pyarrow.parquet as pq

    with pq.ParquetFile(io.BytesIO(read_file(store, published, "snapshot.parquet"))) as file:
        return file.read()
