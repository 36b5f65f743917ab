"""Flows move to another namespace with everything that refers to it, and folders are read in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.engine import NotFound
from bottleneck_tasks.engine.flow_loading import flow_files, relocated

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = """id: parent
namespace: company.team
tasks:
  - id: child
    type: io.kestra.plugin.core.flow.Subflow
    namespace: company.team
    flowId: child
  - id: foreign
    type: io.kestra.plugin.core.flow.Subflow
    namespace: company.team.other
    flowId: child
  - namespace: "company.team"
    id: quoted
"""


def test_references_move_along() -> None:
    """The flow's namespace and its Subflow references move; another namespace stays."""
    moved = relocated(SOURCE, "tests.fresh")
    assert moved.count("namespace: tests.fresh\n") == 3
    assert "namespace: company.team.other\n" in moved
    assert "namespace: company.team\n" not in moved


def test_text_without_namespace_stays() -> None:
    """What is no flow is left for Kestra to refuse."""
    assert relocated("id: x\n", "tests.fresh") == "id: x\n"


def test_folders_are_read_in_order_and_deep(tmp_path: Path) -> None:
    """Only .yml and .yaml files count, sorted, with those of subfolders."""
    for name in ("b.yml", "a.yaml", "notes.md", "sub/c.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [file.name for file in flow_files([tmp_path])] == ["a.yaml", "b.yml", "c.yml"]
    with pytest.raises(NotFound):
        flow_files([tmp_path / "absent.yml"])
