"""An object store: conditional writes, checksums, and retries of what another try may mend, nothing else."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Any, TypeVar

import obstore
import stamina
from obstore.exceptions import BaseError

from bottleneck_tasks.atomic import read_bytes, write_bytes
from bottleneck_tasks.errors import SourceMissingError
from bottleneck_tasks.store.failures import conflict, damaged, failure_of, to_error
from bottleneck_tasks.store.interface import Entry, Stored
from bottleneck_tasks.store.uri import check_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bottleneck_tasks.settings_sections import StoreLimits
    from bottleneck_tasks.store.uri import Address

__all__ = ["ObjectStore"]

logging.getLogger("stamina").addHandler(logging.NullHandler())
_LOG = logging.getLogger(__name__)
_RAISED = (BaseError, FileNotFoundError, ValueError)
_CHECKSUM = "sha256"
_LONGEST_WAIT, _JITTER = 4.0, 0.5
_Result = TypeVar("_Result")


class ObjectStore:
    """A bucket and a prefix in it."""

    def __init__(self, address: Address, client: Any, limits: StoreLimits) -> None:
        self._address = address
        self._client = client
        self._limits = limits

    @property
    def uri(self) -> str:
        """The address, without credentials."""
        return self._address.uri

    def get(self, key: str) -> Stored | None:
        """The object of a key, or None. The checksum it was written with is compared."""
        name = self._name(key)
        return self._try(lambda: self._read(name), doing=f"read {key}")

    def create(self, key: str, content: bytes) -> bool:
        """Write a key that must not exist; a lost answer to an earlier try counts as success."""
        name = self._name(key)

        def attempt() -> bool:
            if self._put(name, content, "create"):
                return True
            there = self._read(name)
            if there is None:
                raise conflict()
            return there.content == content

        return self._try(attempt, doing=f"write {key}")

    def replace(self, key: str, content: bytes, *, version: str | None) -> bool:
        """Write a key if it still has this version; a lost answer to an earlier try counts as success."""
        if version is None:
            return self.create(key, content)
        name = self._name(key)

        def attempt() -> bool:
            if self._put(name, content, _condition(version)):
                return True
            there = self._read(name)
            if there is not None and there.version == version:
                raise conflict()
            return there is not None and there.content == content

        return self._try(attempt, doing=f"replace {key}")

    def list(self, prefix: str) -> list[Entry]:
        """The keys under a folder, sorted."""
        folder = self._name(prefix) if prefix else self._address.prefix
        below = len(self._address.prefix) + 1 if self._address.prefix else 0

        def attempt() -> list[Entry]:
            pages = obstore.list(self._client, folder or None)
            return sorted(
                Entry(meta["path"][below:], meta["size"], meta["last_modified"]) for page in pages for meta in page
            )

        return self._try(attempt, doing="list the objects")

    def upload(self, key: str, path: Path) -> bool:
        """`create` with the bytes of a file."""
        return self.create(key, read_bytes(path))

    def download(self, key: str, path: Path) -> None:
        """Write an object to a file, whole or not at all."""
        stored = self.get(key)
        if stored is None:
            raise SourceMissingError("STORE", "no such object in the store", "check the name", store=self.uri, key=key)
        write_bytes(path, stored.content)

    def _name(self, key: str) -> str:
        check_key(key)
        return f"{self._address.prefix}/{key}" if self._address.prefix else key

    def _read(self, name: str) -> Stored | None:
        try:
            result = obstore.get(self._client, name)
            content = bytes(result.bytes())
        except FileNotFoundError as error:
            if failure_of(error).kind == "missing":
                return None
            raise
        written_as = result.attributes.get(_CHECKSUM)
        if len(content) != result.meta["size"] or (written_as and written_as != _digest(content)):
            raise damaged()
        return Stored(content, f"{result.meta['e_tag'] or ''} {result.meta['version'] or ''}")

    def _put(self, name: str, content: bytes, mode: Any) -> bool:
        """Whether a conditional write happened; False when its condition did not hold, or may not have."""
        try:
            obstore.put(
                self._client, name, content, mode=mode, attributes={_CHECKSUM: _digest(content)}, use_multipart=False
            )
        except _RAISED as error:
            kind = failure_of(error).kind
            if kind == "lost" or (kind == "missing" and mode != "create"):
                return False
            raise
        return True

    def _try(self, operation: Callable[[], _Result], *, doing: str) -> _Result:
        """Call, again while the failure is transient: ten tries and a minute at most."""
        limits = self._limits
        tries = stamina.retry_context(
            on=self._may_pass,
            attempts=limits.attempts,
            timeout=max(1.0, limits.give_up_seconds - limits.timeout_seconds - _LONGEST_WAIT - _JITTER),
            wait_initial=0.1, wait_max=_LONGEST_WAIT, wait_jitter=_JITTER,
        )  # fmt: skip
        try:
            for attempt in tries:
                with attempt:
                    return operation()
        except _RAISED as error:
            raise to_error(failure_of(error), self._address, doing=doing) from None
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _may_pass(self, error: Exception) -> bool:
        if not isinstance(error, _RAISED):
            return False
        failure = failure_of(error)
        if failure.kind == "transient":
            _LOG.info("store_retry", extra={"facts": {"store": self.uri, "reason": failure.reason}})
        return failure.kind == "transient"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _condition(version: str) -> dict[str, str]:
    e_tag, _, generation = version.partition(" ")
    return {name: value for name, value in (("e_tag", e_tag), ("version", generation)) if value}
