"""The column lineage of every dataset, as read out of the executed SQL by docs/column_lineage.py (`make docs`)."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from typing import NamedTuple

from msgspec import Struct

__all__ = ["ColumnLineage", "Input", "column_lineage"]


class Input(NamedTuple):
    """A column that another one depends on, and how: IDENTITY, TRANSFORMATION, AGGREGATION, or JOIN, FILTER, SORT."""

    dataset: str
    column: str
    how: tuple[str, ...]


class ColumnLineage(Struct, frozen=True):
    """One dataset: what makes each column, and what decides which rows there are and their order."""

    fields: dict[str, tuple[Input, ...]]
    dataset: tuple[Input, ...]


@functools.cache
def column_lineage() -> dict[str, ColumnLineage]:
    """The lineage of the clean datasets and the mart, by dataset."""
    document = json.loads(files("bottleneck_tasks.lineage").joinpath("columns.json").read_text(encoding="utf-8"))
    return {
        name: ColumnLineage(
            {column: _inputs(inputs) for column, inputs in entry["fields"].items()}, _inputs(entry["dataset"])
        )
        for name, entry in document.items()
    }


def _inputs(entries: list[list[object]]) -> tuple[Input, ...]:
    return tuple(Input(str(dataset), str(column), tuple(how)) for dataset, column, how in entries)  # type: ignore[arg-type]
