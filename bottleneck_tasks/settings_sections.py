"""The tables of the configuration file, with their defaults: one class a table, in the order of bottleneck.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bottleneck_tasks.exports import Export

__all__ = [
    "ContractMode",
    "Contracts",
    "Engine",
    "History",
    "Limits",
    "Lineage",
    "Mail",
    "Output",
    "Plausibility",
    "Premium",
    "Resources",
    "Section",
    "SourcePatterns",
    "StoreLimits",
    "Web",
]

ContractMode = Literal["freeze", "quarantine_row", "warn_new_column"]


class Section(BaseModel):
    """A table of the TOML file: frozen, closed to unknown keys, silent about the values it was given."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _one_key_an_export(kind: Any, default: Callable[[Export], Any]) -> Any:
    """A table with a key for each export."""
    keys: dict[str, Any] = {export.name: (kind, default(export)) for export in EXPORTS.values()}
    return create_model("OneKeyAnExport", __base__=Section, **keys)


class SourcePatterns(_one_key_an_export(str, lambda export: export.pattern)):  # type: ignore[misc]
    """File name patterns, case-insensitive, without the ending."""


class Mail(Section):
    """Who is told of the month, through which server. Its login is the secrets SMTP_USER and SMTP_PASSWORD.

    `links` is the address under which people open the files of the store, such as `https://reports.example.org`.
    """

    host: str = ""
    port: int = Field(587, gt=0, lt=65_536)
    security: Literal["starttls", "tls", "plain"] = "starttls"
    ca_file: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject_prefix: str = "[BottleNeck]"
    attachments: tuple[str, ...] = ("report.xls", "vins_premium.csv", "vins_ordinaires.csv")
    links: str = Field("", pattern=r"^(https?://\S+)?$")
    timeout_seconds: float = Field(30.0, gt=0, le=300)
    retry_seconds: float = Field(45.0, ge=0, le=600)


class Limits(Section):
    """What a file may cost before it is refused as unsafe (SRC-02)."""

    file_bytes: int = Field(512 * 1024**2, gt=0)
    entry_bytes: int = Field(256 * 1024**2, gt=0)
    total_bytes: int = Field(512 * 1024**2, gt=0)
    ratio: float = Field(50.0, gt=1)
    entries: int = Field(1_000, gt=0)
    cells: int = Field(20_000_000, gt=0)
    rows: int = Field(50_000_000, gt=0)


class Contracts(_one_key_an_export(ContractMode, lambda _: "warn_new_column")):  # type: ignore[misc]
    """What a row or a column that breaks its contract does, per source."""


class Web(Section):
    """What the rows of the web export mean."""

    product_types: tuple[str, ...] = ("product",)
    ignored_types: tuple[str, ...] = ("attachment",)
    published: tuple[str, ...] = ("publish",)


class Premium(Section):
    """A wine is premium when the z-score of its price is above the threshold, strictly."""

    zscore_threshold: float = Field(2.0, gt=0)


class Plausibility(Section):
    """When a price or a revenue is named as implausible, judged on months of at least `min_products` products.

    Deviations are robust z-scores of the log price; a house is the first words of a title; a share is of 1;
    `unreadable_share` is that of the cells of an ERP column; `sales_ratio` compares a counter with the third highest; medians are in EUR.
    """

    min_products: int = Field(50, ge=3)
    unreadable_share: float = Field(0.1, ge=0, le=1)
    zscore_high: float = Field(3.0, gt=0)
    zscore_low: float = Field(2.5, gt=0)
    house_products: int = Field(4, ge=2)
    house_ratio: float = Field(5.0, gt=1)
    revenue_share: float = Field(0.2, gt=0, le=1)
    sales_ratio: float = Field(2.5, gt=1)
    median_price_low: float = Field(5.0, ge=0)
    median_price_high: float = Field(100.0, gt=0)


class History(Section):
    """How far a month may be from the months before it.

    Limits are shares of the month before (`nulls`: of the rows), `_factor`s say how many times more or less. Before
    `min_months` they hold as they are, then half of them is the least that robust z-scores up to `zscore` tolerate.
    """

    window_months: int = Field(24, ge=1)
    min_months: int = Field(6, ge=3)
    zscore: float = Field(5.0, gt=0)
    rows: float = Field(0.1, gt=0)
    nulls: float = Field(0.05, gt=0)
    revenue: float = Field(0.25, gt=0)
    price_mean: float = Field(0.1, gt=0)
    unmatched: float = Field(0.25, gt=0)
    premium: float = Field(0.3, gt=0)
    price_factor: float = Field(2.0, gt=1)
    month_revenue_factor: float = Field(4.0, gt=1)
    season_factor: float = Field(2.5, gt=1)


class Output(Section):
    """How the CSV files are written: `standard` (RFC 4180) or `excel_fr` (semicolons, decimal commas)."""

    csv_dialect: Literal["standard", "excel_fr"] = "standard"


class Lineage(Section):
    """Where the lineage is sent beside lineage.json: address of an OpenLineage backend, seconds it may take in all."""

    url: str = Field("", pattern=r"^(https?://.+)?$")
    timeout: float = Field(1.5, gt=0, le=2)


class Resources(Section):
    """What DuckDB may use; memory_limit as DuckDB writes it, `2GB`; empty means its default."""

    threads: int = Field(2, ge=1)
    memory_limit: str = Field("", pattern=r"^(\d+(\.\d+)?\s?([KMGT]i?B))?$")


class Engine(Section):
    """Which SQL engine judges and computes (quality, analytics), and for Spark its master; empty: this machine's threads."""

    name: Literal["duckdb", "spark"] = "duckdb"
    master: str = ""


class StoreLimits(Section):
    """How long a store may take: one call, all tries of a call (seconds), and the tries; only transient errors retry."""

    timeout_seconds: float = Field(15.0, gt=0, lt=30)
    give_up_seconds: float = Field(60.0, gt=0)
    attempts: int = Field(10, ge=1, le=10)
    oldest_source_days: float = Field(20.0, gt=0)
    """An export fetched from a store is refused when it was last changed this long before the newest of the three."""
