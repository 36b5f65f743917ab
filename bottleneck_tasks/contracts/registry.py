"""Every dataset by its name: the one list that stages, documents and tests go through.

What a contract says of its columns is read from the digest; Pandera itself, a fifth of a second of imports, is loaded with
the first `Dataset.model` only, so by the stages that judge and not by those that read, deliver or publish.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from bottleneck_tasks.contracts.digest import digest
from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandera.pyarrow as pa

__all__ = ["DATASETS", "SOURCES", "Column", "Dataset", "SourceContract"]


class Column(Struct, frozen=True):
    """What a contract says of a column: its type, what it means, and the rules and unit that its metadata name."""

    kind: str
    description: str | None
    metadata: Mapping[str, Any]


class Dataset(Struct, frozen=True):
    """One dataset: its columns in contract order, and the Pandera model that they come from."""

    name: str
    description: str
    columns: Mapping[str, Column]
    ignored: tuple[str, ...]
    module: str
    class_name: str

    @property
    def model(self) -> type[pa.DataFrameModel]:
        """The contract itself."""
        model: type[pa.DataFrameModel] = getattr(import_module(self.module), self.class_name)
        return model


class SourceContract(Struct, frozen=True):
    """One export: its raw dataset and its clean dataset."""

    name: str
    raw: Dataset
    clean: Dataset

    @property
    def key(self) -> str:
        """The column that identifies a clean row: the first whose contract names a rule for duplicates."""
        return next(name for name, column in self.clean.columns.items() if "duplicate" in column.metadata)

    def is_label(self, column: str) -> bool:
        """Whether a column holds titles, which keep their typography; the others are ids, codes and numbers."""
        return self.raw.columns[column].metadata.get("text") == "label"

    @property
    def columns(self) -> list[str]:
        """The columns that are read, required first, in contract order."""
        return [name for name in self.raw.columns if name != "source_row"]

    @property
    def required(self) -> list[str]:
        """The columns without which the export is refused."""
        return [name for name in self.columns if self.raw.columns[name].metadata["required"]]

    @property
    def known(self) -> set[str]:
        """The columns that may be present without being reported."""
        return {*self.columns, *self.raw.ignored}


def _dataset(name: str, entry: Mapping[str, Any]) -> Dataset:
    return Dataset(
        name=name,
        description=entry["description"],
        columns={column: Column(**said) for column, said in entry["columns"].items()},
        ignored=tuple(entry["ignored"]),
        module=entry["module"],
        class_name=entry["class_name"],
    )


DATASETS: dict[str, Dataset] = {name: _dataset(name, entry) for name, entry in digest().items()}

SOURCES: dict[str, SourceContract] = {
    name: SourceContract(name, DATASETS[f"raw_{name}"], DATASETS[f"clean_{name}"]) for name in EXPORTS
}
