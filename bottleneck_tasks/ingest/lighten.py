"""A lighter workbook to read: of a large sheet only the columns of a contract, of the large sheets beside it the first rows."""

from __future__ import annotations

import zipfile
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from bottleneck_tasks.ingest.archive import inflate, open_archive
from bottleneck_tasks.ingest.narrow import NotPlainError, cut_sheet, narrow_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from bottleneck_tasks.settings import Limits

    Change = Callable[[Iterator[bytes]], Iterator[bytes]]
    Wanted = Callable[[Path], tuple[str, Collection[int]] | None]

__all__ = ["lightened"]


@contextmanager
def lightened(path: Path, plain: Collection[str], wanted: Wanted, *, name: str, limits: Limits) -> Iterator[Path]:
    """Yield a lighter workbook, removed afterwards, or `path` itself when there is nothing to leave out.

    `plain` are the large sheets that the guard found plainly written. `wanted` is shown their first rows, as a workbook, and
    says the entry of the sheet that will be read and its columns, counted from 0.
    """
    if not plain:
        yield path
        return
    light = path.with_suffix(".light")
    cut: dict[str, Change] = dict.fromkeys(plain, cut_sheet)
    write = partial(_rewrite, path, light, name=name, limits=limits)
    try:
        try:
            write(cut)
            entry, columns = wanted(light) or ("", ())
            is_lighter = entry in plain
            if is_lighter:
                write({**cut, entry: partial(narrow_sheet, columns=columns)})
        except NotPlainError:
            is_lighter = False
        yield light if is_lighter else path
    finally:
        light.unlink(missing_ok=True)


def _rewrite(path: Path, out: Path, changes: Mapping[str, Change], *, name: str, limits: Limits) -> None:
    """Write a workbook that the guard let through, uncompressed, its entries changed."""
    with open_archive(path, name=name, limits=limits) as (file, entries), zipfile.ZipFile(out, "w") as archive:
        for entry in entries:
            chunks = inflate(file, entry, name=name, limits=limits)
            with archive.open(zipfile.ZipInfo(entry.filename), "w", force_zip64=True) as written:
                for chunk in changes.get(entry.filename, iter)(chunks):
                    written.write(chunk)
