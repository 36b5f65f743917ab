"""Read a published month again and hold every byte against its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.errors import DataError, SourceMissingError
from bottleneck_tasks.publish.current import current, read_file

if TYPE_CHECKING:
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.publish.current import Current
    from bottleneck_tasks.store import Store

__all__ = ["Verified", "verify"]


class Verified(Struct, frozen=True, kw_only=True):
    """A month whose every file has the size and the SHA-256 of its manifest."""

    published: Current
    bytes_read: int


def verify(store: Store, month: Month) -> Verified:
    """Check CURRENT.json, the manifest and every file of a published month.

    Raises SourceMissingError (66) when the month was never published, DataError (65) naming every object that is
    missing, changed, or there without being in the manifest.
    """
    published = current(store, month)
    if published is None:
        raise SourceMissingError(
            "VERIFY", f"{month} was never published here", "check the month and the store", store=store.uri
        )
    faults, total = [], 0
    for name in published.files:
        try:
            total += len(read_file(store, published, name))
        except DataError as fault:
            faults.append(f"{name}: {fault.what}")
    folder = published.pointer.folder
    known = {f"{folder}/{name}" for name in (*published.files, "_MANIFEST.json")}
    faults += [f"{entry.key}: not in the manifest" for entry in store.list(folder) if entry.key not in known]
    if faults:
        raise DataError(
            "VERIFY", f"{month} is not as it was published: {'; '.join(faults)}",
            "run the month again with --store from the same exports, and find out who may write there",
            store=store.uri, run=published.pointer.run_id,
        )  # fmt: skip
    return Verified(published=published, bytes_read=total)
