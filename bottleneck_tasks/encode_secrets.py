"""From a .env to the lines that Kestra reads its secrets from: SECRET_NAME=<base64>.

Base64 hides nothing: both files are as secret as their values, so their place and rights are judged as well.
"""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from msgspec import Struct

from bottleneck_tasks.atomic import write_bytes
from bottleneck_tasks.errors import ConfigurationError, SourceMissingError, from_os_error
from bottleneck_tasks.redaction import register

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Encoded", "encode_secrets"]

_PREFIX = "SECRET_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OTHERS = 0o077


class Encoded(Struct, frozen=True):
    """The lines to give to Kestra, the names of the secrets in them, and what the reader must be warned of."""

    lines: str
    names: tuple[str, ...]
    warnings: tuple[str, ...]


def encode_secrets(file: Path, *, out: Path | None = None) -> Encoded:
    """Encode every variable of a .env; names that begin with SECRET_ are taken as encoded already.

    `out` is written whole, readable by this user only. Raises SourceMissingError (66) without the file and
    ConfigurationError (78) for a line that is no NAME=VALUE, by its number: a value is never shown.
    """
    variables = _variables(file)
    lines = [f"{_kestra_name(name)}={_encoded(name, value)}\n" for name, value in variables.items() if value]
    empty = [f"{name} is empty and left out" for name, value in variables.items() if not value]
    if out is not None:
        write_bytes(out, "".join(lines).encode(), private=True)
    return Encoded(
        lines="".join(lines),
        names=tuple(_kestra_name(name) for name, value in variables.items() if value),
        warnings=(*empty, *_exposed(file), *(_exposed(out) if out else ())),
    )


def _variables(file: Path) -> dict[str, str]:
    from dotenv.parser import parse_stream

    try:
        with file.open(encoding="utf-8-sig") as stream:
            bindings = list(parse_stream(stream))
    except FileNotFoundError:
        raise SourceMissingError("SECRET", "no such file", "give the path of a .env", file=file) from None
    except OSError as error:
        raise from_os_error(error, doing="read the .env") from None
    except UnicodeDecodeError:
        raise ConfigurationError("SECRET", "not a text file", "save it as UTF-8", file=file) from None
    variables = {}
    for binding in bindings:
        if binding.error or (binding.key is not None and not _NAME.fullmatch(binding.key)):
            raise ConfigurationError(
                "SECRET", "not a line NAME=VALUE", "correct the line", file=file, line=binding.original.line
            )
        if binding.key is not None:
            variables[binding.key] = binding.value or ""
    for value in variables.values():
        register(value)
    return variables


def _kestra_name(name: str) -> str:
    return (name if name.startswith(_PREFIX) else _PREFIX + name).upper()


def _encoded(name: str, value: str) -> str:
    return value if name.startswith(_PREFIX) else base64.b64encode(value.encode()).decode()


def _exposed(path: Path) -> list[str]:
    """Why a file with secrets is not safe where it lies: rights, or git."""
    warnings = []
    mode = path.stat().st_mode
    if mode & _OTHERS:
        warnings.append(f"{path} can be read by other users: chmod 600 {path}")
    if not any((folder / ".git").exists() for folder in path.absolute().parents):
        return warnings
    if shutil.which("git") is None:
        return [*warnings, f"{path} lies in a git work tree and git is not installed: check that it is never committed"]
    if _git(path, "ls-files", "--error-unmatch"):
        warnings.append(
            f"{path} is tracked by git: run `git rm --cached {path}`, then change every secret in it, its history keeps them"
        )
    elif not _git(path, "check-ignore", "--quiet"):
        warnings.append(f"{path} is not ignored by git: add it to .gitignore, it must not be committed")
    return warnings


def _git(path: Path, *command: str) -> bool:
    answer = subprocess.run(  # noqa: S603 - fixed commands, the path is one argument
        ["git", "-C", str(path.absolute().parent), *command, "--", path.name],  # noqa: S607
        capture_output=True, check=False,
    )  # fmt: skip
    return answer.returncode == 0
