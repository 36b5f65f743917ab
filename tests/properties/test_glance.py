"""The glance at a piece of a sheet never passes over what the patient patterns see."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest import scan as scanned
from bottleneck_tasks.ingest.glance import Glance, Glances
from bottleneck_tasks.ingest.scan import Scan
from bottleneck_tasks.settings import Limits

if TYPE_CHECKING:
    from collections.abc import Callable

_EXAMPLES = profile(max_examples=max(100, profile().max_examples))
_FAR = (1, 9, 10, 26, 27, 99, 702, 703, 9_999, 99_999, 100_000, 199_999, 999_999, 1_048_576, 9_999_999, 10_000_000)


def _letters(column: int) -> str:
    text = ""
    while column:
        column, letter = divmod(column - 1, 26)
        text = chr(ord("A") + letter) + text
    return text


_COLUMNS = st.integers(1, 60).map(_letters) | st.sampled_from(
    ["Z", "AA", "ZZ", "AAA", "XFD", "a", "zz", "aB", "", "Q1", "A@", "["]
)
_ROWS = st.integers(1, 300).map(str) | st.sampled_from(
    [*map(str, _FAR), "0", "07", "000000012", "1048576000", "", "1/", "1:"]
)
_ADDRESSES = st.builds("{}{}".format, _COLUMNS, _ROWS)
_PLAIN = st.builds('<c r="{}{}"'.format, st.integers(1, 60).map(_letters), st.integers(1, 300))
_ODD = st.builds(
    "<{}{}{}{}={}{}{}".format,
    st.sampled_from(["c", "x:c", "a-b:c", ":c", "a/b:c", "C", "color", "cfRule", "cc"]),
    st.sampled_from([" ", " ", "\n", "\t", "  ", ' s="1" ', ' xr="Q1" ', "/", ">", ""]),
    st.sampled_from(["r", "r", "R", "r "]),
    st.just(""),
    st.sampled_from(['"', '"', "'", ' "']),
    _ADDRESSES,
    st.sampled_from(['"', "'", ""]),
)
_TYPES = st.sampled_from(
    [
        "",
        "",
        ' t="n"',
        ' s="1" t="s"',
        ' t="e"',
        " t='e'",
        ' t = "e"',
        ' t="str"',
        ' r="XFD9"',
        ' s="1"r="XFD9"',
        "\\tr='XFD9'",
        ' r = "XFD9"',
        ' cm="1"',
    ]
)
_BODIES = st.sampled_from(
    ["/>", "></c>", "><v>1</v></c>", "><v>#N/A</v></c>", "><v>&#35;N/A</v></c>", "><v></v></c>", "><f>A1</f></c>",
     "><f>A1</f><v>1</v></c>", "><f>A1</f><v/></c>", '><f t="shared" si="0"/></c>', "><x:f>A1</x:f></c>", "</x:c>", ">",
     '><is><r><rPr><color rgb="F"/></rPr><t>a</t></r></is></c>', "><is><t>https://a:c f:f</t></is></c>"]
)  # fmt: skip
_OTHERS = st.sampled_from(
    ["<row>", '<row r="2">', '<row r="1048576">', "</row>", "<!-- <c -->", "<c", "<", "é", "'e'", "#", "</sheetData>"]
)
_CELLS = st.builds("{}{}{}".format, _PLAIN | _ODD, _TYPES, _BODIES)
_SECOND = st.sampled_from([' r="XFD9"', ' s="1"r="XFD9"', "\tr='XFD9'", " r = 'XFD9'", ' ar="XFD9"'])
_USUAL = st.builds("{}{}{}".format, _PLAIN, st.sampled_from(["", ' t="n"', ' t="e"', " t='e'"]) | _SECOND, _BODIES)
_PIECES = st.lists(_USUAL, max_size=6).map("".join) | st.lists(_CELLS | _OTHERS, max_size=6).map("".join)


class _Patient(Scan):
    """The scan that reads every window with the patient patterns."""

    def _look(self, window: bytes) -> None:
        self._look_patiently(window)


class _Glancing(Scan):
    """The scan that takes every entry for a large one."""

    def _start(self, entry: str) -> None:
        super()._start(entry)
        self._is_large = True

    def begin(self, entry: zipfile.ZipInfo) -> None:
        self._start(entry.filename)


def _outcome(scan: Scan, content: bytes, size: int) -> object:
    """What a scan finds in a sheet that comes in chunks of a size, or how it refuses it."""
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    try:
        scan.begin(zipfile.ZipInfo("xl/worksheets/sheet1.xml"))
        for chunk in chunks:
            scan.feed(chunk)
        scan.end()
        scan.measure(chunks)
    except UnsafeWorkbookError as error:
        return str(error)
    return scan.flagged


@pytest.fixture(scope="module")
def glance() -> Callable[[bytes], Glance | None]:
    """One that has its masks already."""
    return Glances().glance


@given(piece=_PIECES)
@_EXAMPLES
def test_a_glance_sees_every_cell_border_error_and_formula(
    glance: Callable[[bytes], Glance | None], piece: str
) -> None:
    """Or it says that it cannot tell: as many cells, none outside its borders, no flagged cell unannounced."""
    content = piece.encode()
    seen = glance(content)
    if seen is None:
        return
    patient = _Patient(name="x", limits=Limits())
    patient._look_patiently(content)
    assert seen.cells == patient._cells
    tags = [
        tag[:2] for tag in scanned._OPENING.findall(content) if tag[0] == b"c" and tag[1].endswith(b"/") < (not tag[2])
    ]
    places = [scanned._place(*tag, 1) for tag in tags]
    assert seen.width >= max((column for _, column in places), default=0)
    assert seen.height >= max((row for row, _ in places), default=0)
    assert seen.has_errors or seen.has_formulas or not patient.flagged


@given(
    pieces=st.lists(_PIECES, max_size=8), size=st.integers(1, 400), cells=st.sampled_from([3, 2_000_000, 20_000_000])
)
@_EXAMPLES
def test_a_sheet_ends_the_same_at_a_glance(pieces: list[str], size: int, cells: int) -> None:
    """The same cells are flagged, the same sheets are refused with the same words, wherever the chunks end."""
    content = ("<worksheet><sheetData>" + "".join(pieces)).encode()
    limits = Limits.of({"cells": cells})
    expected = _outcome(_Patient(name="x", limits=limits), content, size)
    assert _outcome(_Glancing(name="x", limits=limits), content, size) == expected


@given(cells=st.lists(st.tuples(st.integers(1, 702), st.integers(1, 9_999_999)), min_size=1, max_size=20))
def test_a_glance_knows_the_cells_of_common_writers(
    glance: Callable[[bytes], Glance | None], cells: list[tuple[int, int]]
) -> None:
    """Their number and their borders, exactly: otherwise every sheet would be read patiently."""
    piece = "".join(
        f'<row r="{row}"><c r="{_letters(column)}{row}" s="1" t="n"><v>1</v></c></row>' for column, row in cells
    )
    width, height = max(column for column, _ in cells), max(row for _, row in cells)
    assert glance(f"<conditionalFormatting>{piece}".encode()) == Glance(len(cells), width, height, False, False)


_BASES = [
    b'A1"',
    b'AB12"',
    b'ABC3"',
    b'Z1234567"/>',
    b'ZZ7654321"',
    b'A12345678"',
    b'AB123456789"',
    b'AB07"',
    b'A0"',
    b"A1'",
]
_BYTES = sorted(
    {byte for end in b"\x00\x20\"'/09:<>@AZ[`az{\x7f\xff" for byte in (end - 1, end, end + 1) if 0 <= byte < 256}
)
"""Either side of what an address is made of, and of what ends it."""


@pytest.mark.parametrize("other", [b"", b'<c r="A1"/>', b'<c r="AB1234567"><v>1</v></c>', b"<color/>", b"<c{>"])
@pytest.mark.parametrize("base", _BASES)
def test_a_glance_tells_plain_addresses_and_no_other(
    glance: Callable[[bytes], Glance | None], base: bytes, other: bytes
) -> None:
    """One or two capitals and up to seven digits without a zero before them: each of these bytes in any place, and cut anywhere."""
    changed = [base[:at] + bytes([byte]) + base[at + 1 :] for at in range(len(base)) for byte in _BYTES]
    for address in [*changed, *(base[:at] for at in range(len(base)))]:
        is_plain = other != b"<c{>" and re.match(rb'[A-Z]{1,2}[1-9][0-9]{0,6}"', address)
        assert (glance(other + b'<c r="' + address) is not None) == bool(is_plain), address
