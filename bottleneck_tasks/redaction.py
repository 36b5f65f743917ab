"""No secret in any output: what is known to be secret, and what looks like it, leaves every message as ***.

Two lines of defence. Values that the program has read as secrets are masked wherever they stand, also URL-encoded, in
base64 or inside JSON. And what has the form of a credential is masked without being known: passwords in addresses,
signatures of presigned links, authorization headers, `password=...`, private keys.
"""

from __future__ import annotations

import base64
import functools
import json
import re
import threading
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["MASK", "forget", "redact", "redact_all", "register"]

MASK = "***"

_WHOLE_WORD_BELOW = 4
_LINE_OF_KEY = 8

_SIGNED = "X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|X-Goog-Signature|X-Goog-Credential|AWSAccessKeyId|GoogleAccessId|Signature|sig"  # fmt: skip
_NAMED = (
    r"(?<![\w.-])[\w.-]*(?:password|passwd|pwd|secret|token|api[_-]?key|account[_-]?key|access[_-]?key|credentials?)"
)
_SHAPES: tuple[tuple[str, str], ...] = (  # each looks at a character a bounded number of times: cells hold 32,000
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", MASK),
    (r"(?i)(authorization['\"]?\s*[:=]\s*(?:b?['\"])?)[^\r\n'\"]+", rf"\1{MASK}"),
    (r"(?i)\b(bearer\s+)[\w.~+/=-]{8,}", rf"\1{MASK}"),
    (r"(?i)\b(auth (?:plain|login|xoauth2)\s+)\S+", rf"\1{MASK}"),
    (rf"(?i)([?&;](?:{_SIGNED})=)[^&\s'\"<>]+", rf"\1{MASK}"),
    (r"(?i)\b([a-z][a-z0-9+.-]{1,30}:/{1,2}[^\s/:@'\"<>]*:)[^\s'\"<>]{1,2000}@", rf"\1{MASK}@"),
    (r"(?i)\b(https?:/{1,2})[^\s/:@'\"<>]+@", rf"\1{MASK}@"),
    (rf"(?i)({_NAMED}=)(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"<>]+)", rf"\1{MASK}"),
    (rf"(?i)((['\"]){_NAMED}\2\s*:\s*)(?:'[^']*'|\"[^\"]*\")", rf'\1"{MASK}"'),
)

_values: set[str] = set()
_lock = threading.Lock()


def register(value: str) -> None:
    """Mask this value from now on, in the forms it takes on its way into a message."""
    parts = [line.strip() for line in value.splitlines() if len(line.strip()) >= _LINE_OF_KEY]
    forms = {form for part in (value, value.strip(), *parts) for form in _forms_of(part)}
    with _lock:
        if not forms <= _values:
            _values.update(forms)
            _known.cache_clear()


def forget() -> None:
    """Mask no value any more that was registered; a test ends with it."""
    with _lock:
        _values.clear()
        _known.cache_clear()


def redact(text: str) -> str:
    """The same text with everything secret replaced by `***`.

    >>> redact("login failed: password=hunter2 at https://anna:hunter2@mail.example")
    'login failed: password=*** at https://anna:***@mail.example'
    """
    known = _known()
    if known:
        text = known.sub(MASK, text)
    for shape, masked in _shapes():
        text = shape.sub(masked, text)
    return text


def redact_all(value: Any) -> Any:
    """The same value with every text in it redacted: mappings, lists and tuples inside out, other values as they are."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(key) if isinstance(key, str) else key: redact_all(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [redact_all(entry) for entry in value]
    return value


def _forms_of(value: str) -> set[str]:
    content = value.encode(errors="surrogateescape")  # what a variable holds need not be text
    encoded = base64.b64encode(content).decode()
    forms = {
        value,
        quote(content, safe=""),
        quote(content),
        quote_plus(content),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
    }
    return {form for form in forms | {encoded, encoded.rstrip("=")} if form}


@functools.cache
def _known() -> re.Pattern[str] | None:
    """One expression for all values, the longest first; one of a few characters only where it stands alone."""
    longest_first = sorted(_values, key=lambda value: (-len(value), value))
    parts = [
        re.escape(value) if len(value) >= _WHOLE_WORD_BELOW else rf"(?<!\w){re.escape(value)}(?!\w)"
        for value in longest_first
    ]
    return re.compile("|".join(parts)) if parts else None


@functools.cache
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(shape, re.DOTALL), masked) for shape, masked in _SHAPES)
