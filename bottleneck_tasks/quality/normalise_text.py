"""Make text comparable: blanks of every kind trimmed, look-alike characters folded, HTML entities of titles read.

Sources of the rules: NORM-TEXT and NORM-HTML of the catalogue. SQL recognises the cells that are comparable as they
are, nearly all of them (`is_plain` in macros.sql), and calls these functions for the others.
"""

from __future__ import annotations

import html
import re
import unicodedata

__all__ = ["TEXT_FUNCTIONS", "fold_key", "read_label"]

_BLANKS = " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_SHAPED = re.compile("[\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089\u2460-\u249b]")
"""Digits that are no digit of the number beside them: NFKC would read 12² as 122."""

_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff]")


def fold_key(text: str) -> str:
    """An id, a SKU, a code or a typed number, as compared: folded by Unicode NFKC, unless that makes other digits."""
    if _SHAPED.search(text):
        return text.strip(_BLANKS)
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip(_BLANKS)


def read_label(text: str) -> str:
    """A title: its typography is kept, HTML entities are read and accents composed."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", html.unescape(text))).strip(_BLANKS)


TEXT_FUNCTIONS = {"fold_key": fold_key, "read_label": read_label}
"""By the name under which SQL calls them."""
