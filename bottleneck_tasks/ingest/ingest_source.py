"""Ingest one export: land a copy, guard it, read its cells as text. Grain: one row a data row of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bottleneck_tasks.contracts.facts import SourceFacts
from bottleneck_tasks.contracts.registry import SOURCES
from bottleneck_tasks.database import parquet_rows, session, write_parquet
from bottleneck_tasks.errors import DataError, DiskError, UnsafeWorkbookError
from bottleneck_tasks.ingest.find import ENDINGS
from bottleneck_tasks.ingest.guard import guard
from bottleneck_tasks.ingest.land import land, printable
from bottleneck_tasks.ingest.read_csv import read_csv
from bottleneck_tasks.ingest.read_parquet import read_parquet
from bottleneck_tasks.ingest.read_workbook import read_workbook
from bottleneck_tasks.ingest.read_xls import read_xls
from bottleneck_tasks.run import to_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bottleneck_tasks.contracts.registry import SourceContract
    from bottleneck_tasks.ingest.sheet import Sheet
    from bottleneck_tasks.month import Month
    from bottleneck_tasks.run import Run
    from bottleneck_tasks.settings import Limits, Settings

__all__ = ["ingest_source"]


def ingest_source(run: Run, source: str, *, file: Path, month: Month | None, settings: Settings) -> SourceFacts:
    """Write `ingest/<source>/raw.parquet` (the raw contract) and `source.json`, and return the facts.

    Raises SourceMissingError (66), AccessDeniedError (77), UnsafeWorkbookError (65, SRC-01 and SRC-02), ContractError
    (65, SRC-03) and DataError (65, SRC-04 when there is no data row).
    """
    name = printable(file.name)
    kind = file.suffix.lower().lstrip(".")
    if f".{kind}" not in ENDINGS:
        raise UnsafeWorkbookError(
            "SRC-01", f"cannot read a .{kind} file", f"export it as {', '.join(ENDINGS)}", file=name
        )
    with run.step(f"ingest/{source}") as folder:
        landed = folder / f"landed.{kind}"
        size, sha256 = land(file, landed, source=source, limits=settings.limits)
        sheet = _read(landed, kind, SOURCES[source], name=name, limits=settings.limits)
        rows, *is_plain = _write(sheet, folder / "raw.parquet", settings, name=name)
        landed.replace(folder / "raw.parquet") if sheet.columns else landed.unlink()
        if rows == 0:
            raise DataError(
                "SRC-04", f"the {source} export has no data row", "export the month again",
                file=name, sheet=sheet.name or None,
            )  # fmt: skip
        facts = SourceFacts(
            source=source,
            month=str(month) if month else None,
            file=name,
            sheet=sheet.name,
            kind=kind,
            size=size,
            sha256=sha256,
            header_row=sheet.header_row,
            rows=rows,
            unknown_columns=sheet.header.unknown,
            missing_columns=sheet.header.absent,
            columns=sheet.columns,
            plain_columns=tuple(column for column, plain in zip(sheet.columns, is_plain, strict=True) if plain),
        )
        (folder / "source.json").write_bytes(to_json(facts.to_dict()))
    return facts


def _read(landed: Path, kind: str, contract: SourceContract, *, name: str, limits: Limits) -> Sheet:
    guarded = guard(landed, kind=kind, name=name, limits=limits)
    if kind == "csv":
        return read_csv(landed, contract, name=name, limits=limits)
    if kind == "parquet":
        return read_parquet(landed, contract, name=name, limits=limits)
    if kind == "xls":
        return read_xls(landed, contract, name=name, limits=limits)
    return read_workbook(landed, contract, name=name, guarded=guarded, limits=limits)


def _write(sheet: Sheet, path: Path, settings: Settings, *, name: str) -> Sequence[int]:
    """Write the cells as text and count the rows; a Parquet file is examined, column by column, and kept as it is."""
    if sheet.table is not None:
        import pyarrow.parquet as pq

        with path.open("wb") as file:
            pq.write_table(sheet.table, file, compression="zstd")
        return (sheet.table.num_rows,)
    import duckdb

    with session(settings.resources) as connection:
        try:
            if not sheet.columns:
                write_parquet(connection, sheet.query, path)
            count = sheet.query if sheet.columns else f"select count(*) from {parquet_rows(path)}"
            row = connection.execute(count).fetchone()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            if sheet.retry is not None:
                return _write(sheet.retry(), path, settings, name=name)
            reason = str(error).splitlines()[0]
            if "No space left" in reason:
                raise DiskError("DISK", f"could not write {path.name}: {reason}", "free some space") from error
            raise UnsafeWorkbookError(
                "SRC-01", f"the file is damaged ({reason})", "export it again", file=name
            ) from error
    return row or (0,)
