"""What the stages that judge nothing know of the contracts is what the Pandera models say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bottleneck_tasks.contracts import digest as module
from bottleneck_tasks.contracts.digest import DIGEST, digest, digest_of_models

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_shipped_digest_is_that_of_the_models() -> None:
    """A changed contract needs `make docs`; until then the models themselves are read, which is slower."""
    assert json.loads(DIGEST.read_text(encoding="utf-8")) == digest_of_models()


def test_a_digest_of_other_models_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract edited where it is deployed holds at once, whatever the file beside it says."""
    stale = digest_of_models()
    stale["datasets"]["raw_erp"]["columns"].pop("price")
    path = tmp_path / "digest.json"
    path.write_text(json.dumps(stale), encoding="utf-8")
    for file in DIGEST.parent.glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(module, "DIGEST", path)
    assert "price" not in digest()["raw_erp"]["columns"]
    (tmp_path / "erp.py").write_text("# edited\n", encoding="utf-8")
    assert "price" in digest()["raw_erp"]["columns"]
