"""Look at a piece of a sheet as an array of bytes: in a tenth of the time that patterns take, no object made of a cell.

It knows one way to begin a cell, `<c r="AB123"`, which is that of every common writer. Of a piece that holds anything
else it says nothing, and the patterns of the scan look at it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bottleneck_tasks.unneeded import bring_back

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]
    Text = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.intp]
    Words = npt.NDArray[np.uint64]

__all__ = [
    "CELL_START",
    "PREFIXED",
    "Glance",
    "Glances",
    "Pieces",
    "begin_with",
    "cells_of",
    "columns_of",
    "eight_bytes",
]

PREFIXED = re.compile(rb":[cf][\s/>]")
"""What may be a cell or a formula whose name has a prefix."""

_WORD, _LETTERS = 8, 26
_PAD = bytes(3 * _WORD)
"""Behind a piece, so that eight bytes can be read from wherever an address ends."""

CELL_START = b'<c r="'
_ROW = int.from_bytes(b'<row r="', "little")
_ONES, _HIGHS, _UPPER = (int.from_bytes(bytes([byte]) * _WORD, "little") for byte in (0x01, 0x80, 0xF0))
_QUOTES, _ZEROS = _ONES * ord('"'), _ONES * ord("0")


class Glance(NamedTuple):
    """What a piece holds: cells, the last column and row of any, and whether one may be an error or a formula."""

    cells: int
    width: int
    height: int
    has_errors: bool
    has_formulas: bool


class Pieces:
    """Look at one piece after the other, as bytes and masks. The masks are kept: fresh memory would cost more than the looking."""

    def __init__(self, masks: int) -> None:
        bring_back("numpy")
        import numpy as np

        self._masks = np.empty((masks, 0), np.bool_)

    def _text(self, piece: bytes) -> Text:
        """The bytes of a piece and of what pads it; the masks are as long."""
        import numpy as np

        text = np.frombuffer(piece + _PAD, np.uint8)
        if self._masks.shape[1] < len(text):
            self._masks = np.empty((len(self._masks), len(text)), np.bool_)
        return text


class Glances(Pieces):
    """Glance at one piece after the other."""

    def __init__(self) -> None:
        super().__init__(masks=5)

    def glance(self, piece: bytes) -> Glance | None:
        """What the piece of a sheet holds, or None when a cell is written in an unusual way."""
        import numpy as np

        text = self._text(piece)
        opens, cell, formula, mask, _ = self._masks[:, : len(text) - 1]
        np.equal(text[:-1], ord("<"), out=opens)
        np.equal(text[1:], ord("c"), out=cell)
        np.equal(text[1:], ord("f"), out=formula)
        has_formulas = bool(np.logical_and(opens, formula, out=mask).any())
        at = np.flatnonzero(np.logical_and(opens, cell, out=mask))
        if b":" in piece:
            np.equal(text[:-1], ord(":"), out=mask)
            np.logical_and(mask, np.logical_or(cell, formula, out=cell), out=mask)
            if mask.any() and PREFIXED.search(piece):
                return None
        rows = np.flatnonzero(np.logical_and(opens, np.equal(text[1:], ord("r"), out=mask), out=mask))
        words = eight_bytes(text)
        cells = cells_of(words, at)
        if cells is None or self._addresses(text) != len(cells) + np.count_nonzero(words[rows] == _ROW):
            return None
        borders = _borders(words, cells)
        return borders and Glance(len(cells), *borders, b"#" in piece and self._has_errors(text), has_formulas)

    def _addresses(self, text: Text) -> int:
        """How many attributes are called `r`, or -1 when a blank before `=` may hide one. Of two, calamine takes the last."""
        import numpy as np

        border, equals, mask, other, quotes = self._masks[:, : len(text)]
        np.equal(text, ord('"'), out=quotes)
        np.logical_or(quotes, np.equal(text, ord("'"), out=other), out=quotes)
        np.less_equal(text, ord(" "), out=border)
        np.equal(text, ord("="), out=equals)
        if np.logical_and(border[:-1], equals[1:], out=mask[1:]).any():
            return -1
        np.logical_or(border, quotes, out=border)
        names = np.equal(text[1:-1], ord("r"), out=mask[1:-1])
        np.logical_and(names, border[:-2], out=names)
        return int(np.count_nonzero(np.logical_and(names, equals[2:], out=names)))

    def _has_errors(self, text: Text) -> bool:
        """Whether the type of a cell may be `e`, in quotes of either kind, once `_addresses` has looked for quotes."""
        import numpy as np

        _, _, mask, _, quotes = self._masks[:, : len(text)]
        inner = np.equal(text[1:-1], ord("e"), out=mask[1:-1])
        np.logical_and(inner, quotes[:-2], out=inner)
        return bool(np.logical_and(inner, quotes[2:], out=inner).any())


def eight_bytes(text: Text) -> Words:
    """The eight bytes from each place of a text on, as one number, the first of them lowest."""
    import numpy as np

    return np.ndarray((len(text) - _WORD + 1,), "<u8", text, strides=(1,))


def begin_with(start: bytes, heads: Words) -> Mask:
    """Which places, from their first eight bytes, begin with `start`."""
    begins: Mask = (heads & ((1 << 8 * len(start)) - 1)) == int.from_bytes(start, "little")
    return begins


def cells_of(words: Words, at: Places) -> Places | None:
    """Which of the tags that begin with `c` are cells, or None when one is no other tag and not written as a cell is."""
    head = words[at]
    is_cell = begin_with(CELL_START, head)
    if is_cell.all():
        return at
    has_longer_name = ((head >> 16) & 0xFF) - ord("a") < _LETTERS
    return at[is_cell] if (is_cell | has_longer_name).all() else None


def columns_of(heads: Words) -> Words:
    """The column of cells, from their first eight bytes, counted from 0: A to ZZ, if it is one of these."""
    import numpy as np

    first, second = ((heads >> 48) & 0xFF) - ord("A"), (heads >> 56) - ord("A")
    return np.where(second < _LETTERS, _LETTERS * (first + 1) + second, first)


def _borders(words: Words, at: Places) -> tuple[int, int] | None:
    """The last column and the last row of the cells that begin `at`, or None when an address is not plainly written."""
    if not at.size:
        return 0, 0
    head = words[at]
    columns = columns_of(head)
    has_two = (head >> 56) - ord("A") < _LETTERS
    rest = words[at + len(CELL_START) + 1 + has_two]
    other = rest ^ _QUOTES
    quote = (other - _ONES) & ~other & _HIGHS
    before = ((quote & -quote) >> 7) - 1
    digits = rest & before
    padded = digits | (_ZEROS & ~before)
    halves = (padded & _UPPER) | (((padded + 6 * _ONES) & _UPPER) >> 4)
    first = (head >> 48) & 0xFF
    is_plain = (first - ord("A") < _LETTERS) & (quote != 0) & (halves == 0x33 * _ONES) & ((digits & 0xFF) > ord("0"))
    if not is_plain.all():
        return None
    width = int(columns.max()) + 1
    highest = digits[before == before.max()].byteswap().max()
    return width, int(int(highest).to_bytes(_WORD, "big").rstrip(b"\0"))
