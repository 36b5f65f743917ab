"""The table of the versions that were tried, from what `make test-matrix` measured last."""

from __future__ import annotations

import json
from pathlib import Path

_MEASURED = Path(__file__).with_name("compatibility.json")


def compatibility() -> str:
    """One row a combination, its result and the versions in it."""
    rows = json.loads(_MEASURED.read_text(encoding="utf-8"))
    libraries = sorted({name for row in rows.values() for name in row} - {"result", "python"})
    lines = [f"| combination | quick suite | Python | {' | '.join(libraries)} |", "|---" * (len(libraries) + 3) + "|"]
    lines += [
        f"| {name} | {' | '.join(row.get(key, '') for key in ('result', 'python', *libraries))} |"
        for name, row in rows.items()
    ]
    return "\n".join(lines)
