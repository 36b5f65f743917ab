"""The table of the tasks says what the tasks put out."""

from __future__ import annotations

import runpy

import pytest

from tests.conftest import ROOT


@pytest.mark.slow
def test_the_table_of_the_tasks_is_what_they_put_out() -> None:
    """Every example of docs/tasks.md runs, and prints the outputs and the metrics that the table names."""
    page = runpy.run_path(str(ROOT / "docs" / "tasks.py"))["tasks_page"]()
    assert (ROOT / "docs" / "tasks.md").read_text(encoding="utf-8") == page, "run `make docs`"
