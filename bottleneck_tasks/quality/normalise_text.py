"""Make text comparable: blanks of every kind trimmed, look-alike characters folded, HTML entities of titles read.

Sources of the rules: NORM-TEXT and NORM-HTML of the catalogue. What was touched can be counted by comparing the
column added here with the column as read.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from bottleneck_tasks.contracts.registry import SourceContract

__all__ = ["normalise_text"]

_BLANKS = " \t\r\n\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_INVISIBLE = "[\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff]"


def normalise_text(raw: pa.Table, contract: SourceContract) -> pa.Table:
    """Return `<column>_text` (as compared, null when blank), `<column>_raw` (as read, where it differs), `<column>_cell`.

    Keys (ids, SKUs, codes, typed numbers) are folded by Unicode NFKC; labels (titles) keep their typography and
    lose HTML entities only.
    """
    fields = contract.raw.to_schema().columns
    columns = {"source_row": raw.column("source_row")}
    for name in contract.columns:
        is_label = fields[name].metadata.get("text") == "label"
        column = raw.column(name)
        text = _label(column) if is_label else _key(column)
        columns[f"{name}_text"] = pc.if_else(pc.equal(text, ""), None, text)
        same = pc.fill_null(pc.equal(column, columns[f"{name}_text"]), fill_value=False)
        columns[f"{name}_raw"] = pc.if_else(same, None, column)
        columns[f"{name}_cell"] = raw.column(f"{name}_cell")
    return pa.table(columns)


def _key(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if not pc.all(pc.string_is_ascii(column)).as_py():
        column = pc.replace_substring_regex(pc.utf8_normalize(column, form="NFKC"), _INVISIBLE, "")
    return pc.utf8_trim(column, characters=_BLANKS)


def _label(column: pa.ChunkedArray) -> pa.ChunkedArray:
    has_entity = pc.fill_null(pc.match_substring(column, "&"), fill_value=False)
    if pc.any(has_entity).as_py():
        column = pa.chunked_array(
            [[None if text is None else html.unescape(text) for text in column.to_pylist()]], pa.string()
        )
    if not pc.all(pc.string_is_ascii(column)).as_py():
        column = pc.utf8_normalize(pc.replace_substring_regex(column, _INVISIBLE, ""), form="NFC")
    return pc.utf8_trim(column, characters=_BLANKS)
