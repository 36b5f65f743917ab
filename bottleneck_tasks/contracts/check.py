"""One record behind every report: what was expected, what was observed, and what it means for the run."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

__all__ = ["Check", "Result", "Severity"]

Severity = Literal["block", "warn", "info"]
Result = Literal["pass", "info", "warn", "allowed", "block"]


class Check(Struct, frozen=True, kw_only=True):
    """The outcome of one rule in one run.

    `rows` counts the input rows that broke the rule (0 when it holds). `result` is `pass`, or the
    severity of the rule when it is broken, or `allowed` when a person overrode it with `because`.
    """

    id: str
    stage: str
    severity: Severity
    statement: str
    expected: str
    observed: str
    rows: int
    result: Result
    next_step: str
    because: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The shape of one entry of checks.json."""
        return asdict(self)

    @classmethod
    def from_dict(cls, entry: dict[str, Any]) -> Check:
        """Read back one entry of checks.json."""
        return cls(**entry)
