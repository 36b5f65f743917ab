"""Synthetic exports: a newcomer sees the reference figures without the customer's data.

    write_sample(Path("raw"))                                        the reference month, three workbooks
    write_sample(Path("big"), products=1_000_000, format="parquet")  the same month, repeated
    write_months(Path("out"), months=24, first=Month(2024, 11))      two years of the shop, under raw/YYYY/MM/

Everything is invented; the seed decides the products, never the figures.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from bottleneck_tasks.errors import UsageError, from_os_error
from bottleneck_tasks.sample.sheets import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from bottleneck_tasks.month import Month as CalendarMonth
    from bottleneck_tasks.sample.sheets import Cell, Month, Sheet

__all__ = ["SampleFormat", "SamplePaths", "write_months", "write_sample"]

SampleFormat = Literal["xlsx", "csv", "parquet"]
_MAX_PRODUCTS = 10_000_000
_MAX_PRODUCTS_OF_A_WORKBOOK = 490_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SamplePaths:
    """Where the three exports are."""

    erp: Path
    web: Path
    liaison: Path


def write_sample(
    out: Path,
    *,
    seed: int = 0,
    products: int | None = None,
    format: SampleFormat = "xlsx",  # noqa: A002 - the word of the command line
) -> SamplePaths:
    """Write erp, web and liaison to the folder `out`, which is created; files already there are replaced.

    Args:
        out: folder of the three files.
        seed: same seed, same bytes; another seed, other wines and the same figures.
        products: linked web products; None is the reference month of 714. More or fewer keep the proportions.
        format: workbooks with the cell types of the real exports, or tables whose SKUs are text.

    Raises:
        UsageError: products outside 1 to 10 million, or too many for a workbook; unknown format.
        DiskError, AccessDeniedError: a file could not be written.
    """
    _refuse(products, format)
    from bottleneck_tasks.sample.compose import compose_month

    return _write_files(compose_month(seed), out, products=products, kind=format)


def write_months(
    out: Path,
    *,
    months: int,
    first: CalendarMonth,
    seed: int = 0,
    format: SampleFormat = "xlsx",  # noqa: A002 - the word of the command line
) -> list[SamplePaths]:
    """Write consecutive months of the shop to `out`/raw/YYYY/MM/, the reference month first: a life without faults.

    Raises UsageError, DiskError and AccessDeniedError as `write_sample` does.
    """
    _refuse(None, format)
    from bottleneck_tasks.sample.life import live

    return [
        _write_files(sheets, out / "raw" / month.folder, products=None, kind=format)
        for month, sheets in live(seed, first=first, months=months)
    ]


def _write_files(month: Month, out: Path, *, products: int | None, kind: SampleFormat) -> SamplePaths:
    paths = SamplePaths(erp=out / f"erp.{kind}", web=out / f"web.{kind}", liaison=out / f"liaison.{kind}")
    by_sheet: dict[Sheet, Path] = {"erp": paths.erp, "web": paths.web, "liaison": paths.liaison}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for sheet, path in by_sheet.items():
            with _complete(path) as temporary:
                _write(month, sheet, products=products, path=temporary, kind=kind)
    except OSError as error:
        raise from_os_error(error, doing="write the sample") from error
    return paths


def _refuse(products: int | None, kind: SampleFormat) -> None:
    if kind not in get_args(SampleFormat):
        raise UsageError("FORMAT", f"no sample format {kind!r}", f"choose one of {', '.join(get_args(SampleFormat))}")
    limit = _MAX_PRODUCTS_OF_A_WORKBOOK if kind == "xlsx" else _MAX_PRODUCTS
    if products is not None and not 1 <= products <= limit:
        next_step = f"ask for 1 to {limit:,} products" + (", or for parquet" if kind == "xlsx" else "")
        raise UsageError("PRODUCTS", f"cannot write {products:,} products as {kind}", next_step, products=products)


@contextmanager
def _complete(path: Path) -> Iterator[Path]:
    """Give a temporary name; the file takes its own once it is whole."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write(month: Month, sheet: Sheet, *, products: int | None, path: Path, kind: SampleFormat) -> None:
    """Write one sheet; each format imports only the library that it needs."""
    if kind != "xlsx":
        from bottleneck_tasks.sample.tables import copy_table

        copy_table(month, sheet, products=products, path=path, kind=kind)
        return
    from bottleneck_tasks.sample.workbooks import write_workbook

    rows: Iterable[Sequence[Cell]] = (row.cells for row in month.rows(sheet))
    if products is not None:
        from bottleneck_tasks.sample.tables import workbook_rows

        rows = workbook_rows(month, sheet, products=products)
    write_workbook(path, COLUMNS[sheet], rows=rows, compressed=products is not None)
