"""Addresses of stores: taken apart, checked, and shown without what must stay secret."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from bottleneck_tasks.errors import ConfigurationError, UsageError

__all__ = ["Address", "check_key", "is_uri", "masked", "parse_uri"]

_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+://")
_LONGEST_NAME = 255
_LONGEST_KEY = 900


class Address(Struct, frozen=True):
    """An address taken apart: `bucket` is empty for a folder, `prefix` has no slash at its ends."""

    scheme: str
    bucket: str
    prefix: str

    @property
    def uri(self) -> str:
        """The address as messages show it."""
        path = f"/{self.prefix}" if self.prefix else ""
        return f"{self.scheme}://{self.bucket}{path}"


def is_uri(text: str) -> bool:
    """Whether a text is an address rather than a path.

    >>> is_uri("s3://reports/bottleneck"), is_uri("out/2026-10")
    (True, False)
    """
    return _URI.match(text) is not None


def masked(text: str) -> str:
    """A text with the credentials of its addresses removed: user and password, and the query with its signature.

    >>> masked("s3://key:secret@host/reports?X-Amz-Signature=1f3a is full")
    's3://host/reports is full'
    """
    text = re.sub(r"(://)[^/\s@]*@", r"\1", text)
    return re.sub(r"(://[^\s?#]*)[?#]\S*", r"\1", text)


def parse_uri(uri: str) -> Address | Path:
    """Take an address apart; a path or a file:// address gives its path.

    Raises ConfigurationError (78) for no bucket, or credentials in the address.
    """
    if not is_uri(uri):
        return Path(uri)
    try:
        parts = urlsplit(uri)
    except ValueError:
        raise ConfigurationError("STORE", "not an address", "write it as s3://bucket/prefix or as a path") from None
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise ConfigurationError(
            "STORE", "credentials do not belong in the address", "put them in the environment", uri=masked(uri)
        )
    if not parts.netloc:
        raise ConfigurationError("STORE", "the address names no bucket", "write it as s3://bucket/prefix", uri=uri)
    prefix = parts.path.strip("/")
    return Address(parts.scheme, parts.netloc, check_key(prefix) if prefix else "")


def check_key(key: str) -> str:
    """Return a key that stays under its prefix, on every store and file system.

    Raises UsageError (64) for one that would not: absolute, `..`, hidden, control characters, names over 255 bytes.
    """
    parts = key.split("/")
    if len(key.encode(errors="replace")) > _LONGEST_KEY or not all(_is_name(part) for part in parts):
        raise UsageError(
            "KEY", f"{key[:80]!r} is not a name for a store", "use names without .., \\ or control characters"
        )
    return key


def _is_name(part: str) -> bool:
    return (
        bool(part)
        and not part.startswith(".")
        and "\\" not in part
        and part.isprintable()
        and len(part.encode()) <= _LONGEST_NAME
    )
