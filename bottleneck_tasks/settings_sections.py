"""The tables of the configuration file, with their defaults: one class a table, in the order of bottleneck.toml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import msgspec
from msgspec import Meta

from bottleneck_tasks.exports import EXPORTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the TOML file: frozen and closed to unknown keys."""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """The table with these values over the defaults; raises msgspec.ValidationError."""
        return msgspec.convert(values, cls)

    def to_dict(self) -> dict[str, Any]:
        """The values by key."""
        return msgspec.structs.asdict(self)


def _one_key_an_export(kind: Any, default: Callable[[Export], Any]) -> Any:
    """A table with a key for each export."""
    keys = [(export.name, kind, default(export)) for export in EXPORTS.values()]
    return msgspec.defstruct("OneKeyAnExport", keys, bases=(Section,), frozen=True, forbid_unknown_fields=True)


class SourcePatterns(_one_key_an_export(str, lambda export: export.pattern)):  # type: ignore[misc]
    """File name patterns, case-insensitive, without the ending."""


class Mail(Section, frozen=True):
    """Who is told of the month, through which server. Its login is the secrets SMTP_USER and SMTP_PASSWORD.

    `links` is the address under which people open the files of the store, such as `https://reports.example.org`.
    """

    host: str = ""
    port: Annotated[int, Meta(gt=0, lt=65_536)] = 587
    security: Literal["starttls", "tls", "plain"] = "starttls"
    ca_file: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject_prefix: str = "[BottleNeck]"
    attachments: tuple[str, ...] = ("report.xls", "vins_premium.csv", "vins_ordinaires.csv")
    links: Annotated[str, Meta(pattern=r"^(https?://\S+)?$")] = ""
    timeout_seconds: Annotated[float, Meta(gt=0, le=300)] = 30.0
    retry_seconds: Annotated[float, Meta(ge=0, le=600)] = 45.0


class Limits(Section, frozen=True):
    """What a file may cost before it is refused as unsafe (SRC-02)."""

    file_bytes: Annotated[int, Meta(gt=0)] = 512 * 1024**2
    entry_bytes: Annotated[int, Meta(gt=0)] = 256 * 1024**2
    total_bytes: Annotated[int, Meta(gt=0)] = 512 * 1024**2
    ratio: Annotated[float, Meta(gt=1)] = 50.0
    entries: Annotated[int, Meta(gt=0)] = 1_000
    cells: Annotated[int, Meta(gt=0)] = 20_000_000
    rows: Annotated[int, Meta(gt=0)] = 50_000_000


class Contracts(_one_key_an_export(ContractMode, lambda _: "warn_new_column")):  # type: ignore[misc]
    """What a row or a column that breaks its contract does, per source."""


class Web(Section, frozen=True):
    """What the rows of the web export mean."""

    product_types: tuple[str, ...] = ("product",)
    ignored_types: tuple[str, ...] = ("attachment",)
    published: tuple[str, ...] = ("publish",)


class Premium(Section, frozen=True):
    """A wine is premium when the z-score of its price is above the threshold, strictly."""

    zscore_threshold: Annotated[float, Meta(gt=0)] = 2.0


class Plausibility(Section, frozen=True):
    """When a price or a revenue is named as implausible, judged on months of at least `min_products` products.

    Deviations are robust z-scores of the log price, of prices more than `price_gap` times the next; a house is the first
    words of a title; a share is of 1;
    `unreadable_share` is that of the cells of an ERP column; `sales_ratio` compares a counter with the third highest; medians are in EUR;
    `odd_cents_share` is that of the prices that end neither in 0, 5 nor 9; so many `equal_prices` and `even_steps` do not run
    in a row; `stock_ratio` compares a stock with the third highest. Of fewer than `steady_products`, `revenue_share` and
    `sales_ratio` grow by as much: a small shop lives on few products.
    """

    min_products: Annotated[int, Meta(ge=3)] = 50
    unreadable_share: Annotated[float, Meta(ge=0, le=1)] = 0.1
    zscore_high: Annotated[float, Meta(gt=0)] = 3.0
    zscore_low: Annotated[float, Meta(gt=0)] = 2.5
    price_gap: Annotated[float, Meta(ge=1)] = 1.3
    house_products: Annotated[int, Meta(ge=2)] = 4
    house_ratio: Annotated[float, Meta(gt=1)] = 5.5
    revenue_share: Annotated[float, Meta(gt=0, le=1)] = 0.2
    sales_ratio: Annotated[float, Meta(gt=1)] = 2.5
    median_price_low: Annotated[float, Meta(ge=0)] = 5.0
    median_price_high: Annotated[float, Meta(gt=0)] = 100.0
    odd_cents_share: Annotated[float, Meta(gt=0, le=1)] = 0.4
    equal_prices: Annotated[int, Meta(ge=3)] = 12
    even_steps: Annotated[int, Meta(ge=2)] = 9
    stock_ratio: Annotated[float, Meta(gt=1)] = 5.0
    steady_products: Annotated[int, Meta(ge=1)] = 400


class History(Section, frozen=True):
    """How far a month may be from the months before it.

    Limits are shares of the month before (`nulls`: of the rows), `_factor`s say how many times more or less. Before
    `min_months` they hold as they are, then half of them is the least that robust z-scores up to `zscore` tolerate.
    """

    window_months: Annotated[int, Meta(ge=1)] = 24
    min_months: Annotated[int, Meta(ge=3)] = 6
    zscore: Annotated[float, Meta(gt=0)] = 5.0
    rows: Annotated[float, Meta(gt=0)] = 0.1
    nulls: Annotated[float, Meta(gt=0)] = 0.05
    revenue: Annotated[float, Meta(gt=0)] = 0.25
    price_mean: Annotated[float, Meta(gt=0)] = 0.1
    unmatched: Annotated[float, Meta(gt=0)] = 0.25
    premium: Annotated[float, Meta(gt=0)] = 0.3
    price_factor: Annotated[float, Meta(gt=1)] = 2.0
    month_revenue_factor: Annotated[float, Meta(gt=1)] = 4.0
    season_factor: Annotated[float, Meta(gt=1)] = 2.5


class Output(Section, frozen=True):
    """How the CSV files are written: `standard` (RFC 4180) or `excel_fr` (semicolons, decimal commas)."""

    csv_dialect: Literal["standard", "excel_fr"] = "standard"


class Lineage(Section, frozen=True):
    """Where the lineage is sent beside lineage.json: address of an OpenLineage backend, seconds it may take in all."""

    url: Annotated[str, Meta(pattern=r"^(https?://.+)?$")] = ""
    timeout: Annotated[float, Meta(gt=0, le=2)] = 1.5


class Resources(Section, frozen=True):
    """What a process may use; memory_limit as DuckDB writes it, `2GB`, and met from there on; empty means DuckDB's default."""

    threads: Annotated[int, Meta(ge=1)] = 2
    memory_limit: Annotated[str, Meta(pattern=r"^(\d+(\.\d+)?\s?([KMGT]i?B))?$")] = ""


class Engine(Section, frozen=True):
    """Which SQL engine judges and computes (quality, analytics), and for Spark its master; empty: this machine's threads."""

    name: Literal["duckdb", "spark"] = "duckdb"
    master: str = ""


class StoreLimits(Section, frozen=True):
    """How long a store may take: one call, all tries of a call (seconds), and the tries; only transient errors retry."""

    timeout_seconds: Annotated[float, Meta(gt=0, lt=30)] = 15.0
    give_up_seconds: Annotated[float, Meta(gt=0)] = 60.0
    attempts: Annotated[int, Meta(ge=1, le=10)] = 10
    oldest_source_days: Annotated[float, Meta(gt=0)] = 20.0
    """An export fetched from a store is refused when it was last changed this long before the newest of the three."""
