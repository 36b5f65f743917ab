"""Configuration: built-in defaults, then a TOML file, as one frozen object. Never a secret in it.

The file shipped in `namespace_files/config/bottleneck.toml` spells out the defaults; a test keeps both equal.
"""

from __future__ import annotations

import difflib
import tomllib
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Severity

__all__ = ["ContractMode", "Limits", "Settings", "load_settings"]

ContractMode = Literal["freeze", "quarantine_row", "warn_new_column"]


_SOURCE_OF_PREFIX = {"ERP": "erp", "WEB": "web", "LIA": "liaison"}


_NEVER_ALLOWED = {"SRC-01", "SRC-02", "SRC-03", "SRC-04", "LEDGER"}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SourcePatterns(_Section):
    """File name patterns, case-insensitive, without the ending."""

    erp: str = "*erp*"
    web: str = "*web*"
    liaison: str = "*liaison*"


class Limits(_Section):
    """What a workbook may cost before it is refused as unsafe (SRC-02)."""

    file_bytes: int = Field(512 * 1024**2, gt=0)
    entry_bytes: int = Field(256 * 1024**2, gt=0)
    total_bytes: int = Field(512 * 1024**2, gt=0)
    ratio: float = Field(50.0, gt=1)
    entries: int = Field(1_000, gt=0)
    cells: int = Field(20_000_000, gt=0)


class Contracts(_Section):
    """What a row or a column that breaks its contract does, per source."""

    erp: ContractMode = "warn_new_column"
    web: ContractMode = "warn_new_column"
    liaison: ContractMode = "warn_new_column"


class Web(_Section):
    """What the rows of the web export mean."""

    product_types: tuple[str, ...] = ("product",)
    ignored_types: tuple[str, ...] = ("attachment",)
    published: tuple[str, ...] = ("publish",)


class Premium(_Section):
    """A wine is premium when the z-score of its price is above the threshold, strictly."""

    zscore_threshold: float = Field(2.0, gt=0)


class Plausibility(_Section):
    """When a price or a revenue is named as implausible, judged on months of at least `min_products` products.

    Deviations are robust z-scores of the log price; a house is the first words of a title; a share is of 1;
    `sales_ratio` compares a counter with the third highest; medians are in EUR.
    """

    min_products: int = Field(50, ge=3)
    zscore_high: float = Field(3.0, gt=0)
    zscore_low: float = Field(2.5, gt=0)
    house_products: int = Field(4, ge=2)
    house_ratio: float = Field(5.0, gt=1)
    revenue_share: float = Field(0.2, gt=0, le=1)
    sales_ratio: float = Field(2.5, gt=1)
    median_price_low: float = Field(5.0, ge=0)
    median_price_high: float = Field(100.0, gt=0)


class Output(_Section):
    """How the CSV files are written: `standard` (RFC 4180) or `excel_fr` (semicolons, decimal commas)."""

    csv_dialect: Literal["standard", "excel_fr"] = "standard"


class Resources(_Section):
    """What DuckDB may use; memory_limit as DuckDB writes it, `2GB`; empty means its default."""

    threads: int = Field(2, ge=1)
    memory_limit: str = Field("", pattern=r"^(\d+(\.\d+)?\s?([KMGT]i?B))?$")


class Settings(_Section):
    """Every setting of a run."""

    sources: SourcePatterns = SourcePatterns()
    limits: Limits = Limits()
    contracts: Contracts = Contracts()
    web: Web = Web()
    premium: Premium = Premium()
    plausibility: Plausibility = Plausibility()
    output: Output = Output()
    resources: Resources = Resources()
    severity: dict[str, Literal["block", "warn", "info"]] = {}
    allow: dict[str, str] = {}
    """Rules that a person lets pass in this run, each with the reason (`--allow RULE --because "..."`)."""

    expect: dict[str, int | str] = {}
    """Figures that somebody has counted by hand (EXP-01): amounts as text, `revenue_total = "12345.60"`."""

    def severity_of(self, rule: str) -> Severity:
        """The severity of a rule: set for it, or for its family (`ERP-W1`), or the catalogue's.

        A source in mode `quarantine_row` warns of the rows it rejects.
        """
        family = "-".join(rule.split("-")[:2])
        chosen = self.severity.get(rule, self.severity.get(family))
        if chosen is not None:
            return chosen
        if RULES[rule].rejects and self.mode_of(_SOURCE_OF_PREFIX[rule[:3]]) == "quarantine_row":
            return "warn"
        return RULES[rule].severity

    def mode_of(self, source: str) -> ContractMode:
        """What breaking the contract of a source does."""
        mode: ContractMode = getattr(self.contracts, source)
        return mode

    def allowing(self, rules: Sequence[str], reasons: Sequence[str]) -> Settings:
        """The same settings with rules let through for one run, each with its reason.

        Raises UsageError (64) for a rule without a reason or unknown to the catalogue.
        """
        if len(rules) != len(reasons):
            raise UsageError("ALLOW", "every --allow needs its --because", "give one reason per rule")
        for rule in rules:
            if rule not in RULES:
                raise UsageError("ALLOW", f"no rule {rule}", _closest(rule, RULES))
            if rule in _NEVER_ALLOWED:
                raise UsageError(
                    "ALLOW", f"{rule} cannot be let through", "correct the export: without it there are no figures"
                )
        return self.model_copy(update={"allow": dict(zip(rules, reasons, strict=True))})


def load_settings(path: Path | None = None) -> Settings:
    """Read a TOML file over the defaults.

    Raises ConfigurationError (78) naming the key, what is wrong with it and the closest known key.
    """
    if path is None:
        return Settings()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError("CONFIG", "no such configuration file", "give an existing file", file=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError("CONFIG", f"not valid TOML: {error}", "correct the file", file=path) from None
    return _validated(document, path)


def _validated(document: Mapping[str, Any], path: Path) -> Settings:
    try:
        settings = Settings.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigurationError(
            "CONFIG", f"{key}: {first['msg']}", _advice(first["type"], first["loc"]), file=path, key=key
        ) from None
    known = {*RULES, *("-".join(rule.split("-")[:2]) for rule in RULES)}
    for rule in settings.severity:
        if rule not in known:
            key = f"severity.{rule}"
            raise ConfigurationError("CONFIG", f"{key}: no such rule", _closest(rule, known), file=path, key=key)
    return settings


def _closest(rule: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(rule, list(known), n=1)
    return f"did you mean {close[0]}?" if close else "see docs/quality.md for the rule ids"


def _advice(kind: str, location: tuple[int | str, ...]) -> str:
    if kind != "extra_forbidden":
        return "correct the value"
    model: Any = Settings
    for part in location[:-1]:
        model = type(model.model_fields[part].default) if part in model.model_fields else Settings
    close = difflib.get_close_matches(str(location[-1]), model.model_fields, n=1)
    return f"did you mean {close[0]}?" if close else f"known keys: {', '.join(sorted(model.model_fields))}"
