"""The shape of the code: who may import whom, and what a start costs."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT

_PACKAGE = ROOT / "bottleneck_tasks"
_HEAVY = ("duckdb", "pyarrow", "pandera", "openpyxl", "xlwt", "numpy", "pydantic", "msgspec", "jinja2")


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_layers_hold() -> None:
    """Command line, month, stages, shared layers, contracts: nobody imports upwards, and no stage another."""
    result = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


def test_help_imports_nothing_heavy() -> None:
    """`bottleneck --help` starts without a database, a table or a workbook library."""
    loaded = _loaded_by("from bottleneck_tasks.__main__ import run_command; run_command(['--help'])")
    assert loaded.isdisjoint(_HEAVY)


@pytest.mark.parametrize(
    "module", ["ingest.stage", "quality.stage", "analytics.stage", "delivery.stage", "monthly_revenue"]
)
@pytest.mark.slow
def test_report_libraries_are_loaded_where_they_write(module: str) -> None:
    """A task process pays only for what it uses, and the month loads them while DuckDB works."""
    loaded = _loaded_by(f"import bottleneck_tasks.{module}")
    assert loaded.isdisjoint({"openpyxl", "xlwt", "jinja2"})


def test_pandas_is_never_loaded() -> None:
    """The whole month runs without pandas, in our code and below it."""
    assert "pandas" not in _loaded_by("import bottleneck_tasks.monthly_revenue")


def _modules() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted(_PACKAGE.rglob("*.py")) if "engine" not in path.parts]


@pytest.mark.parametrize("module", _modules())
def test_modules_stay_small_and_quiet(module: str) -> None:
    """No file over 300 lines, no function over 40, no print outside the console."""
    text = (ROOT / module).read_text(encoding="utf-8")
    assert text.count("\n") <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print"


@pytest.mark.parametrize("folder", ["tests", "docs", "benchmarks", "bottleneck_tasks/engine"])
def test_what_surrounds_the_product_stays_small_too(folder: str) -> None:
    """No file over 300 lines, no function over 40, in tests and tools as well."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 300, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 40, f"{path}: {node.name}"


def test_values_are_structs() -> None:
    """A month loads sixty classes of values: dataclasses took 40 ms to make them. Samples and the engine load them rarely."""
    for path in _PACKAGE.rglob("*.py"):
        if {"engine", "sample"}.isdisjoint(path.parts):
            assert "dataclass(" not in path.read_text(encoding="utf-8"), path


def test_no_clock_in_the_product() -> None:
    """A month never comes from the clock: no module asks for the date."""
    for path in _PACKAGE.rglob("*.py"):
        if "engine" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"now", "today", "utcnow"}, path
