"""What the docstrings show is what the code does, and every name a module offers is said in its `__all__`."""

from __future__ import annotations

import ast
import doctest
import importlib
import runpy

import pytest

from tests.conftest import ROOT

_PACKAGE = ROOT / "bottleneck_tasks"
_PUBLIC = runpy.run_path(str(ROOT / "docs" / "reference.py"))["modules"]()


def _name(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


_MODULES = sorted(str(path.relative_to(ROOT)) for path in _PACKAGE.rglob("*.py"))
_WITH_EXAMPLES = [path for path in _MODULES if ">>> " in (ROOT / path).read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", _WITH_EXAMPLES)
def test_every_example_of_a_docstring_is_true(path: str) -> None:
    """Whoever copies an example gets what it shows."""
    outcome = doctest.testmod(importlib.import_module(_name(path)))
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize("path", _MODULES)
def test_all_names_what_a_module_offers(path: str) -> None:
    """Every public class and function of a module is in `__all__`; commands and hooks are found by their group."""
    body = ast.parse((ROOT / path).read_text(encoding="utf-8")).body
    offered = {
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith(("_", "pytest_"))
        and not any("command" in ast.unparse(mark) for mark in node.decorator_list)
    }
    if offered:
        said = set(importlib.import_module(_name(path)).__all__)
        assert offered <= said


@pytest.mark.parametrize("module", _PUBLIC)
def test_a_public_docstring_names_the_errors_it_raises(module: str) -> None:
    """A caller knows from the reference which of our errors a function raises itself, or where that is said."""
    source = ROOT / f"{module.replace('.', '/')}.py"
    if not source.is_file():
        source = source.with_suffix("") / "__init__.py"
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            raised = {
                statement.exc.func.id
                for statement in ast.walk(node)
                if isinstance(statement, ast.Raise)
                and isinstance(statement.exc, ast.Call)
                and isinstance(statement.exc.func, ast.Name)
            } - {"from_os_error"}
            docstring = ast.get_docstring(node) or ""
            assert all(name in docstring for name in raised) or "raises as" in docstring.lower(), node.name
