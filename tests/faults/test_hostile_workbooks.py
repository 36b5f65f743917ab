"""W1 to W5 of reliability.md: a hostile workbook is refused before a parser sees it, quickly and in little memory."""

from __future__ import annotations

import resource
import socket
import time
import tracemalloc
import zipfile
import zlib
from typing import TYPE_CHECKING

import openpyxl
import pytest

from bottleneck_tasks.errors import UnsafeWorkbookError
from bottleneck_tasks.ingest.guard import guard
from bottleneck_tasks.settings import Limits
from tests.faults.archives import Entry, crc_of_zeros, write_archive, zeros
from tests.unit.ingest.files import LIAISON, edit_entry, ingest_rows, sheet_xml, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("either_look")
_MIB = 1 << 20
_WORKBOOK = Entry(name="xl/workbook.xml", content=b"<workbook/>")


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test of this file opens a socket."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def _refusal(path: Path, *, seconds: float = 0.2) -> UnsafeWorkbookError:
    """The refusal of the guard, within its time and 32 MiB."""
    begin, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnsafeWorkbookError) as caught:
        guard(path, kind="xlsx", name="x.xlsx", limits=Limits())
    assert time.process_time() - begin < seconds
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024
    return caught.value


def test_an_honest_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    """W3: 300 MiB in 300 kB, not one byte of it inflated."""
    bomb = Entry(name="xl/worksheets/sheet1.xml", compressed=bytes(1_000), declared=300 * _MIB, checksum=0)
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, bomb]))
    assert (error.code, error.what) == ("SRC-02", "xl/worksheets/sheet1.xml inflates to more than 268,435,456 bytes")


def test_a_bomb_of_many_entries_is_refused_by_their_sum(tmp_path: Path) -> None:
    """W3: each within its budget, together over it."""
    entries = [Entry(name=f"xl/{number}.bin", compressed=b"", declared=_MIB) for number in range(600)]
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, *entries]))
    assert (error.code, error.what) == ("SRC-02", "the workbook inflates to more than 536,870,912 bytes")


def test_a_bomb_within_the_size_budgets_is_refused_by_its_ratio(tmp_path: Path) -> None:
    """W3: 200 MiB of zeros."""
    bomb = Entry(name="xl/sharedStrings.xml", compressed=bytes(1_000), declared=200 * _MIB)
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, bomb]))
    assert (error.code, error.what) == ("SRC-02", "xl/sharedStrings.xml inflates more than 50 times")


@pytest.mark.parametrize("declared", [0, 10, _MIB])
@pytest.mark.parametrize("honest_checksum", [True, False])
def test_a_directory_that_lies_about_sizes_is_caught_at_the_first_byte_too_many(
    tmp_path: Path, declared: int, *, honest_checksum: bool
) -> None:
    """W3: the checksum of the declared part is right, so that a reader that stops there would be content."""
    checksum = zlib.crc32(bytes(declared)) if honest_checksum else 0
    bomb = Entry(name="xl/media/image1.png", compressed=zeros(8 * _MIB), declared=declared, checksum=checksum)
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, bomb]))
    assert (error.code, error.what) == ("SRC-02", "xl/media/image1.png is longer than the archive declares")


def test_a_lie_about_the_compressed_size_does_not_help_a_bomb(tmp_path: Path) -> None:
    """W3: a huge compressed size would make any ratio look small."""
    bomb = Entry(name="xl/media/image1.png", compressed=zeros(8 * _MIB), declared=8 * _MIB,
                 checksum=crc_of_zeros(8 * _MIB), declared_compressed=8 * _MIB)  # fmt: skip
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, bomb]))
    assert error.code == "SRC-01"
    assert error.what == "the workbook is damaged (bytes after the end of xl/media/image1.png)"


def test_entries_that_share_their_bytes_are_counted_each_time(tmp_path: Path) -> None:
    """W3: overlapping entries, one 10 MiB kernel a hundred times."""
    kernel = Entry(name="xl/0.bin", content=bytes(_MIB))
    offset = 30 + len(_WORKBOOK.name) + 13
    copies = [Entry(name=f"xl/{number}.bin", compressed=b"", declared=_MIB, declared_compressed=1033,
                    checksum=zlib.crc32(bytes(_MIB)), offset=offset) for number in range(1, 700)]  # fmt: skip
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, kernel, *copies]))
    assert (error.code, error.what) == ("SRC-02", "the workbook inflates to more than 536,870,912 bytes")


@pytest.mark.parametrize(("count", "what"), [(1_001, "1,001 entries, more than 1,000"), (10_000, "more than 1,000 entries"),
                                             (200_000, "more than 1,000 entries")])  # fmt: skip
def test_thousands_of_entries_are_refused(tmp_path: Path, count: int, what: str) -> None:
    """W3: before the directory is parsed when it is large."""
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    if count < 20_000:
        write_archive(tmp_path / "x", [Entry(name=f"xl/{number}.xml") for number in range(count)])
    else:
        entry = b"PK\x01\x02" + bytes(42) + b"xl"
        content = b"PK\x03\x04" + bytes(26) + entry * count
        size, start = len(entry) * count, 30
        tail = b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff" + size.to_bytes(4, "little") + start.to_bytes(4, "little")
        (tmp_path / "x").write_bytes(content + tail + bytes(2))
    error = _refusal(tmp_path / "x")
    assert (error.code, error.what) == ("SRC-02", what)


def test_a_nested_archive_is_never_opened(tmp_path: Path) -> None:
    """W3: a bomb inside a workbook is bytes that nobody inflates twice."""
    bomb = write_archive(tmp_path / "bomb", [Entry(name="x", compressed=zeros(8 * _MIB), declared=8 * _MIB)])
    file = edit_entry(
        write_xlsx(tmp_path / "liaison.xlsx", LIAISON), "xl/embeddings/b.zip", lambda _: bomb.read_bytes()
    )
    assert len(ingest_rows(tmp_path, "liaison", file)[1]) == 2


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd", "xl/../../evil", "xl\\..\\evil"])
def test_paths_outside_the_archive_are_refused(tmp_path: Path, name: str) -> None:
    """P1: nothing is ever extracted, and such an archive is not trusted at all."""
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, Entry(name=name)]))
    assert error.code == "SRC-02"
    assert error.what == f"the archive holds a path outside itself: {name!r}"


def test_an_entry_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """W3: two readers could take two different sheets."""
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, _WORKBOOK]))
    assert (error.code, error.what) == ("SRC-02", "the archive holds 'xl/workbook.xml' twice")


_DAMAGED: dict[str, Callable[[], Entry]] = {
    "bad checksum of xl/a.xml": lambda: Entry(name="xl/a.xml", content=b"<a/>", checksum=1),
    "xl/a.xml is cut": lambda: Entry(name="xl/a.xml", content=b"<a/>" * 99, declared_compressed=5),
    "bad checksum of xl/a.xml ": lambda: Entry(name="xl/a.xml", content=b"<a/>", declared=9),
    "unknown compression of xl/a.xml": lambda: Entry(name="xl/a.xml", content=b"<a/>", method=12),
    "xl/a.xml is not where the archive says": lambda: Entry(name="xl/a.xml", content=b"<a/>", offset=7),
    "xl/a.png is cut": lambda: Entry(
        name="xl/a.png", compressed=b"x", method=0, declared=5_000_000, declared_compressed=5_000_000
    ),
    "Error -3": lambda: Entry(name="xl/a.xml", compressed=b"\xff\xff\xff\xff", declared=4),
}


@pytest.mark.parametrize("what", sorted(_DAMAGED))
def test_a_damaged_entry_is_named(tmp_path: Path, what: str) -> None:
    """W1: bad checksum, cut, unknown compression, entry elsewhere."""
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, _DAMAGED[what]()]))
    assert error.code == "SRC-01"
    assert error.what.startswith(f"the workbook is damaged ({what.strip()}")
    assert error.next_step == "export the file again and check it opens"


def test_an_entry_with_a_password_asks_for_an_unprotected_copy(tmp_path: Path) -> None:
    """W2: the archive's own encryption."""
    error = _refusal(write_archive(tmp_path / "x", [_WORKBOOK, Entry(name="xl/a.xml", flags=1)]))
    assert (error.code, error.what) == ("SRC-01", "the workbook is protected by a password")


def test_stored_entries_are_read(tmp_path: Path) -> None:
    """An archive without compression is a good workbook."""
    with (
        zipfile.ZipFile(write_xlsx(tmp_path / "x.xlsx", LIAISON)) as source,
        zipfile.ZipFile(tmp_path / "liaison.xlsx", "w", zipfile.ZIP_STORED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    assert len(ingest_rows(tmp_path, "liaison", tmp_path / "liaison.xlsx")[1]) == 2


@pytest.mark.parametrize("keep", [1, 22, 100, 1_000, -1, -30])
def test_a_cut_workbook_is_refused(tmp_path: Path, keep: int) -> None:
    """W1: wherever the transfer stopped."""
    content = write_xlsx(tmp_path / "x", LIAISON).read_bytes()
    (tmp_path / "x").write_bytes(content[:keep])
    assert _refusal(tmp_path / "x").code == "SRC-01"


_LAUGHS = b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_EXTERNAL = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("entry", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "docProps/core.xml", "xl/other.bin"])
@pytest.mark.parametrize("declaration", [_LAUGHS, _EXTERNAL, b"\n" * 262_130 + _EXTERNAL])
def test_document_types_are_refused(tmp_path: Path, entry: str, declaration: bytes) -> None:
    """W4: entity bombs and external entities, wherever they stand and across the border of two chunks."""
    path = edit_entry(write_xlsx(tmp_path / "x", LIAISON), entry, lambda content: declaration + content)
    error = _refusal(path)
    assert (error.code, error.what) == ("SRC-02", f"{entry} declares a document type")


def test_xml_in_another_encoding_cannot_hide_a_document_type(tmp_path: Path) -> None:
    """W4: the same declaration in UTF-16."""
    path = edit_entry(write_xlsx(tmp_path / "x", LIAISON), "xl/styles.xml", lambda _: _LAUGHS.decode().encode("utf-16"))
    error = _refusal(path)
    assert (error.code, error.what) == ("SRC-02", "xl/styles.xml is not written in UTF-8")


def test_external_links_are_not_followed(tmp_path: Path) -> None:
    """W4: the cached values are read, and no socket is opened."""
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    file = edit_entry(
        write_xlsx(tmp_path / "liaison.xlsx", LIAISON), "xl/externalLinks/externalLink1.xml", lambda _: link
    )
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        b'Type="x" Target="http://localhost:1/evil.xlsx" TargetMode="External"/></Relationships>'
    )
    edit_entry(file, "xl/externalLinks/_rels/externalLink1.xml.rels", lambda _: rels)
    assert len(ingest_rows(tmp_path, "liaison", file)[1]) == 2


_FAR = [
    '<c r="XFD1048576"><v>1</v></c>',
    "<c r='XFD1048576'><v>1</v></c>",
    '<c s="1" r="XFD1048576"><v>1</v></c>',
    '<c\n r = "xfd1048576"><v>1</v></c>',
    '<!-- x --><c r="XFD1048576"><v>1</v></c>',
    '<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="XFD1048576"><v>1</v></c>',
    '<c r="A1048576"><v>1</v></c><c r="ZZ3"><v>1</v></c>',
]
_HIDDEN = ["a-b:c", "é.:c", "a/b:c", 'c x=">"', "c x='>'", 'c x="/>"', 'c x="></c>"', """c x='"' y=">" z="'\"""", 'c a:r="A1"',
           'c r="A1"', 'c r="A1" s="1"\t']  # fmt: skip
_FAR += [f'<{start} r="XFD1048576"><v>1</v></{start.split()[0]}>' for start in _HIDDEN]


@pytest.mark.parametrize("cells", _FAR)
def test_a_stray_cell_far_away_is_refused(tmp_path: Path, cells: str) -> None:
    """W7: calamine would ask for 400 GB and end the process, however the address is written."""
    head = '<row r="1"><c r="A1" t="inlineStr"><is><t>product_id</t></is></c></row>'
    file = sheet_xml(write_xlsx(tmp_path / "x", LIAISON), f'{head}<row r="1048576">{cells}</row>')
    error = _refusal(file)
    assert error.code == "SRC-02"
    assert error.what.startswith("xl/worksheets/sheet1.xml spans 1,048,576 rows x ")
    assert error.what.endswith(" columns, more than 20,000,000 cells")
    assert error.next_step == "delete what stands far below or beside the table (Ctrl+End shows it) and save again"


def test_a_far_cell_without_an_address_is_refused(tmp_path: Path) -> None:
    """W7: only its row says where it stands."""
    head = '<row r="1"><c r="A1"><v>1</v></c><c r="CV1"><v>1</v></c></row>'
    file = sheet_xml(write_xlsx(tmp_path / "x", LIAISON), f'{head}<row r="1048576"><c><v>1</v></c></row>')
    assert "spans 1,048,576 rows x 100 columns" in _refusal(file).what


def test_formatting_far_away_does_no_harm(tmp_path: Path) -> None:
    """W7: cells that hold a style and nothing else are no part of the table."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in LIAISON:
        sheet.append(row)
    sheet["XFD3"].number_format = sheet["A1048576"].number_format = "0.00"
    workbook.save(tmp_path / "liaison.xlsx")
    assert len(ingest_rows(tmp_path, "liaison", tmp_path / "liaison.xlsx")[1]) == 2


def test_a_sheet_is_measured_wherever_its_entry_stands(tmp_path: Path) -> None:
    """W7: the archive may call a sheet anything."""
    sheet = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD999999"><v>1</v></c></row></sheetData>'
    file = edit_entry(write_xlsx(tmp_path / "x", LIAISON), "xl/divers/a.XML", lambda _: sheet)
    assert "xl/divers/a.XML spans 999,999 rows" in _refusal(file).what


def test_a_cell_on_the_border_of_two_chunks_is_seen(tmp_path: Path) -> None:
    """W7, W8: the far cell and the error are found wherever the inflated pieces end."""
    for padding in range(262_040, 262_150, 7):
        rows = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"y" * padding}</t></is></c><c r="B1" t="e"><v>#N/A</v></c></row>'
        file = sheet_xml(write_xlsx(tmp_path / "x", LIAISON), rows)
        flagged = guard(file, kind="xlsx", name="x", limits=Limits()).flagged
        assert flagged == {"xl/worksheets/sheet1.xml": {(1, 1): "#N/A"}}


def test_text_without_end_costs_no_memory(tmp_path: Path) -> None:
    """W3: 12 MiB without a single tag, at a ratio under the limit, is read in bounded memory."""
    noise = zlib.compress(bytes(range(256)) * 16)  # any bytes
    content = (noise.replace(b"<", b"x").replace(b"!", b"x").replace(b"\0", b"x") * 5_000)[: 12 * _MIB]
    path = write_archive(
        tmp_path / "x", [_WORKBOOK, Entry(name="xl/a.xml", compressed=content, content=content, method=0)]
    )
    tracemalloc.start()
    guard(path, kind="xlsx", name="x", limits=Limits())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * _MIB
