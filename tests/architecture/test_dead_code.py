"""Nothing lies about unused: every name that a module defines is named somewhere else."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT

_FOLDERS = ("bottleneck_tasks", "docs", "benchmarks", "deploy", "flows", "subflows")
_KINDS = {".py", ".jinja", ".sql", ".yml", ".toml", ".md"}
_FOUND_BY_NAME = re.compile(r"pytest_\w+|(?:Raw|Clean)[A-Z]\w+")  # hooks; the contracts of an export, by the registry


def _defined(tree: ast.Module) -> set[str]:
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    assigned = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    assigned += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
    names |= {target.id for target in assigned if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("__") and not _FOUND_BY_NAME.fullmatch(name)}


def _used_in(text: str) -> set[str]:
    """The words of a text, a definition and its mention in `__all__` left out."""
    text = re.sub(r"__all__ = \[.*?\]", "", text, flags=re.DOTALL)
    text = re.sub(r"^(?:def|class) \w+|^\w+(?=:? .*=|: )", "", text, flags=re.MULTILINE)
    return set(re.findall(r"\w+", text))


def test_every_name_of_the_package_is_used() -> None:
    """A function, class or constant that neither the package, a document nor a tool names is dead, tests or not."""
    texts = {
        path: path.read_text(encoding="utf-8")
        for folder in _FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in _KINDS and path.name not in {"reference.md", "tree.md"}
    }
    words = set().union(*map(_used_in, texts.values()))
    dead = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in texts.items()
        if path.suffix == ".py" and path.is_relative_to(ROOT / "bottleneck_tasks")
        for name in _defined(ast.parse(text))
        if name not in words
    ]
    assert dead == []
