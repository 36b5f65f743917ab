"""Leave out of a large sheet what nobody asked for: calamine makes an object of every cell that it meets.

Only for sheets in which the guard found every cell plainly written, as `<c r="AB123"`. What is left out was looked at by the
guard, and is not held against the rules of XML: it reaches no parser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bottleneck_tasks.ingest.glance import CELL_START, Pieces, begin_with, cells_of, columns_of, eight_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bottleneck_tasks.ingest.glance import Mask, Places, Words

__all__ = ["HEAD", "NotPlainError", "cut_sheet", "narrow_sheet"]

HEAD = 1 << 20
"""Bytes of a sheet, at least, that are kept whole, for the header is looked for in them."""

_END_OF_ROW = b"</row>"
_END_OF_SHEET = b"</sheetData></worksheet>"
_COMMENT = re.compile(rb"!(?<=<!)")
"""Or what else is no tag, by its rarer letter: a search for both would stop at every tag."""


class NotPlainError(Exception):
    """A sheet that has to be read as it is."""


def cut_sheet(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The first rows of a sheet, as a sheet. Raises NotPlainError when no row ends in them."""
    yield _head(chunks)[0]
    yield _END_OF_SHEET


def narrow_sheet(chunks: Iterator[bytes], columns: Collection[int]) -> Iterator[bytes]:
    """A sheet whose cells stand in `columns`, counted from 0, but for its first rows and what follows the last such cell.

    They stay whole, so that the sheet begins and ends where it did. Raises NotPlainError at a comment, which may hold what looks
    like a cell.
    """
    head, carry = _head(chunks)
    yield head
    narrow = _Narrowing(columns).narrow
    for chunk in chunks:
        cut = max(carry.rfind(CELL_START), 0)
        yield narrow(carry[:cut])
        carry = carry[cut:] + chunk
    yield carry


def _head(chunks: Iterator[bytes]) -> tuple[bytes, bytes]:
    """The first rows, and what stands behind them in the chunk that they end in."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= HEAD:
            break
    cut = head.rfind(_END_OF_ROW) + len(_END_OF_ROW)
    if cut < len(_END_OF_ROW):
        raise NotPlainError
    return head[:cut], head[cut:]


class _Narrowing(Pieces):
    """Narrow one piece of a sheet after the other."""

    def __init__(self, columns: Collection[int]) -> None:
        super().__init__(masks=3)
        import numpy as np

        self._is_wanted = np.isin(np.arange(1 << 10), list(columns))

    def narrow(self, piece: bytes) -> bytes:
        """The piece, which ends where a cell does, without the cells of other columns that come before its last wanted one."""
        import numpy as np

        if _COMMENT.search(piece):
            raise NotPlainError
        places, heads, is_cell = self._borders(piece)
        if not places.size:
            return piece
        is_kept = ~is_cell
        is_kept[is_cell] = self._is_wanted[columns_of(heads[is_cell])]
        last = np.flatnonzero(is_kept & is_cell)[-1:]
        is_kept[last[0] if last.size else 0 :] = True
        turns = places[1:][is_kept[1:] != is_kept[:-1]].tolist()
        turns = [0, *([] if is_kept[0] else [int(places[0])]), *turns, len(piece)]
        return b"".join([piece[start:end] for start, end in zip(turns[::2], turns[1::2], strict=False)])

    def _borders(self, piece: bytes) -> tuple[Places, Words, Mask]:
        """Where cells begin and rows end, in their order, the eight bytes from there on, and which of them are cells."""
        import numpy as np

        text = self._text(piece)
        tags, ends, other = self._masks[:, : len(text) - 2]
        np.equal(text[1:-1], ord("/"), out=ends)
        np.logical_and(ends, np.equal(text[2:], ord("r"), out=other), out=ends)
        np.logical_or(ends, np.equal(text[1:-1], ord("c"), out=tags), out=tags)
        np.logical_and(tags, np.equal(text[:-2], ord("<"), out=other), out=tags)
        words = eight_bytes(text)
        places = np.flatnonzero(tags)
        heads = words[places]
        is_cell = begin_with(CELL_START, heads)
        is_border = is_cell | begin_with(_END_OF_ROW, heads)
        if is_border.all():
            return places, heads, is_cell
        if cells_of(words, places[~is_border]) is None:
            raise NotPlainError
        return places[is_border], heads[is_border], is_cell[is_border]
