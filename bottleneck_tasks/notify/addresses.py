"""Mail addresses that can be written into a header and an envelope without becoming something else there."""

from __future__ import annotations

import re
from email.utils import parseaddr

from bottleneck_tasks.errors import ConfigurationError

__all__ = ["address_of"]

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")


def address_of(text: str) -> str:
    """The bare address of `max@example.org` or `Max <max@example.org>`, the domain in lower case.

    Raises ConfigurationError (78) for anything else: several addresses, line breaks, letters that need SMTPUTF8.
    """
    _, address = parseaddr(text)
    if not _ADDRESS.fullmatch(address) or not text.isprintable() or text.count("@") != 1:
        raise ConfigurationError("MAIL", f"{text!r} is not one mail address", "write it as name@example.org")
    local, _, domain = address.partition("@")
    return f"{local}@{domain.lower()}"
