"""What every store can do. Keys are relative, `/`-separated, under the prefix of the store's URI."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

__all__ = ["Entry", "Store", "Stored"]


class Stored(NamedTuple):
    """The bytes of a key and the version that `replace` compares."""

    content: bytes
    version: str


class Entry(NamedTuple):
    """A key as a listing shows it: size in bytes, time of its last change (UTC)."""

    key: str
    size: int
    modified: datetime


class Store(Protocol):
    """A place for files that appear whole or not at all.

    Every method raises UnavailableError (75) when the store does not answer for a minute, AccessDeniedError (77) at
    once when a right or a credential is missing, ConfigurationError (78) when the bucket is not there, UsageError (64)
    for a key that would leave the prefix.
    """

    @property
    def uri(self) -> str:
        """The address, without credentials: for messages."""

    def get(self, key: str) -> Stored | None:
        """The object of a key, or None."""

    def create(self, key: str, content: bytes) -> bool:
        """Write a key that must not exist. True when it holds these bytes now, False when it holds others."""

    def replace(self, key: str, content: bytes, *, version: str | None) -> bool:
        """Write a key if it still has this version (None: does not exist). False when somebody else was faster."""

    def list(self, prefix: str) -> list[Entry]:
        """The keys under a folder (`""`: all), sorted."""

    def upload(self, key: str, path: Path) -> bool:
        """`create` with the bytes of a file."""

    def download(self, key: str, path: Path) -> None:
        """Write an object to a file, whole or not at all. Raises SourceMissingError (66) when it is not there."""
