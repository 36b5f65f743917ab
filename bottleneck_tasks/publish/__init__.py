"""Publish a month in a store: all of it or none, never twice, and read it back."""

from __future__ import annotations

from bottleneck_tasks.publish.current import Current, current, months, read_file
from bottleneck_tasks.publish.dead_letter import DeadLetter, dead_letter
from bottleneck_tasks.publish.publish import Published, publish
from bottleneck_tasks.publish.verify import Verified, verify

__all__ = [
    "Current",
    "DeadLetter",
    "Published",
    "Verified",
    "current",
    "dead_letter",
    "months",
    "publish",
    "read_file",
    "verify",
]
