"""Flows as plain data, for the checks that need no engine."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FILES", "flow_of", "tasks_of", "texts_of"]

FILES = sorted([*(ROOT / "flows").glob("*.yml"), *(ROOT / "subflows").glob("*.yml")])


@cache
def flow_of(name: str) -> dict[str, Any]:
    """A flow by its file name, parsed once: not to be changed."""
    (path,) = (file for file in FILES if file.name == name)
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def tasks_of(flow: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any], int]]:
    """Every task of a flow with its parent (the flow for those at the top) and its position there, `errors` included."""
    for section in ("tasks", "errors", "finally"):
        yield from _below(flow, section)


def _below(parent: dict[str, Any], section: str = "tasks") -> Iterator[tuple[dict[str, Any], dict[str, Any], int]]:
    for position, task in enumerate(parent.get(section) or ()):
        yield task, parent, position
        yield from _below(task)


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a flow."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for entry in value.values():
            yield from texts_of(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from texts_of(entry)
