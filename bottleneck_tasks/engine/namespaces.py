"""What flows find around them: namespace files, secrets, environment variables, key-value pairs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bottleneck_tasks.engine.dialects import TENANT
from bottleneck_tasks.engine.errors import NotFound
from bottleneck_tasks.engine.java_bridge import calling_kestra, java_class, plain
from bottleneck_tasks.engine.running_kestra import RunningKestra, private_field

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["read_kv", "set_env", "set_kv", "set_secret", "upload_files"]

_NEVER_UPLOADED = {"__pycache__", ".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def upload_files(kestra: RunningKestra, namespace: str, folder: Path, *, prefix: str) -> tuple[str, ...]:
    """Upload a folder (or one file) as namespace files under `prefix`; returns their paths in the namespace.

    Raises NotFound when there is no such folder.
    """
    if not folder.exists():
        raise NotFound(f"There is no folder {folder} to upload to the namespace {namespace}.")
    java_path, files = java_class("java.nio.file.Path"), java_class("java.nio.file.Files")
    uploaded = []
    with calling_kestra():
        target = kestra.bean("io.kestra.core.storages.NamespaceFactory").of(TENANT, namespace, kestra.storage)
        for file, relative in _files_below(folder):
            name = (Path(prefix) / relative).as_posix()
            target.putFile(java_path.of(name), files.newInputStream(java_path.of(str(file))))
            uploaded.append(name)
    return tuple(uploaded)


def _files_below(folder: Path) -> Iterator[tuple[Path, Path]]:
    if folder.is_file():
        yield folder.resolve(), Path(folder.name)
        return
    for file in sorted(folder.resolve().rglob("*")):
        relative = file.relative_to(folder.resolve())
        if file.is_file() and not _NEVER_UPLOADED.intersection(relative.parts):
            yield file, relative


def set_secret(kestra: RunningKestra, name: str, value: str) -> None:
    """Make `{{ secret('NAME') }}` answer `value`, as SECRET_NAME in a server's environment would."""
    with calling_kestra():
        service = kestra.bean("io.kestra.core.secret.SecretService")
        secrets = private_field(service, "decodedSecrets").get(service)
        for spelling in {name, name.upper()}:
            secrets.put(spelling, value)


def set_env(kestra: RunningKestra, name: str, value: str) -> None:
    """Make `{{ envs.name }}` answer `value`, as ENV_NAME in a server's environment would."""
    with calling_kestra():
        kestra.bean("io.kestra.core.runners.RunContextCache").getEnvVars().put(name.lower(), value)


def set_kv(kestra: RunningKestra, namespace: str, key: str, value: Any) -> None:
    """Store a JSON-able value in the namespace's key-value store."""
    with calling_kestra():
        mapper = java_class("com.fasterxml.jackson.databind.ObjectMapper")()
        java_value = mapper.readValue(json.dumps(value), java_class("java.lang.Object").class_)
        pair = java_class("io.kestra.core.storages.kv.KVValueAndMetadata")(None, java_value)
        _key_values(kestra, namespace).put(key, pair)


def read_kv(kestra: RunningKestra, namespace: str, key: str) -> Any:
    """Value of a key; raises NotFound."""
    with calling_kestra():
        found = _key_values(kestra, namespace).getValue(key)
        if found.isEmpty():
            raise NotFound(f"The namespace {namespace} has no key {key}.")
        return plain(found.get().value())


def _key_values(kestra: RunningKestra, namespace: str) -> Any:
    return kestra.bean("io.kestra.core.services.KVStoreService").get(TENANT, namespace, None)
