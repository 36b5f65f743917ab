"""The one way to refuse a file before it is parsed."""

from __future__ import annotations

from typing import NoReturn

from bottleneck_tasks.errors import UnsafeWorkbookError

__all__ = ["refuse"]


def refuse(code: str, what: str, name: str, next_step: str = "export the file again and check it opens") -> NoReturn:
    """Raise UnsafeWorkbookError (65) for the file of that name."""
    raise UnsafeWorkbookError(code, what, next_step, file=name)
