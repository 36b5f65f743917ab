"""A delivered month, to be told."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from bottleneck_tasks.month import Month
from bottleneck_tasks.monthly_revenue import monthly_revenue
from bottleneck_tasks.settings import Settings
from bottleneck_tasks.settings_sections import Mail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def told_month(sample_month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run directory of the sample month."""
    work = tmp_path_factory.mktemp("told")
    run, _ = monthly_revenue(source=sample_month, month=Month(2026, 10), out=None, work=work, settings=Settings())
    return run.path


@pytest.fixture
def run_dir(told_month: Path, tmp_path: Path) -> Path:
    """A copy of the run directory that a test may change: the deliverables only, a mail needs nothing else."""
    shutil.copytree(told_month / "delivery", tmp_path / "run" / "delivery")
    return tmp_path / "run"


@pytest.fixture
def mail() -> Callable[..., Mail]:
    """Settings of a mail to Zoé and Max through a server of the tests."""

    def make(port: int = 1, **changes: Any) -> Mail:
        values: dict[str, Any] = {
            "host": "127.0.0.1", "port": port, "security": "plain", "sender": "BottleNeck <reports@example.org>",
            "recipients": ("zoe@example.org", "max@example.org"), "timeout_seconds": 60.0, "retry_seconds": 5.0,
        }  # fmt: skip
        return Mail(**{**values, **changes})

    return make


@pytest.fixture(autouse=True)
def _no_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No login unless a test gives one."""
    monkeypatch.setenv("BOTTLENECK_SECRETS", str(tmp_path / "no-secrets"))
    for name in ("SMTP_USER", "SMTP_PASSWORD"):
        for variable in (name, f"{name}_FILE", f"SECRET_{name}"):
            monkeypatch.delenv(variable, raising=False)
