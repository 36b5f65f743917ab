"""Open the store that an address names: one entry a kind of store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bottleneck_tasks.errors import ConfigurationError
from bottleneck_tasks.store.uri import parse_uri

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.settings import Settings
    from bottleneck_tasks.store.interface import Store
    from bottleneck_tasks.store.uri import Address

__all__ = ["open_store"]


def open_store(uri: str, *, settings: Settings) -> Store:
    """Open a path, file://, s3://bucket/prefix, gs://, az:// or, for tests, memory://name.

    Nothing is read or written yet. Raises ConfigurationError (78) for an address that cannot be one.

    >>> from bottleneck_tasks.settings import Settings
    >>> store = open_store("memory://example", settings=Settings())
    >>> store.create("month=2026-10/note.txt", b"first"), store.create("month=2026-10/note.txt", b"other")
    (True, False)
    >>> store.get("month=2026-10/note.txt").content
    b'first'
    """
    address = parse_uri(uri)
    if isinstance(address, Path):
        from bottleneck_tasks.store.local import LocalStore

        return LocalStore(address)
    if address.scheme not in _OPENERS:
        known = ", ".join(["file", *_OPENERS])
        raise ConfigurationError(
            "STORE", f"{address.scheme}:// is not supported", f"use a path, or one of {known}", uri=address.uri
        )
    return _OPENERS[address.scheme](address, settings)


def _objects(address: Address, settings: Settings) -> Store:
    from bottleneck_tasks.store.connect import connect
    from bottleneck_tasks.store.objects import ObjectStore

    return ObjectStore(address, connect(address, settings.store), settings.store)


_OPENERS: dict[str, Callable[[Address, Settings], Store]] = {
    "s3": _objects,
    "gs": _objects,
    "az": _objects,
    "memory": _objects,
}
