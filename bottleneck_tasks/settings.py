"""Configuration: built-in defaults, then a TOML file, as one frozen object. Never a secret in it.

The file shipped in `namespace_files/config/bottleneck.toml` spells out the defaults; a test keeps both equal.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING, Any, Literal, get_type_hints

import msgspec

from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.errors import ConfigurationError, UsageError
from bottleneck_tasks.exports import EXPORTS
from bottleneck_tasks.settings_sections import (
    ContractMode,
    Contracts,
    Engine,
    History,
    Limits,
    Lineage,
    Mail,
    Output,
    Plausibility,
    Premium,
    Resources,
    Section,
    SourcePatterns,
    StoreLimits,
    Web,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from bottleneck_tasks.contracts.check import Severity

__all__ = ["ContractMode", "Limits", "Settings", "load_settings"]

_SOURCE_OF_PREFIX = {export.rules: name for name, export in EXPORTS.items()}
_IN_TOML = {"float": "a number", "int": "a whole number", "str": "text", "array": "a list", "object": "a table"}
_NEVER_ALLOWED = {"SRC-01", "SRC-02", "SRC-03", "SRC-04", "LEDGER"}


class Settings(Section, frozen=True):
    """Every setting of a run."""

    sources: SourcePatterns = SourcePatterns()
    limits: Limits = Limits()
    contracts: Contracts = Contracts()
    web: Web = Web()
    premium: Premium = Premium()
    plausibility: Plausibility = Plausibility()
    history: History = History()
    output: Output = Output()
    lineage: Lineage = Lineage()
    resources: Resources = Resources()
    engine: Engine = Engine()
    store: StoreLimits = StoreLimits()
    mail: Mail = Mail()
    severity: dict[str, Literal["block", "warn", "info"]] = msgspec.field(default_factory=dict)
    allow: dict[str, str] = msgspec.field(default_factory=dict)
    """Rules that a person lets pass, each with the reason; `--allow RULE --because "..."` does so for one run."""

    expect: dict[str, int | str] = msgspec.field(default_factory=dict)
    """Figures that somebody has counted by hand (EXP-01): amounts as text, `revenue_total = "12345.60"`."""

    def severity_of(self, rule: str) -> Severity:
        """The severity of a rule: set for it, or for its family (`ERP-W1`), or the catalogue's.

        A source in mode `quarantine_row` warns of the rows it rejects.

        >>> Settings().severity_of("WEB-W1"), Settings(severity={"WEB": "block", "WEB-W1": "info"}).severity_of("WEB-W1")
        ('warn', 'info')
        """
        family = "-".join(rule.split("-")[:2])
        chosen = self.severity.get(rule, self.severity.get(family))
        if chosen is not None:
            return chosen
        if RULES[rule].rejects and self.mode_of(_SOURCE_OF_PREFIX[rule.split("-", maxsplit=1)[0]]) == "quarantine_row":
            return "warn"
        return RULES[rule].severity

    def mode_of(self, source: str) -> ContractMode:
        """What breaking the contract of a source does."""
        mode: ContractMode = getattr(self.contracts, source)
        return mode

    def having(self, section: str, **values: Any) -> Settings:
        """The same settings with other values in one section, which are taken as they are.

        >>> Settings().having("resources", threads=1).resources.threads
        1
        """
        changed = msgspec.structs.replace(getattr(self, section), **values)
        return msgspec.structs.replace(self, **{section: changed})

    def allowing(self, rules: Sequence[str], reasons: Sequence[str]) -> Settings:
        """The same settings with more rules let through for one run, each with its reason.

        Raises UsageError (64) for a rule without a reason or unknown to the catalogue.

        >>> Settings().allowing(["REC-01"], ["new wines, liaison comes on Monday"]).allow
        {'REC-01': 'new wines, liaison comes on Monday'}
        """
        if len(rules) != len(reasons):
            raise UsageError("ALLOW", "every --allow needs its --because", "give one reason per rule")
        added = dict(zip(rules, reasons, strict=True))
        for rule, reason in added.items():
            if fault := _unallowed(rule, reason):
                raise UsageError("ALLOW", *fault)
        return msgspec.structs.replace(self, allow=self.allow | added)


def load_settings(path: Path | None = None) -> Settings:
    """Read a TOML file over the defaults.

    Raises ConfigurationError (78) naming the key, what is wrong with it and the closest known key.

    >>> load_settings().premium.zscore_threshold
    2.0
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
        settings = Settings.of(document)
    except msgspec.ValidationError as error:
        key, what, advice = _explained(error, document)
        raise ConfigurationError("CONFIG", f"{key}: {what}", advice, file=path, key=key) from None
    known = {*RULES, *("-".join(rule.split("-")[:2]) for rule in RULES)}
    for rule in settings.severity:
        if rule not in known:
            key = f"severity.{rule}"
            raise ConfigurationError("CONFIG", f"{key}: no such rule", _closest(rule, known), file=path, key=key)
        if rule in _NEVER_ALLOWED and settings.severity[rule] != "block":
            raise ConfigurationError(
                "CONFIG", f"severity.{rule}: {rule} always blocks", f"remove {rule} from [severity]: without it there are no figures",
                file=path, key=f"severity.{rule}",
            )  # fmt: skip
    for rule, reason in settings.allow.items():
        if fault := _unallowed(rule, reason):
            raise ConfigurationError("CONFIG", *fault, file=path, key=f"allow.{rule}")
    return settings


def _unallowed(rule: str, reason: str) -> tuple[str, str] | None:
    """Why a rule cannot be let through, and what to do; None when it can."""
    if rule not in RULES:
        return f"no rule {rule}", _closest(rule, RULES)
    if rule in _NEVER_ALLOWED:
        return f"{rule} cannot be let through", "correct the export: without it there are no figures"
    if not reason.strip():
        return f"{rule} is let through without a reason", "say why: the report shows it"
    return None


def _closest(rule: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(rule, list(known), n=1)
    return f"did you mean {close[0]}?" if close else "see docs/quality.md for the rule ids"


def _explained(error: msgspec.ValidationError, document: Mapping[str, Any]) -> tuple[str, str, str]:
    """The key that is wrong, what is wrong with it and what to do: never its value, which might be a password."""
    what, _, path = str(error).partition(" - at ")
    key = path.strip("`").removeprefix("$").removeprefix(".")
    if unknown := re.search("unknown field `(.+)`", what):
        return f"{key}.{unknown[1]}".lstrip("."), "no such key", _closest_key(key, unknown[1])
    if key.endswith("[...]"):  # one of a table without fixed keys
        table = key.removesuffix("[...]")
        kind = get_type_hints(Settings)[table]
        key = next(f"{table}.{name}" for name, value in document[table].items() if not _converts({name: value}, kind))
    if what.startswith("Invalid enum value"):
        what = "not one of the values it may have"
    kinds = re.sub("`([^`]+)`", lambda kind: " or ".join(_IN_TOML.get(k, k) for k in kind[1].split(" | ")), what)
    return key, kinds, "correct the value"


def _converts(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def _closest_key(table: str, unknown: str) -> str:
    section = get_type_hints(Settings)[table] if table else Settings
    known = section.__struct_fields__
    close = difflib.get_close_matches(unknown, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known keys: {', '.join(sorted(known))}"
