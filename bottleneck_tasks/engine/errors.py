"""What can go wrong with the embedded engine.

```
EngineError
├── ProvisioningError      Java, Maven or the jars cannot be had
├── EngineStartError       the JVM or Kestra did not start, or a second version was asked in one process
├── FlowInvalid            a flow does not parse: Kestra's own message, the file and the line
├── NotFound               no such flow, execution, trigger, file or secret
├── ExecutionTimeout       an execution did not end (or start) in time
└── EngineCallError        Kestra refused a call; carries its message
```
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "EngineCallError",
    "EngineError",
    "EngineStartError",
    "ExecutionTimeout",
    "FlowInvalid",
    "NotFound",
    "ProvisioningError",
]


class EngineError(Exception):
    """Base of every error of the engine: what happened and what to do next."""

    def __init__(self, what: str, next_step: str = "") -> None:
        """Keep both lines for the caller; `str()` joins them."""
        super().__init__(what if not next_step else f"{what}\n{next_step}")
        self.what = what
        self.next_step = next_step


class ProvisioningError(EngineError):
    """Java, Maven or the engine's jars cannot be had."""


class EngineStartError(EngineError):
    """The JVM or Kestra did not start."""


class FlowInvalid(EngineError):
    """A flow that Kestra refuses; `message` is Kestra's own, `line` is 1-based or None when it names no place."""

    def __init__(self, *, file: Path | str, message: str, line: int | None = None) -> None:
        """Render as `file:line: message`, the form that editors and CI turn into a link."""
        place = str(file) if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {message}")
        self.file = file
        self.message = message
        self.line = line


class NotFound(EngineError):
    """No such flow, execution, trigger or file."""


class ExecutionTimeout(EngineError):
    """An execution did not reach the awaited state in time."""


class EngineCallError(EngineError):
    """Kestra refused a call; the text is Kestra's own."""
