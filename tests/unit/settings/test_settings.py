"""Configuration: defaults, files, and errors that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from bottleneck_tasks.errors import ConfigurationError, UsageError
from bottleneck_tasks.settings import Settings, load_settings
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_shipped_file_spells_out_the_built_in_values() -> None:
    """The commented file that users copy is the configuration that runs without one."""
    assert load_settings(ROOT / "namespace_files" / "config" / "bottleneck.toml") == Settings()


def test_no_setting_is_missing_from_the_shipped_file() -> None:
    """Every section and key can be found by reading the shipped file."""
    text = (ROOT / "namespace_files" / "config" / "bottleneck.toml").read_text(encoding="utf-8")
    for section, values in msgspec.to_builtins(Settings()).items():
        assert f"[{section}]" in text
        assert all(f"{key} =" in text for key in values)


@pytest.mark.parametrize(
    ("content", "what", "next_step"),
    [
        ("[premium]\nzscore_treshold = 3", "premium.zscore_treshold", "did you mean zscore_threshold?"),
        ("[premum]\n", "premum", "did you mean premium?"),
        ("[colour]\nx = 1", "colour", "known keys:"),
        ("[premium]\nzscore_threshold = 0", "premium.zscore_threshold: Expected a number > 0.0", "correct"),
        ("[output]\ncsv_dialect = 'fr'", "output.csv_dialect", "correct the value"),
        ("[resources]\nmemory_limit = '2 gigs'", "resources.memory_limit", "correct the value"),
        ("[severity]\nERP-99 = 'warn'", "severity.ERP-99: no such rule", "did you mean ERP-"),
        ("[severity]\nERP-01 = 'fatal'", "severity.ERP-01", "correct the value"),
        ("[severity]\nSRC-01 = 'warn'", "severity.SRC-01: SRC-01 always blocks", "remove SRC-01 from [severity]"),
        ("[severity]\nLEDGER = 'info'", "severity.LEDGER: LEDGER always blocks", "remove LEDGER from [severity]"),
        ("[premium\n", "not valid TOML", "correct the file"),
    ],
)
def test_a_wrong_setting_is_named_with_a_way_out(tmp_path: Path, content: str, what: str, next_step: str) -> None:
    """A typo in the configuration names the key and the closest known one, and exits 78."""
    path = tmp_path / "bottleneck.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    assert what in caught.value.what
    assert next_step in caught.value.next_step
    assert caught.value.exit_code == 78
    assert caught.value.facts["file"] == path


def test_a_rule_that_always_blocks_may_be_said_to(tmp_path: Path) -> None:
    """What the file says as it is anyway is no fault."""
    path = tmp_path / "bottleneck.toml"
    path.write_text("[severity]\nSRC-01 = 'block'\n", encoding="utf-8")
    assert load_settings(path).severity_of("SRC-01") == "block"


def test_a_missing_file_is_a_configuration_error(tmp_path: Path) -> None:
    """A path that does not exist is not silently replaced by the defaults."""
    with pytest.raises(ConfigurationError, match="no such configuration file"):
        load_settings(tmp_path / "absent.toml")


def test_a_secret_typed_by_mistake_is_not_repeated(tmp_path: Path) -> None:
    """The value of a wrong setting never reaches the message: it might be a password."""
    path = tmp_path / "bottleneck.toml"
    path.write_text("[output]\ncsv_dialect = 'hunter2-canary'", encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_settings(path)
    assert "hunter2-canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "rule", "severity"),
    [
        ({}, "ERP-01", "block"),
        ({}, "ERP-W1-STOCK", "warn"),
        ({"severity": {"ERP-W1": "info"}}, "ERP-W1-STOCK", "info"),
        ({"severity": {"ERP-W1": "info", "ERP-W1-STOCK": "block"}}, "ERP-W1-STOCK", "block"),
        ({"contracts": {"erp": "quarantine_row"}}, "ERP-01", "warn"),
        ({"contracts": {"erp": "quarantine_row"}}, "WEB-02", "block"),
        ({"contracts": {"erp": "quarantine_row"}, "severity": {"ERP-01": "block"}}, "ERP-01", "block"),
    ],
)
def test_severity_comes_from_the_rule_then_its_family_then_the_mode(
    settings: dict[str, object], rule: str, severity: str
) -> None:
    """The most specific setting wins, the catalogue is the default."""
    assert Settings.of(settings).severity_of(rule) == severity


def test_every_override_needs_a_reason_and_a_known_rule() -> None:
    """Nobody lets a rule pass without saying why."""
    with pytest.raises(UsageError, match="because"):
        Settings().allowing(["REC-01"], [])
    with pytest.raises(UsageError, match="no rule REC-99"):
        Settings().allowing(["REC-99"], ["it is fine"])
    with pytest.raises(UsageError, match="cannot be let through"):
        Settings().allowing(["SRC-03"], ["we know"])
    assert Settings().allowing(["REC-01"], ["known gift card"]).allow == {"REC-01": "known gift card"}
    with pytest.raises(UsageError, match="without a reason"):
        Settings().allowing(["REC-01"], [" "])


def test_what_the_file_lets_through_stays_let_through(tmp_path: Path) -> None:
    """[allow] of bottleneck.toml holds with and without --allow, which adds to it."""
    path = tmp_path / "bottleneck.toml"
    path.write_text('[allow]\nREC-01 = "known gift card"', encoding="utf-8")
    settings = load_settings(path)
    assert settings.allowing([], []).allow == {"REC-01": "known gift card"}
    assert settings.allowing(["REC-02"], ["seen"]).allow == {"REC-01": "known gift card", "REC-02": "seen"}


@pytest.mark.parametrize(
    ("line", "what"),
    [('REC-99 = "x"', "no rule"), ('SRC-03 = "x"', "cannot be let through"), ('REC-01 = ""', "without a reason")],
)
def test_the_file_lets_through_no_more_than_the_command_line(line: str, what: str, tmp_path: Path) -> None:
    """An unknown rule, one that may never pass, or no reason: exit 78 naming the key."""
    path = tmp_path / "bottleneck.toml"
    path.write_text(f"[allow]\n{line}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=what) as caught:
        load_settings(path)
    assert str(caught.value.facts["key"]) == f"allow.{line[:6]}"
