"""The tree of the repository with one line a file, taken from the file itself, and how long files and functions are."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import tomllib
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[1]
_GROUPS = {
    "the package": "bottleneck_tasks/",
    "tests": "tests/",
    "documents, tools and benchmarks": ("docs/", "benchmarks/", "deploy/"),
}


def tree() -> str:
    """Every file below its folder, with what it is for; a folder's own line is that of its `__init__.py`."""
    lines: list[str] = []
    shown: tuple[str, ...] = ()
    for path in files():
        parts = path.parts[:-1]
        for depth in range(len(parts)):
            if parts[: depth + 1] != shown[: depth + 1]:
                folder = ROOT.joinpath(*parts[: depth + 1])
                package = folder / "__init__.py"
                lines.append(_line(depth, f"{parts[depth]}/", purpose(package) if package.is_file() else ""))
        shown = parts
        if path.name != "__init__.py":
            lines.append(_line(len(parts), path.name, purpose(ROOT / path)))
    return "\n".join(["```text", *lines, "```"])


def files() -> list[PurePosixPath]:
    """The files of the repository, those not committed yet included, folder by folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    there = (PurePosixPath(name) for name in set(listed) if (ROOT / name).is_file())
    return sorted(there, key=lambda path: [(1, part) for part in path.parts[:-1]] + [(0, path.name)])


def _line(depth: int, name: str, text: str) -> str:
    shown = "  " * depth + name
    return f"{shown:44}  {text}".rstrip()


def purpose(path: Path) -> str:
    """What a file is for: the first line of its docstring, comment or description, else what docs/tree.toml says."""
    name = str(path.relative_to(ROOT))
    for pattern, text in _others().items():
        if PurePosixPath(name).match(pattern):
            return text
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        content = ""
    found = ast.get_docstring(ast.parse(content)) if path.suffix == ".py" else _first_words(path.suffix, content)
    if not found:
        raise LookupError(f"{name} does not say what it is for: give it a first comment, or a line in docs/tree.toml")
    return " ".join(found.split("\n\n")[0].splitlines()[0].split())


def _others() -> dict[str, str]:
    table: dict[str, str] = tomllib.loads((ROOT / "docs" / "tree.toml").read_text(encoding="utf-8"))["files"]
    return table


def _first_words(suffix: str, content: str) -> str:
    if suffix == ".md":
        return content.split("\n", 1)[0].lstrip("# ")
    if suffix == ".java":
        found = re.search(r"/\*\*\s*\n?\s*\*?\s*(.+?)(?:\s*\*/)?$", content, re.MULTILINE)
    elif suffix in {".yml", ".yaml"}:
        found = re.search(r"^# (.+)", content) or re.search(r"^description: \|?\s*\n?\s*(.+)", content, re.MULTILINE)
    else:
        found = re.match(
            r"(?:#!.*\n)?(?:<\?xml.*\n)?(?:# syntax=.*\n)?(?:#|--|//|<!--|\{#-?)\s+(.+?)\s*(?:-->|-?#\})?$",
            content,
            re.MULTILINE,
        )
    return found[1] if found else ""


def sizes() -> str:
    """Lines of files and functions in Python, about: median, ninth decile, largest."""
    lines = [
        "| | files: median | 90 % | largest | functions: median | 90 % | largest |",
        "|---|---|---|---|---|---|---|",
    ]
    for title, folders in _GROUPS.items():
        paths = [ROOT / path for path in files() if path.suffix == ".py" and str(path).startswith(folders)]
        texts = [path.read_text(encoding="utf-8") for path in paths]
        length = [text.count("\n") for text in texts if text.strip()]
        functions = [
            (node.end_lineno or 0) - node.lineno + 1
            for text in texts
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        lines.append(f"| {title} | {_three(length, 10)} | {_three(functions, 5)} |")
    return "\n".join(lines)


def _three(values: list[int], step: int) -> str:
    deciles = statistics.quantiles(values, n=10)
    return " | ".join(str(round(value / step) * step) for value in (deciles[4], deciles[8], max(values)))
