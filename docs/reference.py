"""The reference of the public surface, from the signatures and docstrings of the modules named here."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

PUBLIC: dict[str, tuple[str, ...]] = {
    "The month": ("monthly_revenue", "publish_month", "publish_months", "month", "run", "explain", "stock"),
    "The stages": (
        "ingest.find", "ingest.fetch", "ingest.stage", "ingest.ingest_source", "quality.stage", "analytics.stage",
        "history.read_history", "history.stage", "delivery.stage",
    ),
    "Contracts, rules and checks": (
        "contracts.registry", "contracts.rules", "contracts.check", "contracts.facts", "contracts.odcs",
        "contracts.compare", "findings", "gate", "ledger",
    ),
    "Settings, secrets and errors": ("settings", "secrets", "redaction", "errors"),
    "Stores, mail and other outputs": ("store", "publish", "notify.notify_month", "brief.brief", "lineage.draw", "lineage.send"),
    "Invented months": ("sample",),
    "The engine": ("engine",),
}  # fmt: skip
_WIDTH = 110
_Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign
_HEAD = """# Reference

What a program of your own may import, from the signatures and docstrings themselves (`make docs`). These names, the command
line, the settings of [bottleneck.toml](../namespace_files/config/bottleneck.toml) and the columns of the
[contracts](contracts.md) follow semantic versioning; a module that is not here may change in any version."""
_INDENTED = re.compile(r"(?:^(?: {4}.*|)\n)+", re.MULTILINE)


def modules() -> list[str]:
    """Every module of the public surface, by its full name."""
    return [f"bottleneck_tasks.{name}" for names in PUBLIC.values() for name in names]


def reference() -> str:
    """The page: one section a module, one entry a public name."""
    parts = [_HEAD]
    for title, names in PUBLIC.items():
        parts.append(f"## {title}")
        parts += [_module(importlib.import_module(f"bottleneck_tasks.{name}")) for name in names]
    return "\n\n".join(parts) + "\n"


def _module(module: Any) -> str:
    entries = [_entry(module, name) for name in module.__all__]
    return "\n\n".join([f"### `{module.__name__}`", _prose(module.__doc__ or ""), *entries])


def _entry(module: Any, name: str) -> str:
    node, docstring = _definition(module, name)
    text = f"#### `{name}`\n\n```python\n{_signature(node)}\n```\n\n{_prose(docstring)}".strip()
    methods = [
        f"- `{_call(method)}`: {_first_paragraph(method)}"
        for method in (node.body if isinstance(node, ast.ClassDef) else [])
        if isinstance(method, ast.FunctionDef) and not method.name.startswith("_") and ast.get_docstring(method)
    ]
    return "\n\n".join([text, "\n".join(methods)] if methods else [text])


def _definition(module: Any, name: str) -> tuple[_Definition, str]:
    """Where a name is defined, as it is written there, and what stands below it: the same on every version of Python."""
    body = ast.parse(Path(module.__file__).read_text(encoding="utf-8")).body
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return node, ast.get_docstring(node) or ""
        if isinstance(node, ast.Assign | ast.AnnAssign) and ast.unparse(_target(node)) == name:
            text = following.value if isinstance(following, ast.Expr) else None
            return node, str(text.value) if isinstance(text, ast.Constant) else ""
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
            return _definition(importlib.import_module(node.module or ""), name)
    raise LookupError(f"{module.__name__} has no {name}")


def _target(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    return node.target if isinstance(node, ast.AnnAssign) else node.targets[0]


def _signature(node: _Definition) -> str:
    if isinstance(node, ast.FunctionDef):
        return _definition_line(node)
    if not isinstance(node, ast.ClassDef):
        line = ast.unparse(node)
        return line if len(line) < _WIDTH else f"{ast.unparse(_target(node))} = ..."
    bases = ", ".join(map(ast.unparse, node.bases))
    lines = [
        f"    {ast.unparse(field)}"
        for field in node.body
        if isinstance(field, ast.AnnAssign) and not ast.unparse(field.target).startswith("_")
    ]
    lines += [
        indent(_definition_line(method), "    ")
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
    ]
    return "\n".join([f"class {node.name}({bases}):" if bases else f"class {node.name}:", *(lines or ["    ..."])])


def _call(node: ast.FunctionDef) -> str:
    if any(isinstance(mark, ast.Name) and mark.id == "property" for mark in node.decorator_list):
        return f"{node.name}{_returns(node)}"
    return f"{node.name}({', '.join(_parameters(node.args))}){_returns(node)}"


def _first_paragraph(node: ast.FunctionDef) -> str:
    return " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split())


def _definition_line(node: ast.FunctionDef) -> str:
    line = f"def {_call(node)}"
    if len(line) < _WIDTH:
        return line
    return "\n".join([f"def {node.name}(", *(f"    {one}," for one in _parameters(node.args)), f"){_returns(node)}"])


def _returns(node: ast.FunctionDef) -> str:
    return f" -> {ast.unparse(node.returns)}" if node.returns else ""


def _parameters(arguments: ast.arguments) -> list[str]:
    """Each parameter with its type and default, the object itself left out."""
    positional = [
        argument for argument in [*arguments.posonlyargs, *arguments.args] if argument.arg not in {"self", "cls"}
    ]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + [*arguments.defaults]
    named = list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    rest = [f"*{ast.unparse(arguments.vararg)}"] if arguments.vararg else ["*"] if named else []
    return [
        *(_parameter(argument, default) for argument, default in zip(positional, defaults, strict=True)),
        *rest,
        *(_parameter(argument, default) for argument, default in named),
        *([f"**{ast.unparse(arguments.kwarg)}"] if arguments.kwarg else []),
    ]


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    return ast.unparse(argument) + (f" = {ast.unparse(default)}" if default else "")


def _prose(docstring: str) -> str:
    """A docstring as Markdown: what is indented, and examples, stand in blocks; sections of arguments in lists."""
    text = inspect.cleandoc(docstring)
    text = re.sub(r"^(Args|Raises|Returns|Yields):\n((?: {4}.*\n?)+)", _section, text, flags=re.MULTILINE)
    text = re.sub(r"^>>> .*(?:\n.+)*", lambda example: f"```python\n{example[0]}\n```", text, flags=re.MULTILINE)
    text = _INDENTED.sub(
        lambda block: f"\n```text\n{dedent(block[0]).strip()}\n```\n\n" if block[0].strip() else block[0], f"{text}\n"
    )
    return text.strip()


def _section(section: re.Match[str]) -> str:
    lines = re.sub(r"\n {8,}", " ", dedent(section[2])).strip()
    items = [re.sub(r"^([^:]+):", r"`\1`:", line) for line in re.sub(r"\n {4,}", " ", lines).splitlines()]
    return f"{section[1]}:\n\n" + "\n".join(f"- {item}" for item in items)
