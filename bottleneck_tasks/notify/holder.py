"""Which process holds an outbox, and whether it is known to be dead: a claim must outlive a crash, not block after it."""

from __future__ import annotations

import os
import socket
import uuid
from pathlib import Path

__all__ = ["is_dead", "this_process"]

_PROC = Path("/proc")


def this_process() -> str:
    """`host boot-id pid-namespace pid start-time chance`: no two processes have the same, nor two claims of one."""
    return f"{_place()} {os.getpid()} {_started(os.getpid())} {uuid.uuid4().hex[:12]}"


def is_dead(holder: str) -> bool:
    """The holder ran on this machine and runs no more. False when it is alive, or when nobody here can know."""
    *place, process, started, _ = holder.split(" ")
    if " ".join(place) != _place() or "unknown" in {started, *place}:
        return False
    return _started(int(process)) != started


def _place() -> str:
    """This machine since its last start, and the process numbers that are valid here."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (_PROC / "self/ns/pid").stat().st_ino
    except OSError:
        return f"{socket.gethostname()} unknown unknown"
    return f"{socket.gethostname()} {boot} {namespace}"


def _started(process: int) -> str:
    """When a process began, in ticks since the start of the machine; `gone` when there is none, or it is a zombie."""
    if not _PROC.is_dir():
        return "unknown"
    try:
        state, *fields = (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "gone"
    return "gone" if state in {"Z", "X"} else fields[18]
