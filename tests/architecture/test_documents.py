"""What the documents say is what the code does."""

from __future__ import annotations

import ast
import re
import runpy
import shutil
from typing import TYPE_CHECKING

import pytest

from bottleneck_tasks.cli import cli
from bottleneck_tasks.contracts.registry import DATASETS
from bottleneck_tasks.contracts.rules import RULES
from bottleneck_tasks.errors import BottleneckError
from tests.conftest import ROOT
from tests.faults.matrix import ROWS

if TYPE_CHECKING:
    from pathlib import Path


def _subclasses(kind: type) -> list[type]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in _subclasses(child))]


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_in_the_readme(command: str) -> None:
    """A command that nobody can find does not exist."""
    assert f"bottleneck {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_is_documented(rule: str) -> None:
    """docs/quality.md lists every rule of the catalogue."""
    assert f"`{rule}`" in (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", sorted({kind.exit_code for kind in _subclasses(BottleneckError)}))
def test_every_exit_code_is_in_the_readme(code: int) -> None:
    """A shell script can rely on the table of exit codes."""
    assert f"| {code} |" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", _subclasses(BottleneckError), ids=lambda kind: kind.__name__)
def test_the_error_tree_is_drawn(kind: type) -> None:
    """The docstring of the errors module shows every class with its exit code."""
    module = ast.get_docstring(ast.parse((ROOT / "bottleneck_tasks" / "errors.py").read_text(encoding="utf-8"))) or ""
    assert kind.__name__ in module


@pytest.mark.parametrize("dataset", sorted(DATASETS))
def test_every_column_of_a_clean_dataset_is_described(dataset: str) -> None:
    """A contract says what each column means."""
    schema = DATASETS[dataset].model.to_schema()
    if not dataset.startswith("raw_"):
        assert all(column.description for column in schema.columns.values())


def test_every_test_states_its_promise_in_the_folder_of_its_feature() -> None:
    """Each test has a docstring of one line that says what it holds, and a file in a folder named after the feature."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        assert path.parent.name not in {"tests", "unit"}, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                promise = (ast.get_docstring(node) or "").split("\n\n")[0]
                assert len(promise.splitlines()) == 1, f"{path.name}: {node.name}"


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("../README.md", marks=pytest.mark.slow),
        pytest.param("architecture.md", marks=pytest.mark.slow),
        pytest.param("quality.md", marks=pytest.mark.slow),
        "contracts.md",
        "reliability.md",
        "compatibility.md",
        pytest.param("tree.md", marks=pytest.mark.slow),
        "flows.md",
        "dictionary.md",
        "lineage.md",
        "mutants.md",
    ],
)
def test_generated_parts_are_fresh(document: str) -> None:
    """What the documents take from the code is what the code says now, the README's output included."""
    build = runpy.run_path(str(ROOT / "docs" / "build.py"))
    assert build["built"](document) == (ROOT / "docs" / document).read_text(encoding="utf-8")


def test_generated_files_are_fresh() -> None:
    """The pictures of the pipeline and the column lineage are those of the code; `make docs` writes them again."""
    for path, text in runpy.run_path(str(ROOT / "docs" / "build.py"))["written_whole"]().items():
        assert path.read_text(encoding="utf-8") == text, path.name


@pytest.mark.slow
def test_the_python_of_the_readme_runs(
    sample_month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A newcomer who copies the example gets its warnings."""
    (tmp_path / "out").mkdir()
    shutil.copytree(sample_month, tmp_path / "out" / "sample")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    exec(compile(blocks[0], "README.md", "exec"), {})  # noqa: S102
    assert "WEB-W1 2" in capsys.readouterr().out


def test_every_link_of_the_documents_leads_somewhere() -> None:
    """No document points at a file that is not there."""
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert target.startswith("http") or (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_make_target_is_explained() -> None:
    """`make help` lists each target that is documented for users."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "flow", "test", "test-fast", "fuzz", "mutants", "lint", "bench", "docs", "help"):
        assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE), target


def test_every_row_of_the_fault_matrix_has_a_test() -> None:
    """docs/reliability.md promises nothing that no test holds."""
    tests = runpy.run_path(str(ROOT / "docs" / "fault_matrix.py"))["tests_of_rows"]()
    assert [row.id for row in ROWS if row.id not in tests] == []
