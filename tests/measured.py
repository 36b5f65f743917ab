"""Where a test leaves the number that it measured for a row of docs/reliability.md."""

from __future__ import annotations

import json
import os
from pathlib import Path

__all__ = ["measure"]

_MEASURED = Path(__file__).parents[1] / "out" / "faults"


def measure(row: str, number: str) -> None:
    """Record the measured number of a row, for `make docs`."""
    _MEASURED.mkdir(parents=True, exist_ok=True)
    length = "long" if os.environ.get("BOTTLENECK_FAULTS") == "long" else "short"
    entry = {"row": row, "number": number, "run": length}
    (_MEASURED / f"{row}-{length}.json").write_text(json.dumps(entry, indent=2, ensure_ascii=False) + "\n")
