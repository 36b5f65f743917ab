"""What readers see: the run that a month's CURRENT.json names, and its files, checked as they are read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.errors import DataError
from bottleneck_tasks.month import Month
from bottleneck_tasks.publish.layout import current_key, digest, manifest_key

if TYPE_CHECKING:
    from bottleneck_tasks.publish.layout import FileFacts
    from bottleneck_tasks.store import Store

__all__ = ["Current", "Pointer", "current", "damage", "months", "point_at", "read_file"]

_POINTER = re.compile(r"month=([0-9]{4}-(?:0[1-9]|1[0-2]))/CURRENT\.json")


class Pointer(Struct, frozen=True, kw_only=True):
    """CURRENT.json: the folder of a run, the SHA-256 of its manifest, and its place in the order of publications.

    `version` is that of the object in the store, for the next compare-and-swap.
    """

    month: Month
    run_id: str
    folder: str
    manifest_sha256: str
    sequence: int
    replaces: str | None
    version: str


class Current(Struct, frozen=True, kw_only=True):
    """A published month: its pointer and its files, `{name: {size, sha256}}`."""

    pointer: Pointer
    files: dict[str, FileFacts]

    def to_dict(self) -> dict[str, Any]:
        """The shape of `bottleneck current --json`."""
        return {
            "month": str(self.pointer.month),
            "run_id": self.pointer.run_id,
            "folder": self.pointer.folder,
            "sequence": self.pointer.sequence,
            "replaces": self.pointer.replaces,
            "files": self.files,
        }


def point_at(store: Store, month: Month) -> Pointer | None:
    """Read CURRENT.json of a month, None when it was never published. Raises DataError (65) when it is no pointer."""
    key = current_key(month)
    stored = store.get(key)
    if stored is None:
        return None
    try:
        entry = json.loads(stored.content)
        return Pointer(
            month=month,
            run_id=entry["run_id"],
            folder=entry["folder"],
            manifest_sha256=entry["manifest_sha256"],
            sequence=entry["sequence"],
            replaces=entry["replaces"],
            version=stored.version,
        )
    except (ValueError, KeyError, TypeError):
        raise DataError(
            "PUBLISHED", "CURRENT.json is not a pointer", "remove it, then run the month again with --store",
            store=store.uri, key=key,
        ) from None  # fmt: skip


def current(store: Store, month: Month) -> Current | None:
    """The published month, None when it was never published. Raises DataError (65) when its manifest is damaged."""
    pointer = point_at(store, month)
    if pointer is None:
        return None
    key = manifest_key(pointer.folder)
    manifest = store.get(key)
    if manifest is None or digest(manifest.content) != pointer.manifest_sha256:
        raise damage(store, key, "the manifest is not the one that CURRENT.json names")
    return Current(pointer=pointer, files=json.loads(manifest.content)["files"])


def months(store: Store) -> list[Month]:
    """The months that were published, in order; folders that name no month are none of ours."""
    found = (_POINTER.fullmatch(entry.key) for entry in store.list(""))
    return sorted(Month.parse(match[1]) for match in found if match)


def read_file(store: Store, published: Current, name: str) -> bytes:
    """One file of a published month. Raises DataError (65) when it is missing or its bytes are not those published."""
    key = f"{published.pointer.folder}/{name}"
    stored = store.get(key) if name in published.files else None
    if stored is None:
        raise damage(store, key, "the file is not there")
    if digest(stored.content) != published.files[name]["sha256"]:
        raise damage(store, key, "the bytes are not those that were published")
    return stored.content


def damage(store: Store, key: str, what: str) -> DataError:
    """The error for a published object that was changed from outside."""
    return DataError("PUBLISHED", what, "run the month again with --store: it is repaired", store=store.uri, key=key)
