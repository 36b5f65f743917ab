"""The one way to refuse a file before it is parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from bottleneck_tasks.errors import UnsafeWorkbookError

if TYPE_CHECKING:
    from bottleneck_tasks.settings import Limits

__all__ = ["refuse", "refuse_rows"]


def refuse(code: str, what: str, name: str, next_step: str = "export the file again and check it opens") -> NoReturn:
    """Raise UnsafeWorkbookError (65) for the file of that name."""
    raise UnsafeWorkbookError(code, what, next_step, file=name)


def refuse_rows(rows: int, *, name: str, limits: Limits) -> None:
    """Raise UnsafeWorkbookError (65, SRC-02) when a file has more rows than it may."""
    if rows > limits.rows:
        refuse(
            "SRC-02",
            f"the file has {rows:,} rows, more than {limits.rows:,}",
            name,
            "check the export; if it is genuine, raise limits.rows in bottleneck.toml",
        )
