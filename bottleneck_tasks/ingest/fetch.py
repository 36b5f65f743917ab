"""Fetch the exports of a month from a store, after their listing has shown that they are there, not too big, not stale."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bottleneck_tasks.atomic import make_folders
from bottleneck_tasks.errors import DataError, UsageError, from_os_error
from bottleneck_tasks.ingest.find import choose, find, is_export_name
from bottleneck_tasks.ingest.land import printable
from bottleneck_tasks.ingest.refuse import refuse
from bottleneck_tasks.month import Month
from bottleneck_tasks.run import Run
from bottleneck_tasks.store import is_uri, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bottleneck_tasks.settings import Settings
    from bottleneck_tasks.store import Entry

__all__ = ["chosen_exports", "exports_in"]


@contextmanager
def chosen_exports(
    source: str | Path, *, only: str | None, month: Month | None, settings: Settings
) -> Iterator[tuple[dict[str, Path], Month | None]]:
    """Yield the exports to ingest by source, and the month: all those of a folder or store, one of them, or one file.

    A task that reads one export fetches that one alone. Raises what `find` and the store raise.
    """
    if isinstance(source, Path):
        yield {str(only): source}, month
        return
    with (
        tempfile.TemporaryDirectory(prefix="bottleneck-") as work,
        exports_in(str(source), month=month, work=Path(work), settings=settings, only=only) as (folder, found),
    ):
        patterns = settings.sources.to_dict()
        if only and is_uri(str(source)):
            yield {only: next(folder.iterdir())}, found
            return
        files, of_month = find(folder, patterns, month=found)
        yield {name: path for name, path in files.items() if only in {None, name}}, of_month


@contextmanager
def exports_in(
    source: str, *, month: Month | None, work: Path, settings: Settings, only: str | None = None
) -> Iterator[tuple[Path, Month | None]]:
    """Yield the folder of the exports: `source` itself when it is a path, else copies fetched from that store.

    `only` names the one export to fetch; all of them are looked at.
    """
    if is_uri(source):
        with _fetched(source, month=month, work=work, settings=settings, only=only) as found:
            yield found
    else:
        yield Path(source), month


@contextmanager
def _fetched(
    uri: str, *, month: Month | None, work: Path, settings: Settings, only: str | None
) -> Iterator[tuple[Path, Month | None]]:
    """Yield a folder with the exports of a month, and the month when the store tells it.

    They stand under `raw/YYYY/MM/` of the store, else at its top, as `find` expects them in a folder. The copies are
    removed afterwards: each is landed again, and guarded, in the run directory.

    Raises what `find` raises, before anything is fetched; UnsafeWorkbookError (65, SRC-02) for a file above
    limits.file_bytes; DataError (65, SRC-01) for one last changed much before the others: last month's.
    """
    store = open_store(uri, settings=settings)
    folder, month, entries = _folder_of(uri, {entry.key: entry for entry in store.list("")}, month)
    chosen = choose([PurePosixPath(key) for key in entries], settings.sources.to_dict(), folder=folder)
    _check({name: entries[str(path)] for name, path in chosen.items()}, settings)
    local = Run(work / str(month or "undated") / ".fetched")
    with local.lock():
        copies = local.path / "files"
        try:
            shutil.rmtree(copies, ignore_errors=True)
            make_folders(copies)
            for path in chosen.values() if only is None else [chosen[only]]:
                store.download(str(path), copies / path.name)
            yield copies, month
        except OSError as error:
            raise from_os_error(error, doing="fetch the exports") from error
        finally:
            shutil.rmtree(copies, ignore_errors=True)


def _folder_of(uri: str, listed: dict[str, Entry], month: Month | None) -> tuple[str, Month | None, dict[str, Entry]]:
    """The folder of the month, the month, and the exports in it by key."""
    exports = {key: entry for key, entry in listed.items() if is_export_name(key.rsplit("/", 1)[-1])}
    top = {key: entry for key, entry in exports.items() if "/" not in key}
    dated: dict[str, dict[str, Entry]] = {}
    for key, entry in exports.items():
        if len(key.split("/")) == 4 and key.startswith("raw/"):  # noqa: PLR2004 - raw/YYYY/MM/file
            dated.setdefault("/".join(key.split("/")[1:3]), {})[key] = entry
    if month is not None:
        found = dated.get(month.folder, top)
        return (f"{uri}/raw/{month.folder}" if month.folder in dated else uri), month, found
    if top or not dated:
        return uri, None, top
    if len(dated) > 1:
        known = ", ".join(sorted(folder.replace("/", "-") for folder in dated))
        raise UsageError("MONTH", f"several months are there: {known}", "choose one with --month", source=uri)
    folder, found = next(iter(dated.items()))
    return f"{uri}/raw/{folder}", Month.parse(folder.replace("/", "-")), found


def _check(chosen: dict[str, Entry], settings: Settings) -> None:
    newest = max(entry.modified for entry in chosen.values())
    for source, entry in chosen.items():
        name = printable(PurePosixPath(entry.key).name)
        if entry.size > settings.limits.file_bytes:
            refuse("SRC-02", f"the file has {entry.size:,} bytes, more than {settings.limits.file_bytes:,}", name)
        if entry.size == 0:
            refuse("SRC-01", "the file is empty", name)
        if newest - entry.modified > timedelta(days=settings.store.oldest_source_days):
            raise DataError(
                "SRC-01",
                f"the {source} export was last changed {entry.modified:%Y-%m-%d}, {(newest - entry.modified).days} days "
                "before the newest of the three",
                "export it again, or raise store.oldest_source_days in bottleneck.toml",
                file=name,
            )
