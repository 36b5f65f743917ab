"""Every error the library raises, and the exit code a process ends with.

    BottleneckError
    ├── UsageError              64  the command line is wrong
    ├── DataError               65  the data are wrong (Terminal)
    │   ├── UnsafeWorkbookError 65  the file is refused before it is parsed
    │   ├── ContractError       65  a sheet or a column the contract asks for is not there
    │   ├── GateError           65  one or more blocking checks failed
    │   └── LedgerError         65  rows went missing between two steps
    ├── SourceMissingError      66  an export is not where it should be (Terminal)
    ├── InternalError           70  our own fault
    ├── RunInProgressError      73  another run holds the directory or the month (Transient)
    ├── DiskError               74  the disk is full or fails
    ├── UnavailableError        75  a store or a mail server does not answer (Transient)
    ├── AccessDeniedError       77  a right or a credential is missing (Terminal)
    └── ConfigurationError      78  a setting is wrong (Terminal)

`Transient` marks what a retry may mend, `Terminal` what it cannot.
"""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, Any, ClassVar

from bottleneck_tasks.redaction import redact, redact_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bottleneck_tasks.contracts.check import Check

__all__ = [
    "AccessDeniedError",
    "BottleneckError",
    "ConfigurationError",
    "ContractError",
    "DataError",
    "DiskError",
    "GateError",
    "InternalError",
    "LedgerError",
    "RunInProgressError",
    "SourceMissingError",
    "Terminal",
    "Transient",
    "UnavailableError",
    "UnsafeWorkbookError",
    "UsageError",
    "from_os_error",
]


class Transient:
    """A retry may help."""


class Terminal:
    """A retry cannot help: somebody has to change something."""


class BottleneckError(Exception):
    """What happened, where, and what to do: three short lines for a person, one object for a machine.

    `code` is a rule id of docs/quality.md or a short stable word; `facts` are the file, sheet, row, column or value
    involved and must never hold a secret: should one get there, it is masked on its way out.

    >>> print(DataError("CA-01", "no price", "correct the cell", file="erp.xlsx", row=12))
    CA-01: no price
    file erp.xlsx, row 12
    To do: correct the cell
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, code: str, what: str, next_step: str, **facts: Any) -> None:
        self.code = code
        self.what = what
        self.next_step = next_step
        self.facts = {name: value for name, value in facts.items() if value is not None}
        super().__init__(redact(f"{code}: {what}"))

    @property
    def where(self) -> str:
        """The facts on one line: `file erp.xlsx, sheet Sheet1, row 12`."""
        return ", ".join(f"{name} {value}" for name, value in self.facts.items())

    def __str__(self) -> str:
        lines = [f"{self.code}: {self.what}", self.where, f"To do: {self.next_step}"]
        return redact("\n".join(line for line in lines if line))

    def to_dict(self) -> dict[str, Any]:
        """The one machine-readable shape of every error; secrets are masked."""
        shape: dict[str, Any] = redact_all(
            {
                "error": type(self).__name__,
                "code": self.code,
                "what": self.what,
                "next_step": self.next_step,
                "exit_code": self.exit_code,
                "transient": isinstance(self, Transient),
                "facts": json.loads(json.dumps(self.facts, default=str)),
            }
        )
        return shape


class UsageError(BottleneckError, Terminal):
    """The command line or the arguments are wrong."""

    exit_code = 64


class DataError(BottleneckError, Terminal):
    """The data are wrong: nothing is delivered."""

    exit_code = 65


class UnsafeWorkbookError(DataError):
    """The file is not what it says, is damaged, or is dangerous to parse."""


class ContractError(DataError):
    """A sheet or a column that the contract asks for is not there."""


class GateError(DataError):
    """One or more blocking checks failed; `checks` holds them."""

    def __init__(self, checks: Sequence[Check], details: Sequence[str] = ()) -> None:
        self.checks = tuple(checks)
        first = self.checks[0]
        others = len(self.checks) - 1
        what = f"{first.statement}: {first.observed} (expected {first.expected})"
        if others:
            what += f", and {others} more blocking {'check' if others == 1 else 'checks'}"
        super().__init__(
            first.id,
            what,
            first.next_step,
            blocked=", ".join(f"{check.id} ({check.rows} rows)" for check in self.checks),
        )
        self.details = tuple(details)

    def __str__(self) -> str:
        head, *tail = super().__str__().split("\n")
        return "\n".join([head, *(redact(f"  {detail}") for detail in self.details), *tail])

    def to_dict(self) -> dict[str, Any]:
        """The shape of every error, with the blocking checks and the cells that broke them."""
        checks = [check.to_dict() for check in self.checks]
        return {**super().to_dict(), "checks": redact_all(checks), "details": redact_all([*self.details])}


class LedgerError(DataError):
    """Rows in differ from kept + duplicate + out of scope + quarantined."""


class SourceMissingError(BottleneckError, Terminal):
    """An export is not where it should be."""

    exit_code = 66


class InternalError(BottleneckError, Terminal):
    """A fault of this library, never of the data."""


class RunInProgressError(BottleneckError, Transient):
    """Another process works on the same run."""

    exit_code = 73


class DiskError(BottleneckError):
    """The disk is full, read-only or failing."""

    exit_code = 74


class UnavailableError(BottleneckError, Transient):
    """A store, a mail server or memory is not available now."""

    exit_code = 75


class AccessDeniedError(BottleneckError, Terminal):
    """A right or a credential is missing."""

    exit_code = 77


class ConfigurationError(BottleneckError, Terminal):
    """A setting is wrong."""

    exit_code = 78


def from_os_error(error: OSError, *, doing: str) -> BottleneckError:
    """Map an operating-system error to ours: disk 74, rights 77, anything else 74."""
    path = str(error.filename) if error.filename else None
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return AccessDeniedError(
            "ACCESS", f"no right to {doing}", "give this user the right, or choose another folder", path=path
        )
    reason = error.strerror or type(error).__name__
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    advice = (
        "free some space or choose another folder" if full else "check the path and the disk, or choose another folder"
    )
    return DiskError("DISK", f"could not {doing}: {reason}", advice, path=path)
