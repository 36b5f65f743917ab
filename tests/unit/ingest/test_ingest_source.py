"""One export in, one raw dataset and its facts out; whatever stops it leaves nothing behind."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from msgspec.structs import replace

from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.errors import (
    AccessDeniedError,
    BottleneckError,
    DataError,
    DiskError,
    SourceMissingError,
    UnavailableError,
    UnsafeWorkbookError,
)
from bottleneck_tasks.ingest import land as land_module
from bottleneck_tasks.ingest.ingest_source import _write as _write_dataset
from bottleneck_tasks.ingest.ingest_source import ingest_source
from bottleneck_tasks.ingest.land import land, printable
from bottleneck_tasks.ingest.read_csv import read_csv
from bottleneck_tasks.ingest.stage import ingest
from bottleneck_tasks.month import Month
from bottleneck_tasks.run import Run, read_json
from bottleneck_tasks.settings import Limits, Settings
from tests.unit.ingest.files import (
    HEADER,
    LIAISON,
    as_plain_user,
    ingest_rows,
    read_back,
    write_csv,
    write_xls,
    write_xlsx,
)

if TYPE_CHECKING:
    from tests.unit.ingest.files import Rows

_ERP: Rows = [HEADER, [1, 1, 24.2, -3, "instock"], [2, 0, -8, 0, "outofstock"], [3, 1, None, 12, "in, stock"]]


def _write(folder: Path, kind: str, rows: Rows) -> Path:
    file = folder / f"erp.{kind}"
    if kind == "parquet":
        columns = zip(*rows[1:], strict=True)
        pq.write_table(pa.table({name: list(values) for name, values in zip(rows[0], columns, strict=True)}), file)
        return file
    if kind == "csv":
        return write_csv(file, rows)
    return write_xlsx(file, rows) if kind == "xlsx" else write_xls(file, rows)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "csv", "parquet"])
def test_every_format_gives_the_same_raw_text(tmp_path: Path, kind: str) -> None:
    """The four formats of one table are one dataset, row numbers included."""
    facts, rows = ingest_rows(tmp_path, "erp", _write(tmp_path, kind, _ERP))
    assert [tuple(row.values()) for row in rows] == [
        (2, "1", "1", "24.2", "-3", "instock"),
        (3, "2", "0", "-8", "0", "outofstock"),
        (4, "3", "1", None, "12", "in, stock"),
    ]
    assert (facts.kind, facts.rows, facts.header_row) == (kind, 3, 1)


def test_the_facts_say_what_was_read(tmp_path: Path) -> None:
    """File, sheet, size, hash, header row, extra and absent columns, month: in source.json too."""
    file = write_xlsx(tmp_path / "Export ERP.XLSX", [[], [*HEADER, "Marge"], [*_ERP[1], 0.3]])
    run = Run(tmp_path / "run")
    facts = ingest_source(run, "erp", file=file, month=Month(2026, 11), settings=Settings())
    content = file.read_bytes()
    assert facts.to_dict() == {
        "source": "erp", "month": "2026-11", "file": "Export ERP.XLSX", "sheet": "Feuille", "kind": "xlsx",
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "header_row": 2, "rows": 1,
        "unknown_columns": ("marge",), "missing_columns": (),
    }  # fmt: skip
    written = read_json(run.folder("ingest/erp") / "source.json")
    assert written == {**facts.to_dict(), "unknown_columns": ["marge"], "missing_columns": []}
    assert sorted(path.name for path in run.folder("ingest/erp").iterdir()) == ["raw.parquet", "source.json"]


def test_optional_columns_may_be_absent(tmp_path: Path) -> None:
    """Absent ones are reported and read as empty."""
    rows: Rows = [["sku", "post_type", "post_title", "total_sales"], [101, "product", "Vin", 3]]
    facts, read = ingest_rows(tmp_path, "web", write_xlsx(tmp_path / "web.xlsx", rows))
    assert facts.missing_columns == ("post_status", "post_name", "guid", "post_date")
    assert read[0]["post_status"] is None
    assert [*read[0]] == ["source_row", *SOURCES["web"].columns]


def test_reading_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """The step is idempotent."""
    file = _write(tmp_path, "xlsx", _ERP)
    ingest_rows(tmp_path, "erp", file)
    first = {path.name: path.read_bytes() for path in (tmp_path / "run/ingest/erp").iterdir()}
    ingest_rows(tmp_path, "erp", file)
    assert {path.name: path.read_bytes() for path in (tmp_path / "run/ingest/erp").iterdir()} == first


@pytest.mark.parametrize("kind", ["xlsx", "xls", "csv"])
def test_only_a_header_is_no_data(tmp_path: Path, kind: str) -> None:
    """Exit 65, SRC-04, with file and sheet."""
    with pytest.raises(DataError) as caught:
        ingest_rows(tmp_path, "erp", _write(tmp_path, kind, [HEADER]))
    error = caught.value
    assert (error.exit_code, error.code, error.what) == (65, "SRC-04", "the erp export has no data row")
    assert error.facts == {"file": f"erp.{kind}"} | ({} if kind == "csv" else {"sheet": "Feuille"})
    assert not (tmp_path / "run/ingest/erp").exists()


@pytest.mark.parametrize("name", ["erp.ods", "erp", "erp.xlsm", "erp.xlsb"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    """Exit 65, SRC-01, with the endings that are read."""
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UnsafeWorkbookError) as caught:
        ingest_rows(tmp_path, "erp", tmp_path / name)
    assert caught.value.code == "SRC-01"
    assert caught.value.what.startswith("cannot read a .")
    assert caught.value.next_step == "export it as .xlsx, .xls, .csv, .parquet"


def _land(file: Path, folder: Path, **limits: int) -> BottleneckError:
    with pytest.raises(BottleneckError) as caught:
        land(file, folder / "landed", source="erp", limits=Limits.of(limits))
    return caught.value


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    """Exit 66, with the path: also for a path that cannot exist."""
    for name in ("erp.xlsx", "no/erp.xlsx", "x" * 256 + ".xlsx", "erp\0.xlsx"):
        error = _land(tmp_path / name, tmp_path)
        assert (type(error), error.exit_code, error.what) == (SourceMissingError, 66, "the erp file is not there")
        assert error.next_step == "check the path"


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_what_is_no_file_is_missing(tmp_path: Path, kind: str) -> None:
    """Exit 66: a folder or a pipe named like an export is never waited for."""
    path = tmp_path / "erp.xlsx"
    if kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    error = _land(path, tmp_path)
    assert (error.exit_code, error.what) == (66, "the erp export is no file")
    assert error.facts == {"file": path}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """P2: exit 65, and nothing of where it leads is read."""
    write_xlsx(tmp_path / "secret.xlsx", LIAISON)
    (tmp_path / "erp.xlsx").symlink_to(tmp_path / "secret.xlsx")
    error = _land(tmp_path / "erp.xlsx", tmp_path)
    assert (type(error), error.code, error.what) == (UnsafeWorkbookError, "SRC-01", "the file is a link")
    assert not (tmp_path / "landed").exists()


def test_a_file_that_may_not_be_read_is_access_denied(tmp_path: Path) -> None:
    """Exit 77."""
    file = tmp_path / "erp.xlsx"
    file.write_bytes(b"x")
    file.chmod(0)
    with as_plain_user():
        error = _land(file, tmp_path)
    assert (type(error), error.exit_code) == (AccessDeniedError, 77)
    assert error.what == "no right to read the erp export"


def test_a_file_over_the_limit_is_not_copied(tmp_path: Path) -> None:
    """SRC-02 before a byte is written."""
    (tmp_path / "erp.csv").write_bytes(b"x" * 101)
    error = _land(tmp_path / "erp.csv", tmp_path, file_bytes=100)
    assert (error.code, error.what) == ("SRC-02", "the file has 101 bytes, more than 100")
    assert not (tmp_path / "landed").exists()


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 65: half an export is never delivered."""
    file = tmp_path / "erp.csv"
    file.write_bytes(b"a,b\n" * 1000)

    class Growing(io.FileIO):
        def read(self, size: int | None = -1, /) -> bytes:
            with file.open("ab") as writer:
                writer.write(b"1,2\n") if file.stat().st_size < 5_000 else None
            return super().read(1000 if size else 0) or b""

    monkeypatch.setattr(os, "fdopen", lambda descriptor, _: Growing(descriptor))
    error = _land(file, tmp_path)
    assert (type(error), error.code, error.what) == (DataError, "SRC-01", "the export changed while it was read")
    assert error.next_step == "wait for the export to end, then run again"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("erp.xlsx", "erp.xlsx"), ("l'été \"à\" ..xlsx", "l'été \"à\" ..xlsx"), ("a\nb\x1b[31m", r"a\nb\x1b[31m"),
        (os.fsdecode(b"caf\xe9.csv"), r"caf\udce9.csv"), ("\u202excel", r"\u202excel"),
    ],
)  # fmt: skip
def test_names_are_shown_without_control_characters(name: str, shown: str) -> None:
    """A name never writes on the terminal or breaks the JSON of a report."""
    assert printable(name) == shown
    printable(name).encode()


def test_a_name_that_is_no_utf_8_is_read(tmp_path: Path) -> None:
    """A file from an old Windows share."""
    file = tmp_path / os.fsdecode(b"liaison \xe9.csv")
    write_csv(file, LIAISON)
    facts, rows = ingest_rows(tmp_path, "liaison", file)
    assert (facts.file, len(rows)) == (r"liaison \udce9.csv", 2)


def test_too_little_memory_is_no_fault_of_the_file(tmp_path: Path) -> None:
    """Exit 75: DuckDB without memory says so."""
    rows = [[number, "x" * 200 + str(number)] for number in range(30_000)]
    file = write_csv(tmp_path / "liaison.csv", [LIAISON[0], *rows])
    with pytest.raises(UnavailableError) as caught:
        ingest_rows(tmp_path, "liaison", file, resources={"threads": 1, "memory_limit": "1MB"})
    assert (caught.value.exit_code, caught.value.code) == (75, "MEMORY")


def test_a_full_disk_is_no_fault_of_the_file() -> None:
    """Exit 74 when the copy cannot be written."""
    with pytest.raises(OSError, match="No space left") as caught:
        land_module._copy(io.BytesIO(b"x" * 100), Path("/dev/full"))
    assert caught.value.errno == errno.ENOSPC


def test_all_faulty_exports_are_named_at_once(tmp_path: Path) -> None:
    """One DataError with each file, so that a person mends them in one go; later steps are forgotten."""
    run = Run(tmp_path / "run")
    with run.step("quality") as folder:
        (folder / "old").touch()
    files = {"erp": write_csv(tmp_path / "erp.csv", [["x"]]), "liaison": write_csv(tmp_path / "liaison.csv", LIAISON),
             "web": tmp_path / "web.ods"}  # fmt: skip
    with pytest.raises(DataError) as caught:
        ingest(run, files=files, month=None, settings=Settings())
    assert caught.value.code == "SRC-03"
    assert caught.value.what == (
        "2 exports are refused: erp.csv: the erp export lacks the columns product_id, onsale_web, price, "
        "stock_quantity, stock_status; web.ods: cannot read a .ods file"
    )
    assert not (run.path / "quality").exists()
    assert len(read_back(run, "liaison")) == 2


def test_one_faulty_export_keeps_its_own_error(tmp_path: Path) -> None:
    """Its facts are not lost in a summary; good exports are read."""
    files = {"liaison": write_csv(tmp_path / "liaison.csv", LIAISON)}
    run = Run(tmp_path / "run")
    assert ingest(run, files=files, month=None, settings=Settings())["liaison"].rows == 2
    with pytest.raises(UnsafeWorkbookError, match=r"cannot read a \.ods file"):
        ingest(run, files={**files, "web": tmp_path / "web.ods"}, month=None, settings=Settings())


def test_a_dataset_that_cannot_be_written_says_disk(tmp_path: Path) -> None:
    """DuckDB's own message of a full disk is exit 74, never a damaged file; Python's is left to the step, which says 74."""
    sheet = read_csv(
        write_csv(tmp_path / "liaison.csv", LIAISON), SOURCES["liaison"], name="liaison.csv", limits=Limits()
    )
    with pytest.raises(DiskError) as caught:
        _write_dataset(replace(sheet, retry=None), Path("/dev/full"), Settings(), name="liaison.csv")
    assert (caught.value.exit_code, caught.value.next_step) == (74, "free some space")
    with pytest.raises(OSError, match="No space left"):
        _write_dataset(sheet, Path("/dev/full"), Settings(), name="liaison.csv")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_budget_of_rows_holds_before_a_row_is_read(tmp_path: Path, kind: str, end: str) -> None:
    """SRC-02, exit 65, with the setting to raise: two rows pass a budget of two and not one of one."""
    file = tmp_path / f"liaison.{kind}"
    if kind == "csv":
        file.write_bytes(end.join(["product_id,id_web", "1,101", "2,13127-1", ""]).encode())
    else:
        pq.write_table(pa.table({"product_id": [1, 2], "id_web": ["101", "13127-1"]}), file)
    assert ingest_rows(tmp_path, "liaison", file, limits={"rows": 2})[0].rows == 2
    with pytest.raises(UnsafeWorkbookError, match="SRC-02: the file has 2 rows, more than 1") as caught:
        ingest_rows(tmp_path, "liaison", file, limits={"rows": 1})
    assert (caught.value.exit_code, caught.value.facts) == (65, {"file": file.name})
    assert "raise limits.rows in bottleneck.toml" in caught.value.next_step
