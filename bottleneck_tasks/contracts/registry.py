"""Every dataset by its name: the one list that stages, documents and tests go through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.erp import CleanErp, RawErp
from bottleneck_tasks.contracts.liaison import CleanLiaison, RawLiaison
from bottleneck_tasks.contracts.mart import RevenueMart
from bottleneck_tasks.contracts.web import CleanWeb, RawWeb

if TYPE_CHECKING:
    import pandera.pyarrow as pa

__all__ = ["DATASETS", "SOURCES", "SourceContract"]


@dataclass(frozen=True, slots=True)
class SourceContract:
    """One export: its raw dataset, its clean dataset and the key that identifies a clean row."""

    name: str
    raw: type[pa.DataFrameModel]
    clean: type[pa.DataFrameModel]
    key: str

    @property
    def columns(self) -> list[str]:
        """The columns that are read, required first, in contract order."""
        return [name for name in self.raw.to_schema().columns if name != "source_row"]

    @property
    def required(self) -> list[str]:
        """The columns without which the export is refused."""
        columns = self.raw.to_schema().columns
        return [name for name in self.columns if columns[name].metadata["required"]]

    @property
    def known(self) -> set[str]:
        """The columns that may be present without being reported."""
        config = getattr(self.raw.Config, "metadata", None) or {}
        return {*self.columns, *config.get("ignored", [])}


SOURCES: dict[str, SourceContract] = {
    contract.name: contract
    for contract in (
        SourceContract("erp", RawErp, CleanErp, "product_id"),
        SourceContract("web", RawWeb, CleanWeb, "sku"),
        SourceContract("liaison", RawLiaison, CleanLiaison, "product_id"),
    )
}

_MODELS: list[type[pa.DataFrameModel]] = [
    *(contract.raw for contract in SOURCES.values()),
    *(contract.clean for contract in SOURCES.values()),
    RevenueMart,
]
DATASETS: dict[str, type[pa.DataFrameModel]] = {model.to_schema().name: model for model in _MODELS}
