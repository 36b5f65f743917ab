"""What a month leaves in its store, and the same month by `bottleneck run`, to compare byte by byte."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["in_one_process", "published"]


def in_one_process(source: Path, folder: Path) -> Path:
    """Publish October 2026 with `bottleneck run`, below `folder`; returns the store."""
    store = folder / "process"
    command = [
        sys.executable, "-m", "bottleneck_tasks", "run", "--source", source, "--month", "2026-10",
        "--work", folder / "work", "--store", store,
    ]  # fmt: skip
    subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd=ROOT, env=dict(os.environ))
    return store


def published(store: Path) -> dict[str, bytes]:
    """Every object of a store by key, without the records of mails."""
    return {
        str(path.relative_to(store)): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file() and "outbox" not in path.parts and not path.name.startswith(".")
    }
