"""Where passwords and keys come from. They are never in a setting, an argument or a file of a run.

For a secret NAME, the first of these that is set and not empty:

    NAME                    environment variable
    NAME_FILE               environment variable with the path of a file (Docker, systemd)
    /run/secrets/NAME       file, or /run/secrets/name (Docker, Kubernetes); the folder is $BOTTLENECK_SECRETS when set
    SECRET_NAME             environment variable in base64, as Kestra keeps its secrets (`bottleneck secrets encode`)

Every value read here is masked in all output from then on: see redaction.py.
"""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from bottleneck_tasks.errors import AccessDeniedError, ConfigurationError
from bottleneck_tasks.redaction import redact, register

__all__ = ["redact", "required_secret", "secret"]

_FOLDER = "/run/secrets"


def secret(name: str) -> str | None:
    """The value of a secret, None when it is set nowhere; the line break that ends a file is no part of it.

    Raises ConfigurationError (78) for a NAME_FILE that is not there or a SECRET_NAME that is not base64, and
    AccessDeniedError (77) for a file that this user may not read.
    """
    value = os.environ.get(name) or _from_named_file(name) or _from_folder(name) or _from_kestra(name)
    if value:
        register(value)
    return value or None


def required_secret(name: str, *, purpose: str) -> str:
    """The value of a secret that something cannot do without. Raises AccessDeniedError (77) when it is set nowhere."""
    value = secret(name)
    if value is None:
        raise AccessDeniedError(
            "SECRET", f"{name} is not set: {purpose}", f"set {name}, {name}_FILE, /run/secrets/{name} or SECRET_{name}"
        )
    return value


def _from_named_file(name: str) -> str | None:
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return None
    if not Path(path).is_file():
        raise ConfigurationError("SECRET", f"{name}_FILE names no file", "correct the path", path=path)
    return _content(Path(path), name)


def _from_folder(name: str) -> str | None:
    folder = Path(os.environ.get("BOTTLENECK_SECRETS") or _FOLDER)
    for path in (folder / name, folder / name.lower()):
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
    except (binascii.Error, UnicodeDecodeError):
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
