"""Where files live: a folder, S3, Google Cloud Storage or Azure behind one small interface."""

from __future__ import annotations

from bottleneck_tasks.store.interface import Entry, Store, Stored
from bottleneck_tasks.store.open_store import open_store
from bottleneck_tasks.store.uri import is_uri, masked

__all__ = ["Entry", "Store", "Stored", "is_uri", "masked", "open_store"]
