"""What the package imports is what it declares: nothing borrowed from a library of a library, nothing unused."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib

from tests.conftest import ROOT

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_OURS_OR_OPTIONAL = {"bottleneck_tasks", "pytest"}  # the plugin of pytest is read by pytest alone


def _distribution(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement)[0].lower().replace("_", "-")


def _imported() -> set[str]:
    found = set()
    for path in (ROOT / "bottleneck_tasks").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {name.split(".")[0] for name in names}
    return found - sys.stdlib_module_names - _OURS_OR_OPTIONAL


def test_every_import_is_declared_and_every_declaration_imported() -> None:
    """An installation holds every library the code names, and none it does not."""
    extras = _PROJECT["optional-dependencies"].values()
    declared = {_distribution(line) for group in [_PROJECT["dependencies"], *extras] for line in group}
    owners = importlib.metadata.packages_distributions()
    assert {owners[name][0].lower().replace("_", "-") for name in _imported()} == declared


def test_every_dependency_has_a_lower_bound() -> None:
    """The oldest version that passes the tests is written down (`make test-matrix`)."""
    for group in [_PROJECT["dependencies"], *_PROJECT["optional-dependencies"].values()]:
        assert all(">=" in requirement for requirement in group)
