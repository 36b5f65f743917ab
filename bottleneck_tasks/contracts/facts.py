"""Records that travel from stage to stage beside the tables: sources, ledger lines, figures of the month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypedDict

from msgspec import Struct, field
from msgspec.structs import asdict

__all__ = ["Delivered", "DeliveredFile", "Figures", "LedgerLine", "SourceFacts"]


_OF_PARQUET = ("columns", "plain_columns")


class SourceFacts(Struct, frozen=True, kw_only=True):
    """One export as it was read. `rows` counts data rows, blank ones included, header excluded.

    `columns` is what an export that came as Parquet, and is kept as it is, calls the columns of the contract;
    `plain_columns` are those of its columns of text of which every cell is compared as it is.
    """

    source: str
    month: str | None
    file: str
    sheet: str
    kind: str
    size: int
    sha256: str
    header_row: int
    rows: int
    unknown_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    plain_columns: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The shape written in source.json and manifest.json."""
        return {name: value for name, value in asdict(self).items() if value or name not in _OF_PARQUET}


class LedgerLine(Struct, frozen=True, kw_only=True):
    """One source in one stage, in rows: rows in = kept + duplicate + out of scope + quarantined.

    >>> counts = {"kept": 714, "duplicate": 714, "out_of_scope": 3, "quarantined": 82, "reasons": {}}
    >>> LedgerLine(stage="quality", source="web", rows_in=1513, **counts).balanced
    True
    """

    stage: str
    source: str
    rows_in: int
    kept: int
    duplicate: int
    out_of_scope: int
    quarantined: int
    reasons: dict[str, int]

    @property
    def balanced(self) -> bool:
        """Whether every row in is in exactly one of the four."""
        return self.rows_in == self.kept + self.duplicate + self.out_of_scope + self.quarantined

    def to_dict(self) -> dict[str, Any]:
        """The shape written in ledger.json and summary.json."""
        return asdict(self)


class DeliveredFile(TypedDict):
    """What a delivery says of one of its files."""

    sha256: str


class Delivered(TypedDict):
    """What publishing and mailing read of the manifest.json of a delivery."""

    month: str | None
    run_id: str
    files: dict[str, DeliveredFile]


class Figures(Struct, frozen=True, kw_only=True):
    """The figures of a month. Amounts are exact EUR including tax, revenue is to date (price x total_sales)."""

    merged: int
    revenue_total: Decimal
    premium_count: int
    ordinary_count: int
    premium_revenue: Decimal
    ordinary_revenue: Decimal
    premium_threshold: float
    price_mean: float | None
    price_deviation: float | None

    def to_dict(self) -> dict[str, Any]:
        """JSON shape: amounts as decimal strings, never floats."""
        return {
            name: format(value, "f") if isinstance(value, Decimal) else value for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, entry: dict[str, Any]) -> Figures:
        """Read back what `to_dict` wrote."""
        names = [name for name, kind in cls.__annotations__.items() if kind == "Decimal"]
        amounts: dict[str, Any] = {name: Decimal(entry[name]) for name in names}
        return cls(**{**entry, **amounts})
