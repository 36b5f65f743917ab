"""Where a published month stands in a store.

month=2026-10/
run=3f2a.../report.xlsx ...      the files of one run, never changed
run=3f2a.../_MANIFEST.json       names, sizes, SHA-256; the last object of a run
CURRENT.json                     the run that readers follow; the only object that is ever replaced
dead_letter/2026/10/<id>.json        why a run failed
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.run import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bottleneck_tasks.month import Month

__all__ = ["FileFacts", "current_key", "digest", "manifest_bytes", "manifest_key", "month_folder"]

FileFacts = dict[str, Any]


def month_folder(month: Month) -> str:
    """`month=2026-10`."""
    return f"month={month}"


def current_key(month: Month) -> str:
    """The pointer that readers follow."""
    return f"{month_folder(month)}/CURRENT.json"


def manifest_key(folder: str) -> str:
    """The manifest of a run folder."""
    return f"{folder}/_MANIFEST.json"


def manifest_bytes(*, month: Month, run_id: str, files: Mapping[str, FileFacts]) -> bytes:
    """The manifest: the same files give the same bytes."""
    return to_json({"schema": 1, "month": str(month), "run_id": run_id, "files": dict(sorted(files.items()))})


def digest(content: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(content).hexdigest()
