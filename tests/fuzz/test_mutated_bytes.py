"""W1: workbooks whose bytes were changed are read or refused with a code and a next step, in under a second.

`make fuzz` runs 2,000 mutations of each format and 2,000 of the XML inside; the test suite 60 of each.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.ingest.ingest_source import ingest_source
from bottleneck_tasks.run import Run
from bottleneck_tasks.settings import Settings
from tests.fuzz.examples import ingest, timed
from tests.unit.ingest.files import read_back, write_csv, write_xls, write_zip

if TYPE_CHECKING:
    from pathlib import Path

_SOURCES = st.sampled_from(sorted(SOURCES))
_BYTES = max(60, settings().max_examples)
_UNCHECKED = ("xls", "csv", "parquet")

_EDIT = st.tuples(
    st.sampled_from(["set", "insert", "delete", "copy", "cut"]),
    st.floats(0, 1),
    st.one_of(
        st.binary(min_size=1, max_size=8), st.sampled_from([b"<", b">", b'"', b"\x00", b"\xff\xff\xff\xff", b"9" * 20])
    ),
)
_EDITS = st.lists(_EDIT, min_size=1, max_size=4)
_INNER = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
          "xl/sharedStrings.xml", "[Content_Types].xml"]  # fmt: skip


def _mutated(content: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for kind, place, data in edits:
        at = int(place * len(content))
        if kind == "set":
            content = content[:at] + data + content[at + len(data) :]
        elif kind == "insert":
            content = content[:at] + data + content[at:]
        elif kind == "delete":
            content = content[:at] + content[at + len(data) * 5 :]
        elif kind == "copy":
            content = content[:at] + content[at // 2 : at // 2 + 40] + content[at:]
        else:
            content = content[: max(at, 1)]
    return content


@pytest.fixture(scope="session")
def truth(sample_month: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The rows of the three exports of the sample month, unchanged."""
    run = Run(tmp_path_factory.mktemp("truth"))
    for source in SOURCES:
        ingest_source(run, source, file=sample_month / f"{source}.xlsx", month=None, settings=Settings())
    return {source: read_back(run, source) for source in SOURCES}


@given(source=_SOURCES, edits=_EDITS)
@settings(max_examples=_BYTES)
def test_mutated_bytes(
    sample_month: Path,
    folder: Path,
    truth: dict[str, list[dict[str, Any]]],
    source: str,
    edits: list[tuple[str, float, bytes]],
) -> None:
    """W1: a workbook whose bytes were changed is refused, or read as if they were not: never another table."""
    file = folder / f"{source}.xlsx"
    file.write_bytes(_mutated((sample_month / f"{source}.xlsx").read_bytes(), edits))
    run = timed(lambda: ingest(folder, source, file))
    assert run is None or read_back(run, source) == truth[source]


@given(source=_SOURCES, entry=st.sampled_from(_INNER), edits=_EDITS)
@settings(max_examples=_BYTES)
def test_mutated_xml(
    sample_month: Path, folder: Path, source: str, entry: str, edits: list[tuple[str, float, bytes]]
) -> None:
    """W1: XML changed behind right checksums reaches the parser: it is read or refused, nothing else."""
    with zipfile.ZipFile(sample_month / f"{source}.xlsx") as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries[entry] = _mutated(entries.get(entry, b"<sst/>"), edits)
    file = write_zip(folder / f"{source}.xlsx", entries)
    timed(lambda: ingest(folder, source, file))


@pytest.fixture(scope="session")
def in_other_formats(folder: Path, truth: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, bytes]]:
    """The bytes of the three exports of the sample month in the formats that hold no checksums."""
    found: dict[str, dict[str, bytes]] = {ending: {} for ending in _UNCHECKED}
    for source, rows in truth.items():
        header = [name for name in rows[0] if name != "source_row"]
        cells = [[row[name] for name in header] for row in rows]
        columns = {name: [row[name] for row in rows] for name in header}
        pq.write_table(pa.table(columns), folder / "written.parquet")
        write_xls(folder / "written.xls", [header, *cells])
        write_csv(folder / "written.csv", [header, *cells])
        for ending, contents in found.items():
            contents[source] = (folder / f"written.{ending}").read_bytes()
    return found


@pytest.mark.parametrize("ending", _UNCHECKED)
@given(source=_SOURCES, edits=_EDITS)
@settings(max_examples=_BYTES)
def test_mutated_bytes_without_checksums(
    in_other_formats: dict[str, dict[str, bytes]],
    folder: Path,
    ending: str,
    source: str,
    edits: list[tuple[str, float, bytes]],
) -> None:
    """W1: an .xls, a .csv, a .parquet is read or refused, nothing else."""
    file = folder / f"{source}.{ending}"
    file.write_bytes(_mutated(in_other_formats[ending][source], edits))
    timed(lambda: ingest(folder, source, file))
