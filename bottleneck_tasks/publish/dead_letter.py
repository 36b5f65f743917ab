"""A dead letter: one JSON record of why a run failed, for the person who mends it and the program that counts.

The same failure writes the same record once. It never hides the failure itself: when the store cannot take it, it is
left in the work directory.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import asdict

from bottleneck_tasks.atomic import make_folders, write_bytes
from bottleneck_tasks.contracts.facts import SourceFacts
from bottleneck_tasks.errors import BottleneckError, from_os_error
from bottleneck_tasks.publish.layout import digest
from bottleneck_tasks.redaction import redact, redact_all
from bottleneck_tasks.run import read_record, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from bottleneck_tasks.month import Month
    from bottleneck_tasks.store import Store

__all__ = ["DeadLetter", "dead_letter", "inputs_of"]

_LOG_LINES = 50


class DeadLetter(Struct, frozen=True, kw_only=True):
    """What failed: where (execution, flow, task), the rule, the reason, the inputs by SHA-256, the last log lines."""

    month: Month | None
    rule: str
    reason: str
    next_step: str = ""
    exit_code: int | None = None
    execution: str = ""
    flow: str = ""
    task: str = ""
    inputs: dict[str, str] = field(default_factory=dict)
    log_tail: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The record as it is written, without any secret."""
        entry = {**asdict(self), "month": str(self.month) if self.month else None}
        entry["log_tail"] = [redact(line)[:500] for line in self.log_tail[-_LOG_LINES:]]
        record: dict[str, Any] = redact_all(json.loads(json.dumps({"schema": 1, **entry}, default=str)))
        return record


def dead_letter(letter: DeadLetter, *, store: Store | None, work: Path) -> tuple[str, BottleneckError | None]:
    """Write a record; return where it is, and why it is not in the store when it is not.

    Raises DiskError (74) or AccessDeniedError (77) when neither the store nor the work directory takes it.
    """
    content = to_json(letter.to_dict())
    folder = letter.month.folder if letter.month else "undated"
    key = f"dead_letter/{folder}/{digest(content)[:16]}.json"
    failure: BottleneckError | None = None
    if store is not None:
        try:
            store.create(key, content)
        except BottleneckError as error:
            failure = error
        else:
            return f"{store.uri}/{key}", None
    path = work / key
    try:
        make_folders(path.parent)
    except OSError as error:
        raise from_os_error(error, doing="write the dead letter") from error
    write_bytes(path, content)
    return str(path), failure


def inputs_of(run_dir: Path) -> dict[str, str]:
    """The SHA-256 of each export that a run directory has ingested."""
    return {
        path.parent.name: read_record(path, SourceFacts).sha256 for path in sorted(run_dir.glob("ingest/*/source.json"))
    }
