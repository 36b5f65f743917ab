"""Where passwords and keys come from. They are never in a setting, an argument or a file of a run.

For a secret NAME, the first of these that is set and not empty:

    NAME                    environment variable
    NAME_FILE               environment variable with the path of a file (Docker, systemd)
    /run/secrets/NAME       file, or /run/secrets/name (Docker, Kubernetes); the folder is $BOTTLENECK_SECRETS when set
    SECRET_NAME             environment variable in base64, as Kestra keeps its secrets (`bottleneck secrets encode`)

Every value read here is masked in all output from then on, and so is everything in the environment and in the folder
that has the name of a secret, whether a command reads it or not: see redaction.py.
"""

from __future__ import annotations

import base64
import os
import re
from contextlib import suppress
from pathlib import Path

from bottleneck_tasks.errors import AccessDeniedError, ConfigurationError
from bottleneck_tasks.redaction import redact, register

__all__ = ["mask_environment", "redact", "secret", "setting"]

_FOLDER = "/run/secrets"
_KESTRA = "SECRET_"
_SOUNDS_SECRET = re.compile(
    r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|ACCOUNT_KEY|SAS_KEY|PRIVATE_KEY|CREDENTIAL|SMTP_USER",
    re.IGNORECASE,
)
_NO_SECRETS = {"BOTTLENECK_SECRETS"}
_A_PATH = ("_FILE", "_PATH", "_DIR", "_FOLDER")
_LONG_ENOUGH, _SMALL_ENOUGH = 6, 65_536
"""Characters of a value, bytes of a file, that are masked without having been asked for: `25` is a port as well."""


def secret(name: str) -> str | None:
    """The value of a secret, None when it is set nowhere; the line break that ends a file is no part of it.

    Raises ConfigurationError (78) for a NAME_FILE that is not there or a SECRET_NAME that is not base64, and
    AccessDeniedError (77) for a file that this user may not read.
    """
    value = _find(name)
    if value:
        register(value)
    return value


def setting(name: str) -> str | None:
    """A value from the same places that is no secret, such as an address; it is masked when it holds a password."""
    value = _find(name)
    if value and "@" in value:
        register(value)
    return value


def _find(name: str) -> str | None:
    return os.environ.get(name) or _from_named_file(name) or _from_folder(name) or _from_kestra(name) or None


def mask_environment() -> None:
    """Mask every value that has the name of a secret, also those that this command never reads. Never raises."""
    for name, value in os.environ.items():
        if name.startswith(_KESTRA):
            _mask(value)
            with suppress(ValueError):  # neither base64 nor text
                _mask(base64.b64decode(value, validate=True).decode())
        elif _SOUNDS_SECRET.search(name) and name not in _NO_SECRETS:
            if name.endswith("_FILE"):
                _mask_file(Path(value))
            elif not name.endswith(_A_PATH):
                _mask(value)
    with suppress(OSError):
        for path in _folder().iterdir():
            _mask_file(path)


def _mask(value: str) -> None:
    if len(value) >= _LONG_ENOUGH:
        register(value)


def _mask_file(path: Path) -> None:
    with suppress(OSError, UnicodeDecodeError, ValueError):
        if path.is_file() and path.stat().st_size <= _SMALL_ENOUGH:
            _mask(path.read_text(encoding="utf-8").strip())


def _folder() -> Path:
    return Path(os.environ.get("BOTTLENECK_SECRETS") or _FOLDER)


def _from_named_file(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return None
    if not Path(path).is_file():
        raise ConfigurationError("SECRET", f"{name}_FILE names no file", "correct the path", path=path)
    return _content(Path(path), name)


def _from_folder(name: str) -> str | None:
    for path in (_folder() / name, _folder() / name.lower()):
        if path.is_file():
            return _content(path, name)
    return None


def _from_kestra(name: str) -> str | None:
    encoded = os.environ.get(f"SECRET_{name}")
    if not encoded:
        return None
    register(encoded)
    try:
        return base64.b64decode("".join(encoded.split()), validate=True).decode()
    except ValueError:
        raise ConfigurationError(
            "SECRET", f"SECRET_{name} is not base64", "write it with `bottleneck secrets encode`"
        ) from None


def _content(path: Path, name: str) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise AccessDeniedError(
            "SECRET", f"the file of {name} cannot be read: {error.strerror}", "give this user the right", path=path
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError("SECRET", f"the file of {name} is not text", "save it as UTF-8", path=path) from None
    return text.removesuffix("\n").removesuffix("\r")
