"""What later months may know of a month: sources, counts, figures. Grain: one record a month, schema 1 of snapshot.json."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict

from bottleneck_tasks.contracts.facts import Figures
from bottleneck_tasks.month import Month
from bottleneck_tasks.run import to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCHEMA", "MonthFacts", "SourceRecord"]

SCHEMA = 1


class SourceRecord(Struct, frozen=True, kw_only=True):
    """One export: its bytes (`sha256`), what they hold whatever the order (`content`), rows, share of empty cells (0 to 1)."""

    file: str
    sha256: str
    content: str
    rows: int
    nulls: dict[str, float]


class MonthFacts(Struct, frozen=True, kw_only=True):
    """The facts of one month; `products` identifies the rows of its snapshot.parquet."""

    month: Month
    sources: Mapping[str, SourceRecord]
    counts: Mapping[str, int]
    figures: Figures
    products: str

    def to_dict(self) -> dict[str, Any]:
        """The entry `facts` of snapshot.json."""
        return {
            "month": str(self.month),
            "sources": {name: asdict(record) for name, record in self.sources.items()},
            "counts": dict(self.counts),
            "figures": self.figures.to_dict(),
            "products": self.products,
        }

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> MonthFacts:
        """Read back what `to_dict` wrote."""
        return cls(
            month=Month.parse(entry["month"]),
            sources={name: SourceRecord(**record) for name, record in entry["sources"].items()},
            counts=dict(entry["counts"]),
            figures=Figures.from_dict(entry["figures"]),
            products=entry["products"],
        )

    @property
    def digest(self) -> str:
        """What a later month depends on: equal facts, equal digest, whatever the run that found them."""
        entry = self.to_dict()
        for record in entry["sources"].values():
            del record["file"]
        return hashlib.sha256(to_json(entry)).hexdigest()
